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
            FuturesBarForwarderIndicator chart = Chart(1);
            chart.Drive(State.DataLoaded);
            chart.Drive(State.Historical);
            for (int i = 0; i < 30; i++)
                chart.DriveBar(Next(0));
            chart.Drive(State.Transition);
            chart.Drive(State.Realtime);
            Test.Step("history");
            chart.DriveBar(Next(0));
            Test.Step("closed");
            Test.Step("away");
            for (int i = 0; i < 5; i++)
                chart.DriveBar(Next(0));
            Test.Step("back");
            // Gold moves by tenths: nobody can read this one, and it must hold up nobody.
            chart.DriveBar(Next(0.03));
            chart.DriveBar(Next(0));
            Test.Step("bad");
            chart.Drive(State.Terminated);
            Expect.Soon(delegate { return BarForwarder.Alive == 0; }, "the sender ends with its script");
            FuturesBarForwarderIndicator five = Chart(5);
            five.Drive(State.DataLoaded);
            five.Drive(State.Realtime);
            five.DriveBar(Next(0));
            Expect.Equal(0, BarForwarder.Alive, "senders of a 5-minute chart");
            five.Drive(State.Terminated);
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
