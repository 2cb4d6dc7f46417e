using System;
using FuturesCopilot.Bridge;
using NinjaTrader.Cbi;
using NinjaTrader.Data;
using NinjaTrader.NinjaScript;
using NinjaTrader.NinjaScript.Indicators;

namespace FuturesCopilot.Harness
{
    /// <summary>The forwarder of bars in a chart of gold.</summary>
    internal static class BridgeBarScenarios
    {
        private static int minute;

        /// <summary>History, real time, an outage, a co-pilot that starts anew, a bar nobody can read, the end.</summary>
        public static void Bars()
        {
            World.Copies<FuturesBarForwarderIndicator>();
            FuturesBarForwarderIndicator chart = Live(Chart(1));
            Test.Step("history");
            chart.DriveBar(Next(0));
            Test.Step("closed");
            Test.Step("away");
            for (int i = 0; i < 5; i++)
                chart.DriveBar(Next(0));
            Test.Step("back");
            // The next co-pilot is there before the chart has anything to send: nothing fails, and yet the older minutes are gone.
            Test.Step("anew");
            chart.DriveBar(Next(0));
            Test.Step("renewed");
            // Gold moves by tenths: nobody can read this one, and it must hold up nobody.
            chart.DriveBar(Next(0.03));
            chart.DriveBar(Next(0));
            Test.Step("bad");
            Says(chart, "bars: MGC 12-26 through 14:39 UTC; NOT SENT: 1 bar refused, of 2026-11-20 14:37 UTC: high: 4203.33 is off the tick grid of MGC");
            End(chart);
            FuturesBarForwarderIndicator five = Chart(5);
            five.Drive(State.DataLoaded);
            five.Drive(State.Realtime);
            five.DriveBar(Next(0));
            Expect.Equal(0, BarForwarder.Alive, "senders of a 5-minute chart");
            five.Drive(State.Terminated);
        }

        /// <summary>A platform whose clock is ahead: 12 seconds, a minute for ever, a year.</summary>
        public static void Early()
        {
            HandClock clock = new HandClock();
            FuturesBarForwarderIndicator chart = Chart(1);
            chart.Clock = clock;
            Live(chart);
            Test.Step("history");
            chart.DriveBar(Next(0));
            const string Ahead = "this computer's clock is 12 s ahead of the co-pilot's: set both by a time server";
            Says(chart, "NOT SENDING the bar of 14:30 UTC yet: by the co-pilot's clock it closes in 12 s; " + Ahead);
            // A later one waits behind it.
            chart.DriveBar(Next(0));
            Test.Step("early");
            clock.Advance(12000);
            Says(chart, "bars: MGC 12-26 through 14:31 UTC; " + Ahead);
            Test.Step("over");
            clock.Advance(60000);
            Says(chart, "bars: MGC 12-26 through 14:32 UTC; " + Ahead);
            chart.DriveBar(Next(0));
            Expect.Soon(delegate
            {
                // The co-pilot's clock stands still.
                clock.Advance(60000);
                return Text(chart).Contains("NOT SENT: 1 bar refused, of 2026-11-20 14:32 UTC: the bar has not closed yet");
            }, "patience ends");
            TestBar far = Next(0);
            far.Time = far.Time.AddYears(1);
            chart.DriveBar(far);
            Says(chart, "NOT SENT: 2 bars refused, the last of 2027-11-20 14:33 UTC: the bar has not closed yet: it closes 365 days after");
            Test.Step("years");
            chart.DriveBar(Next(0));
            Says(chart, "bars: MGC 12-26 through 14:35 UTC; NOT SENT: 2 bars");
            End(chart);
        }

        /// <summary>Nothing the chart has can be read.</summary>
        public static void Refused()
        {
            FuturesBarForwarderIndicator chart = Live(Chart(1), 3, delegate { return Next(0.03); });
            Says(chart, "bars of MGC 12-26 NOT SENT: 3 bars refused, the last of 2026-11-20 14:02 UTC: high: 4203.33 is off the tick grid of MGC");
            Expect.That(chart.Drawn["copilot-bars"].Brush == System.Windows.Media.Brushes.Orange, "in the colour of trouble");
            End(chart);
        }

        /// <summary>A long chart of which not one price can be read: so many faults that the answer to all at once could not be.</summary>
        public static void ManyRefused()
        {
            FuturesBarForwarderIndicator chart = Chart(1);
            chart.CatchUpBars = 1000;
            Live(chart, 1000, delegate
            {
                TestBar bar = Next(0.03);
                bar.Time = bar.Time.AddDays(-2);
                bar.Open += 0.03;
                bar.Low += 0.03;
                bar.Close += 0.03;
                return bar;
            });
            Says(chart, "bars of MGC 12-26 NOT SENT: 1000 bars refused");
            End(chart);
        }

        /// <summary>A contract the co-pilot does not know.</summary>
        public static void Unknown()
        {
            FuturesBarForwarderIndicator chart = Chart(1);
            chart.Instrument = World.NewInstrument("ZN 12-26", "ZN", 0.015625, 1000);
            Live(chart);
            Says(chart, "NOT SENDING bars: the co-pilot refuses symbol: ZN 12-26 is no market of this program");
            Expect.That(!Text(chart).Contains("NOT SENT"), "no bar is given up");
            End(chart);
        }

        /// <summary>A co-pilot that names no start of its own, and the newer one that takes its place.</summary>
        public static void Older()
        {
            FuturesBarForwarderIndicator chart = Live(Chart(1));
            Test.Step("history");
            chart.DriveBar(Next(0));
            Test.Step("closed");
            chart.DriveBar(Next(0));
            Test.Step("newer");
            End(chart);
        }

        /// <summary>A chart that closes is not drawn on any more while its bars are still sent.</summary>
        public static void Unshown()
        {
            BridgeOptions options = BridgeOptions.Of("FuturesBarForwarder", World.Url, World.Key, null);
            options.Changed = delegate { throw new InvalidOperationException("the chart is gone"); };
            using (BarForwarder forwarder = new BarForwarder(options, World.Gold.FullName, 10))
            {
                forwarder.Start();
                for (int i = 0; i < 2; i++)
                {
                    TestBar bar = Next(0);
                    forwarder.Add(new BarRow { OpenUtc = bar.Time.AddMinutes(-1), Open = bar.Open, High = bar.High, Low = bar.Low, Close = bar.Close, Volume = 1 });
                    Test.Step("sent-" + (i + 1));
                }
            }
        }

        /// <summary>A chart whose key was forgotten.</summary>
        public static void NoKey()
        {
            FuturesBarForwarderIndicator chart = Chart(1);
            chart.ApiKey = " ";
            Live(chart);
            Says(chart, "NOT SENDING: the API key is empty");
            End(chart);
        }

        /// <summary>A chart with more minutes than are kept, and an outage that is longer still.</summary>
        public static void Long()
        {
            BarQueue queue = new BarQueue(120);
            BarRow bar = new BarRow();
            bar.OpenUtc = new DateTime(2026, 11, 16, 0, 0, 0, DateTimeKind.Utc);
            for (int i = 0; i < BarQueue.KeptMax + 3; i++, bar.OpenUtc = bar.OpenUtc.AddMinutes(1))
                queue.Add(bar);
            queue.Begin();
            Expect.Equal(0L, queue.TakeLost(), "lost of what was never to be sent");
            Expect.Equal(120, queue.Due(0, BarForwarder.BatchMax).Count, "due at the start");
            for (int i = 0; i < BarQueue.KeptMax; i++, bar.OpenUtc = bar.OpenUtc.AddMinutes(1))
                queue.Add(bar);
            Expect.Equal(120L, queue.TakeLost(), "lost in the outage");
            Expect.Equal(0L, queue.TakeLost(), "lost, once told");
        }

        /// <summary>A clock that goes an hour back, and one that goes an hour forward.</summary>
        public static void BarTimes()
        {
            TimeZoneInfo.TransitionTime spring = TimeZoneInfo.TransitionTime.CreateFloatingDateRule(new DateTime(1, 1, 1, 2, 0, 0), 3, 2, DayOfWeek.Sunday);
            TimeZoneInfo.TransitionTime autumn = TimeZoneInfo.TransitionTime.CreateFloatingDateRule(new DateTime(1, 1, 1, 2, 0, 0), 11, 1, DayOfWeek.Sunday);
            TimeZoneInfo.AdjustmentRule rule = TimeZoneInfo.AdjustmentRule.CreateAdjustmentRule(DateTime.MinValue.Date, DateTime.MaxValue.Date, TimeSpan.FromHours(1), spring, autumn);
            TimeZoneInfo zone = TimeZoneInfo.CreateCustomTimeZone("Desk", TimeSpan.FromHours(-5), "Desk", "Desk", "Desk summer", new TimeZoneInfo.AdjustmentRule[] { rule });
            FuturesCopilot.Bridge.BarTimes times = new FuturesCopilot.Bridge.BarTimes(zone);
            Expect.Equal("2026-11-01T04:58:00.000Z", Open(times, "2026-11-01T00:59:00"), "before the hour that comes twice");
            Expect.Equal("2026-11-01T05:58:00.000Z", Open(times, "2026-11-01T01:59:00"), "the first time over");
            Expect.Equal("2026-11-01T05:59:00.000Z", Open(times, "2026-11-01T01:00:00"), "the second time over begins");
            Expect.Equal("2026-11-01T06:58:00.000Z", Open(times, "2026-11-01T01:59:00"), "the second time over");
            Expect.Equal("2026-11-01T06:59:00.000Z", Open(times, "2026-11-01T02:00:00"), "after it");
            Expect.Equal("2027-03-14T06:58:00.000Z", Open(times, "2027-03-14T01:59:00"), "before the hour that is left out");
            Expect.Equal("2027-03-14T06:59:00.000Z", Open(times, "2027-03-14T03:00:00"), "after it");
        }

        private static string Open(FuturesCopilot.Bridge.BarTimes times, string close)
        {
            return JsonWriter.Instant(times.OpenUtc(DateTime.Parse(close, System.Globalization.CultureInfo.InvariantCulture)));
        }

        /// <summary>Into real time with so many minutes of the past.</summary>
        private static FuturesBarForwarderIndicator Live(FuturesBarForwarderIndicator chart, int past = 30, Func<TestBar> bar = null)
        {
            chart.Drive(State.DataLoaded);
            chart.Drive(State.Historical);
            for (int i = 0; i < past; i++)
                chart.DriveBar(bar == null ? Next(0) : bar());
            chart.Drive(State.Transition);
            chart.Drive(State.Realtime);
            return chart;
        }

        private static void End(FuturesBarForwarderIndicator chart)
        {
            chart.Drive(State.Terminated);
            Expect.Soon(delegate { return BarForwarder.Alive == 0; }, "the sender ends with its script");
        }

        private static void Says(FuturesBarForwarderIndicator chart, string what)
        {
            Expect.Soon(delegate { return Text(chart).Contains(what); }, "the chart says: " + what);
        }

        private static string Text(FuturesBarForwarderIndicator chart)
        {
            return World.Shown(chart, "copilot-bars");
        }

        private static FuturesBarForwarderIndicator Chart(int minutes)
        {
            FuturesBarForwarderIndicator script = World.Remember(new FuturesBarForwarderIndicator());
            script.Drive(State.SetDefaults);
            script.Url = World.Url;
            script.ApiKey = World.Key;
            script.CatchUpBars = 10;
            script.Instrument = World.Gold;
            script.Bars = new Bars();
            script.Bars.BarsPeriod = new BarsPeriod();
            script.Bars.BarsPeriod.BarsPeriodType = BarsPeriodType.Minute;
            script.Bars.BarsPeriod.Value = minutes;
            script.Drive(State.Configure);
            return script;
        }

        /// <summary>The next minute of a past morning, stamped with its close in UTC.</summary>
        private static TestBar Next(double offGrid)
        {
            TestBar bar = new TestBar();
            bar.Time = new DateTime(2026, 11, 20, 14, 1, 0, DateTimeKind.Utc).AddMinutes(minute++);
            bar.Open = 4200.1;
            bar.High = 4203.3 + offGrid;
            bar.Low = 4199.9;
            bar.Close = 4202.2;
            bar.Volume = 1000 + minute;
            return bar;
        }
    }
}
