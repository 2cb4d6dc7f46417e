using System;
using System.Collections.Generic;
using System.Linq;
using FuturesCopilot.Bridge;
using NinjaTrader.Cbi;

namespace FuturesCopilot.Harness
{
    /// <summary>The reporting core against a server that fails.</summary>
    internal static class BridgeTransportScenarios
    {
        /// <summary>An hour of trouble by a clock moved by hand: at most one line in 15 s, and the weightiest one.</summary>
        public static void Log()
        {
            HandClock clock = new HandClock();
            List<string> lines = new List<string>();
            List<long> times = new List<long>();
            BridgeLog log = new BridgeLog("bridge", delegate(string line)
            {
                lines.Add(line);
                times.Add(clock.Milliseconds);
            }, clock);
            for (int second = 0; second < 3600; second++)
            {
                for (int i = 0; i < 20; i++)
                    log.Say(BridgeLog.Info, "line " + second);
                if (second == 7)
                    log.Say(BridgeLog.Alarm, "the alarm");
                clock.Advance(1000);
                log.Flush();
            }
            for (int i = 1; i < times.Count; i++)
                Expect.That(times[i] - times[i - 1] >= BridgeLog.EveryMs, "two lines within 15 s");
            Expect.Equal(241, lines.Count, "lines of an hour");
            Expect.Equal("bridge: line 0", lines[0], "the first line");
            Expect.Equal("bridge: the alarm (and 299 more)", lines[1], "what was held back");
            log = new BridgeLog("bridge", delegate { throw new InvalidOperationException("the window is closed"); }, clock);
            log.Say(BridgeLog.Info, "does not throw");
        }

        public static void Json()
        {
            AccountReport report = new AccountReport();
            report.OrdersConnection = "connected";
            report.PricesConnection = "connected";
            report.Cash = double.NaN;
            report.Realized = -0.1;
            report.Positions = new List<PositionRow>();
            report.Orders = new List<OrderRow>();
            System.Threading.Thread.CurrentThread.CurrentCulture = new System.Globalization.CultureInfo("de-DE");
            PositionRow row = new PositionRow();
            row.Symbol = JsonWriter.Name("M\"G\\C\u0007 \ud83d\ude00 \ud83d 12-26\n", "none");
            row.IsLong = true;
            row.Quantity = 2;
            row.AveragePrice = 4205.3;
            row.LastPrice = double.NegativeInfinity;
            row.Unrealized = 1e-7;
            report.Positions.Add(row);
            string body = BridgeBody.Snapshot("Kontö", report, "e", 1, new DateTime(2026, 11, 20, 14, 31, 7, 120, DateTimeKind.Utc));
            Console.WriteLine("json " + body);
            object read = JsonReader.Read(body);
            IList<object> positions = (IList<object>)JsonReader.Find(read, "positions");
            Expect.Equal("M\"G\\C  \ud83d\ude00   12-26", JsonReader.FindText(positions[0], "symbol"), "the name");
            Expect.Equal(4205.3, (double)JsonReader.Find(positions[0], "avg_price"), "the average");
            Expect.Equal(null, JsonReader.Find(read, "cash_balance"), "what is not a number");
            foreach (string broken in new[] { "{", "[1,", "{\"a\":}", "tru", "\"\\u12", "1 2", "", null, "{\"a\":1}}", new string('[', 5000), "nul", "-" })
                Expect.Equal(null, JsonReader.Read(broken), "broken JSON " + (broken == null || broken.Length > 20 ? "" : broken));
            Expect.Equal(200, JsonWriter.Clean(new string('x', 500), 200).Length, "length");
        }

        /// <summary>The test's server misbehaves from step to step; the core asks with little patience.</summary>
        public static void Patience()
        {
            Account account = World.NewAccount("Sim101");
            BridgeOptions options = new BridgeOptions();
            options.Owner = "harness";
            options.Url = World.Url;
            options.ApiKey = World.Key;
            options.TimeoutMs = 400;
            options.Write = delegate(string line) { NinjaTrader.Code.Output.Process(line, NinjaTrader.NinjaScript.PrintTo.OutputTab1); };
            using (BridgeCore core = new BridgeCore(options))
            {
                core.Follow(new AccountWatch(core, "Sim101"));
                Expect.That(core.Start(), "the core starts");
                Test.Step("down");
                World.Hold(account, World.Gold, MarketPosition.Long, 1, 4200);
                Test.Step("up");
                for (int i = 2; i <= 6; i++)
                {
                    World.Hold(account, World.Gold, MarketPosition.Long, i, 4200);
                    Test.Step("trouble-" + i);
                }
                Expect.That(core.Describe().StartsWith("co-pilot: Sim101"), core.Describe());
            }
        }

        /// <summary>The indicator on a clock twenty times as fast: what takes it minutes takes the test seconds.</summary>
        public static void Fast()
        {
            FastClock clock = new FastClock(20);
            World.NewAccount("Sim101");
            NinjaTrader.NinjaScript.Indicators.LivePositionBridgeIndicator script = World.Indicator(clock, "Sim101");
            World.GoLive(script);
            Test.Step("one");
            Test.Step("two");
            long lines = World.LinesWritten();
            Expect.That(lines <= 1 + clock.Milliseconds / BridgeLog.EveryMs, lines + " lines in " + clock.Milliseconds + " ms");
            script.Drive(NinjaTrader.NinjaScript.State.Terminated);
        }

        /// <summary>More fills than wait while nobody answers, a bad one among them; in the end all of them are told.</summary>
        public static void Fills()
        {
            Account account = World.NewAccount("Sim101");
            for (int i = 0; i < 3; i++)
                World.Fill(account, World.Gold, MarketPosition.Long, 1, 4200 + i, "before-" + i);
            BridgeOptions options = new BridgeOptions();
            options.Owner = "harness";
            options.Url = World.Url;
            options.ApiKey = World.Key;
            options.Write = delegate(string line) { NinjaTrader.Code.Output.Process(line, NinjaTrader.NinjaScript.PrintTo.OutputTab1); };
            using (BridgeCore core = new BridgeCore(options))
            {
                core.Follow(new AccountWatch(core, "Sim101"));
                Expect.That(core.Start(), "the core starts");
                Test.Step("refusing");
                for (int i = 0; i < FillWork.WaitingMax + 250; i++)
                    World.Fill(account, World.Gold, i % 2 == 0 ? MarketPosition.Short : MarketPosition.Long, 1, 4300 + i % 50, "f" + i);
                Test.Step("taking");
            }
        }
    }
}
