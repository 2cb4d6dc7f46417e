using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Diagnostics;
using System.Threading;
using FuturesCopilot.Bridge;
using NinjaTrader.Cbi;
using NinjaTrader.NinjaScript;
using NinjaTrader.NinjaScript.Indicators;

namespace FuturesCopilot.Harness
{
    /// <summary>The indicator through its days, good and bad.</summary>
    internal static class BridgeScenarios
    {
        /// <summary>One trading day with everything that goes wrong in one.</summary>
        public static void Day()
        {
            World.Copies<LivePositionBridgeIndicator>();
            Expect.Equal(0, BridgeCore.Alive, "threads after the dialog's copies");
            LivePositionBridgeIndicator script = World.Indicator(new SystemBridgeClock(), "Sim101");
            World.GoLive(script);
            Test.Step("no-account");

            Account account = World.NewAccount("Sim101");
            Test.Step("flat");

            Order stop = World.Stop(account, World.Gold, OrderAction.Sell, 2, 4199.8, "a1");
            World.Fill(account, World.Gold, MarketPosition.Long, 2, 4205.3, "e1");
            World.Hold(account, World.Gold, MarketPosition.Long, 2, 4205.3);
            Test.Step("long");

            SessionBreak(script);
            stop.StopPrice = 4201.5;
            stop.OrderState = OrderState.ChangeSubmitted;
            World.Tell(stop);
            Test.Step("stop-moved");

            // A reversal is one Update, and the list may still hold the old side when the event comes.
            Position gold = account.Positions[0];
            PositionEventArgs reversal = World.PositionEvent(gold, Operation.Update);
            reversal.MarketPosition = MarketPosition.Short;
            reversal.Quantity = 3;
            reversal.AveragePrice = 4206.1;
            account.Raise(reversal);
            gold.MarketPosition = MarketPosition.Short;
            gold.Quantity = 3;
            gold.AveragePrice = 4206.1;
            Execution fill = World.Fill(account, World.Gold, MarketPosition.Short, 5, 4206.1, "e2");
            Test.Step("reversed");

            fill.Price = 4206.2;
            account.Raise(World.FillEvent(fill, Operation.Update));
            World.Fill(account, World.Index, MarketPosition.Long, 1, 6000.25, "e3");
            account.Raise(World.FillEvent(account.Executions[2], Operation.Remove));
            Test.Step("amended");

            ConnectionLoss(account);
            OddObjects(account);
            SimulationReset(account);
            script.Drive(State.Terminated);
            account.Raise(World.PositionEvent(gold, Operation.Update));
            script.DriveBarUpdate();
        }

        /// <summary>Callbacks while the session has ended: no close, no instrument, no bars.</summary>
        private static void SessionBreak(LivePositionBridgeIndicator script)
        {
            ISeries<double> close = script.Close;
            script.Close = null;
            script.Instrument = null;
            script.Bars = null;
            script.DriveBarUpdate();
            script.DriveMarketData(null);
            script.DriveConnection(null);
            script.Close = close;
            script.Instrument = World.Gold;
            script.DriveBarUpdate();
        }

        private static void ConnectionLoss(Account account)
        {
            Position held = account.Positions[0];
            World.Broker.Become(ConnectionStatus.ConnectionLost, ConnectionStatus.ConnectionLost);
            lock (account.Positions)
                account.Positions.Clear();
            account.Raise(World.PositionEvent(held, Operation.Remove));
            Test.Step("connection-lost");
            lock (account.Positions)
                account.Positions.Add(held);
            World.Broker.Become(ConnectionStatus.Connecting, ConnectionStatus.Connecting);
            World.Broker.Become(ConnectionStatus.Connected, ConnectionStatus.Connected);
            account.Raise(World.PositionEvent(held, Operation.Add));
            Test.Step("reconnected");
        }

        private static void OddObjects(Account account)
        {
            Collection<Position> positions = account.Positions;
            account.Positions = null;
            int looked = account.PositionReads;
            World.Item(account, AccountItem.CashValue, 49000);
            account.Raise((PositionEventArgs)null);
            account.Raise(new PositionEventArgs());
            account.Raise((ExecutionEventArgs)null);
            account.Raise(new ExecutionEventArgs());
            account.Raise((OrderEventArgs)null);
            account.Raise((AccountItemEventArgs)null);
            Expect.Soon(delegate { return account.PositionReads > looked; }, "the script looks at the missing list");
            Test.Step("positions-null");
            account.Positions = positions;
            account.Items[AccountItem.CashValue] = double.NaN;
            account.Items[AccountItem.RealizedProfitLoss] = double.PositiveInfinity;
            Position nameless = new Position();
            nameless.MarketPosition = MarketPosition.Long;
            nameless.Quantity = 1;
            nameless.AveragePrice = double.NaN;
            nameless.MarketPrice = double.NaN;
            lock (positions)
                positions.Add(nameless);
            account.Raise(World.PositionEvent(nameless, Operation.Add));
            NinjaTrader.Core.Globals.GeneralOptions.TimeZoneInfo = null;
            World.Fill(account, null, MarketPosition.Long, 1, 10.5, "e4");
            NinjaTrader.Core.Globals.GeneralOptions.TimeZoneInfo = TimeZoneInfo.Utc;
            Test.Step("odd");
            lock (positions)
                positions.Remove(nameless);
            account.Items[AccountItem.CashValue] = 50000;
            account.Items[AccountItem.RealizedProfitLoss] = 0;
        }

        private static void SimulationReset(Account account)
        {
            lock (account.Positions)
                account.Positions.Clear();
            lock (account.Executions)
                account.Executions.Clear();
            account.RaiseReset();
            Test.Step("reset");
        }

        /// <summary>On a clock moved by hand: nothing happens in between, and a storm of account items is one snapshot.</summary>
        public static void Quiet()
        {
            HandClock clock = new HandClock();
            Account account = World.NewAccount("Sim101");
            LivePositionBridgeIndicator script = World.Indicator(clock, "Sim101");
            World.GoLive(script);
            Test.Step("first");
            clock.Advance(5000);
            Test.Step("second");
            for (int i = 0; i < 10000; i++)
                World.Item(account, AccountItem.UnrealizedProfitLoss, i);
            for (int i = 0; i < 10000; i++)
                World.Item(account, AccountItem.BuyingPower, i);
            clock.Advance(1000);
            Test.Step("third");
            clock.Advance(5000);
            Test.Step("fourth");
            script.Drive(State.Terminated);
        }

        /// <summary>10,000 changes as fast as they come, against a slow server.</summary>
        public static void Burst()
        {
            Account account = World.NewAccount("Sim101");
            LivePositionBridgeIndicator script = World.Indicator(new SystemBridgeClock(), "Sim101");
            World.GoLive(script);
            Test.Step("ready");
            Stopwatch since = Stopwatch.StartNew();
            for (int i = 1; i <= 10000; i++)
                World.Hold(account, World.Gold, i % 2 == 0 ? MarketPosition.Long : MarketPosition.Short, 1 + i % 5, 4200 + i % 7);
            Test.Fact("callback-ms", since.ElapsedMilliseconds);
            World.Hold(account, World.Gold, MarketPosition.Long, 7, 4210.4);
            Test.Step("sent");
            Test.Fact("lines", World.LinesWritten());
            script.Drive(State.Terminated);
        }

        /// <summary>Terminated while other threads are inside the script's callbacks, again and again.</summary>
        public static void Terminate()
        {
            Account account = World.NewAccount("Sim101");
            for (int round = 0; round < 40; round++)
            {
                LivePositionBridgeIndicator script = World.Indicator(new SystemBridgeClock(), "Sim101,Sim101, ,Sim102");
                World.GoLive(script);
                bool isOver = false;
                Thread bars = new Thread(delegate()
                {
                    for (int i = 0; !Volatile.Read(ref isOver); i++)
                    {
                        script.DriveBarUpdate();
                        World.Hold(account, World.Gold, MarketPosition.Long, 1 + i % 3, 4200);
                    }
                });
                bars.Start();
                Thread.Sleep(round % 5 * 3);
                Stopwatch since = Stopwatch.StartNew();
                script.Drive(State.Terminated);
                Expect.That(since.ElapsedMilliseconds < 2000, "Terminated does not wait for the network");
                Volatile.Write(ref isOver, true);
                bars.Join();
            }
        }

        /// <summary>Two scripts on one account: one reports, and the other takes over when it goes.</summary>
        public static void TwoScripts()
        {
            Account account = World.NewAccount("Sim101");
            LivePositionBridgeIndicator first = World.Indicator(new SystemBridgeClock(), "Sim101");
            World.GoLive(first);
            Test.Step("first");
            LivePositionBridgeIndicator second = World.Indicator(new SystemBridgeClock(), "Sim101");
            World.GoLive(second);
            World.Hold(account, World.Gold, MarketPosition.Long, 1, 4200);
            Test.Step("still-first");
            first.Drive(State.Terminated);
            World.Hold(account, World.Gold, MarketPosition.Long, 2, 4200);
            Test.Step("second");
            second.Drive(State.Terminated);
        }

        /// <summary>Settings that are refused: nothing is sent, and the line says why.</summary>
        public static void Settings()
        {
            Dictionary<string, string> wrong = new Dictionary<string, string>();
            wrong.Add("http://192.168.1.20:8001", "https");
            wrong.Add("ftp://127.0.0.1/", "https");
            wrong.Add("not an address", "not a web address");
            wrong.Add("", "not a web address");
            foreach (KeyValuePair<string, string> one in wrong)
                Refused(one.Key, World.Key, "Sim101", one.Value);
            Refused(World.Url, "  ", "Sim101", "API key");
            Refused(World.Url, World.Key, " , ", "no account");
            Refused(null, null, null, "not a web address");
            Uri address;
            Expect.Equal(null, BridgeHttp.WhyNot("https://copilot.example:8001", out address), "https elsewhere");
            Expect.Equal(null, BridgeHttp.WhyNot("http://localhost:8001/", out address), "localhost");
            Expect.Equal(null, BridgeHttp.WhyNot("http://[::1]:8001", out address), "loopback of IPv6");
        }

        private static void Refused(string url, string key, string accounts, string why)
        {
            NinjaTrader.Code.Output.Lines.Clear();
            LivePositionBridgeIndicator script = World.Indicator(new SystemBridgeClock(), accounts);
            script.Url = url;
            script.ApiKey = key;
            World.GoLive(script);
            Expect.Equal(1, World.LinesWritten(), "lines about " + url);
            Expect.That(NinjaTrader.Code.Output.Lines[0].Contains("NOT REPORTING") && NinjaTrader.Code.Output.Lines[0].Contains(why), NinjaTrader.Code.Output.Lines[0]);
            Expect.Equal(0, BridgeCore.Alive, "threads");
            Expect.Soon(delegate { return World.Shown(script, "copilot-bridge").Contains(why); }, "the chart says why: " + why);
            script.Drive(State.Terminated);
        }
    }
}
