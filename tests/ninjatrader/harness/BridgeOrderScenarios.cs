using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using FuturesCopilot.Bridge;
using NinjaTrader.Cbi;
using NinjaTrader.NinjaScript;
using NinjaTrader.NinjaScript.Strategies;

namespace FuturesCopilot.Harness
{
    /// <summary>Real time, several times as fast; the wall time commands carry is left alone.</summary>
    internal sealed class FastClock : IBridgeClock
    {
        private readonly Stopwatch since = Stopwatch.StartNew();
        private readonly int speed;

        public FastClock(int speed)
        {
            this.speed = speed;
        }

        public DateTime UtcNow
        {
            get { return DateTime.UtcNow; }
        }

        public long Milliseconds
        {
            get { return since.ElapsedMilliseconds * speed; }
        }
    }

    /// <summary>The strategy: its life, its queue, and what it does when it is told to.</summary>
    internal static class BridgeOrderScenarios
    {
        public static void Life()
        {
            World.Copies<FuturesBridgeStrategy>();
            Account account = World.NewAccount("Sim101");
            Backtests(account);
            Expect.Equal(0, BridgeCore.Alive, "threads after copies and backtests");

            FuturesBridgeStrategy script = World.Strategy(new SystemBridgeClock(), null);
            Expect.That(!script.AllowEntries && !script.AcceptCommands, "orders are off by default");
            Expect.Equal(ConnectionLossHandling.KeepRunning, script.ConnectionLossHandling, "connection loss");
            Expect.Equal(RealtimeErrorHandling.IgnoreAllErrors, script.RealtimeErrorHandling, "rejected orders");
            QueueWaitsForRealtime(script);
            script.DriveBarUpdate();
            Test.Step("no-account");
            script.Account = account;
            script.Instrument = null;
            script.Close = null;
            script.Position = null;
            script.DriveBarUpdate();
            script.DriveMarketData(null);
            script.DriveConnection(null);
            Test.Step("account");
            TerminatedDuringWork(script);
            Expect.Equal(0, script.Asked.Count, "orders of a strategy nobody commanded");
            Expect.Equal(0, account.Asked.Count, "orders on the account");
        }

        private static void Backtests(Account account)
        {
            for (int i = 0; i < 20; i++)
            {
                FuturesBridgeStrategy script = World.Strategy(new SystemBridgeClock(), account);
                script.Drive(State.DataLoaded);
                script.Drive(State.Historical);
                for (int bar = 0; bar < 10; bar++)
                    script.DriveBar(World.Bar(bar));
                script.Drive(State.Terminated);
            }
        }

        private static void QueueWaitsForRealtime(FuturesBridgeStrategy script)
        {
            List<int> done = new List<int>();
            script.Drive(State.DataLoaded);
            script.Drive(State.Historical);
            for (int i = 0; i < 50; i++)
            {
                int mine = i;
                Expect.That(script.Enqueue(delegate
                {
                    lock (done)
                        done.Add(mine);
                    if (mine == 10)
                        throw new InvalidOperationException("an order method failed");
                }), "the queue takes work");
            }
            script.DriveBar(World.Bar(0));
            script.DriveMarketData(null);
            script.Drive(State.Transition);
            script.DriveBar(World.Bar(1));
            Expect.Equal(0, done.Count, "work done before real time");
            script.Drive(State.Realtime);
            script.DriveBar(World.Bar(2));
            Expect.That(done.SequenceEqual(Enumerable.Range(0, 50)), "work is done in its order, also after a failure: " + string.Join(",", done.Select(i => i.ToString()).ToArray()));
            int taken = 0;
            script.Drive(State.Historical);
            while (script.Enqueue(delegate { }))
                taken++;
            Expect.Equal(64, taken, "the queue's bound");
            script.Drive(State.Realtime);
            script.DriveBar(World.Bar(3));
        }

        private static void TerminatedDuringWork(FuturesBridgeStrategy script)
        {
            ManualResetEvent isInside = new ManualResetEvent(false);
            ManualResetEvent mayGo = new ManualResetEvent(false);
            int after = 0;
            script.Enqueue(delegate
            {
                isInside.Set();
                mayGo.WaitOne(5000);
            });
            script.Enqueue(delegate { after++; });
            Expect.That(isInside.WaitOne(5000), "the queue is worked off without a tick");
            script.Drive(State.Terminated);
            mayGo.Set();
            script.DriveBarUpdate();
            Expect.Equal(0, after, "work done after Terminated");
            Expect.That(!script.Enqueue(delegate { after++; }), "a terminated strategy takes no work");
            script.Drive(State.Terminated);
        }

        public static void Commands()
        {
            Account account = World.NewAccount("Sim101");
            account.Flattening = delegate(ICollection<Instrument> instruments) { CloseLater(account, instruments); };
            account.Cancelling = delegate(Order order) { order.OrderState = OrderState.Cancelled; };
            FuturesBridgeStrategy script = World.Strategy(new FastClock(4), account);
            script.AcceptCommands = true;
            World.GoLive(script);

            Open(account, 2);
            Test.Step("flatten");
            Expect.Equal("flatten MGC 12-26", Asked(account), "what was asked of the account");

            Open(account, 11);
            Test.Step("too-many");
            Expect.Equal(string.Empty, Asked(account), "what was asked of the account");

            Test.Step("refusals");
            Expect.Equal(string.Empty, Asked(account), "what was asked of the account");

            Open(account, 3);
            Test.Step("cancel");
            Expect.Equal("cancel stop", Asked(account), "what was asked of the account");

            account.Flattening = delegate(ICollection<Instrument> instruments)
            {
                lock (account.Positions)
                    account.Positions.Clear();
            };
            Open(account, 2);
            Test.Step("leftover");
            Expect.Equal("flatten MGC 12-26", Asked(account), "one flatten, no second one");
            Expect.That(script.Logged.Count == 1 && script.Logged[0].StartsWith("Alert: ") && script.Logged[0].Contains("STILL OPEN"), "an alert");

            account.Flattening = delegate(ICollection<Instrument> instruments) { CloseLater(account, instruments); };
            OwnPosition(script, account);

            account.Flattening = delegate(ICollection<Instrument> instruments) { throw new InvalidOperationException("not now"); };
            Open(account, 1);
            Test.Step("throws");

            World.Broker.Become(ConnectionStatus.ConnectionLost, ConnectionStatus.ConnectionLost);
            Test.Step("disconnected");
            World.Broker.Become(ConnectionStatus.Connected, ConnectionStatus.Connected);
            Expect.Equal("flatten MGC 12-26", Asked(account), "nothing is sent without a connection");
            Expect.Equal(0, script.Asked.Count, "orders of the strategy itself");
            script.Drive(State.Terminated);
        }

        /// <summary>The strategy's own contract goes through its own method first, and the account's flatten only takes the rest.</summary>
        private static void OwnPosition(FuturesBridgeStrategy script, Account account)
        {
            Asked(account);
            Open(account, 2);
            Position own = new Position();
            own.MarketPosition = MarketPosition.Long;
            own.Quantity = 1;
            script.Position = own;
            Test.Step("own");
            Expect.Soon(delegate { return script.Asked.Count == 1; }, "the strategy's own exit");
            Expect.Equal("exit long", script.Asked[0], "the strategy's own exit");
            Expect.Equal(string.Empty, Asked(account), "the account's flatten waits");
            own.MarketPosition = MarketPosition.Flat;
            Test.Step("own-closed");
            Expect.Equal("flatten MGC 12-26", Asked(account), "the rest");
            script.Asked.Clear();
        }

        public static void Entries()
        {
            Account account = World.NewAccount("Sim101");
            FuturesBridgeStrategy script = World.Strategy(new FastClock(4), account);
            script.AcceptCommands = true;
            script.AllowEntries = true;
            World.GoLive(script);
            Test.Step("entries");
            Expect.Equal("stop copilot Price 4229.5; enter long 1 copilot", string.Join("; ", script.Asked.ToArray()), "orders");

            Position own = new Position();
            own.MarketPosition = MarketPosition.Long;
            own.Quantity = 1;
            script.Position = own;
            Order stop = new Order();
            stop.OrderType = OrderType.StopMarket;
            script.DriveOrder(stop, OrderState.Rejected);
            script.DriveOrder(null, OrderState.Rejected);
            Expect.Soon(delegate { return script.Asked.Count == 3; }, "a rejected stop closes the entry");
            script.DriveOrder(stop, OrderState.Rejected);
            script.DriveBarUpdate();
            Expect.Equal("exit long", script.Asked[2], "a rejected stop closes the entry");
            Expect.Equal(3, script.Asked.Count, "once");
            script.Drive(State.Terminated);
        }

        /// <summary>Both scripts against the co-pilot's own intake.</summary>
        public static void Intake()
        {
            Account account = World.NewAccount("Sim101");
            Account other = World.NewAccount("Sim102");
            account.Flattening = delegate(ICollection<Instrument> instruments) { CloseLater(account, instruments); };
            FuturesBridgeStrategy script = World.Strategy(new SystemBridgeClock(), account);
            script.AcceptCommands = true;
            World.GoLive(script);
            NinjaTrader.NinjaScript.Indicators.LivePositionBridgeIndicator indicator = World.Indicator(new SystemBridgeClock(), "Sim102");
            World.GoLive(indicator);
            World.Fill(account, World.Gold, MarketPosition.Long, 2, 4205.3, "e1");
            Open(account, 2);
            World.Fill(other, World.Index, MarketPosition.Short, 1, 6000.25, "e2");
            World.Hold(other, World.Index, MarketPosition.Short, 1, 6000.25);
            Test.Step("open");
            Expect.Soon(delegate
            {
                return World.Shown(indicator, "copilot-bridge").StartsWith("co-pilot: Sim102 IN_SYNC, NO ENTRY: ");
            }, "the verdict on the chart");
            World.Hold(other, World.Index, MarketPosition.Long, 3, 6001);
            Test.Step("restarted");
            Test.Step("flattened");
            other.RaiseReset();
            Test.Step("reset");
            indicator.Drive(State.Terminated);
            script.Drive(State.Terminated);
        }

        private static void Open(Account account, int quantity)
        {
            lock (account.Orders)
                account.Orders.Clear();
            World.Stop(account, World.Gold, OrderAction.Sell, quantity, 4190, "stop");
            World.Hold(account, World.Gold, MarketPosition.Long, quantity, 4200);
        }

        /// <summary>As a platform does: on its own time, orders first.</summary>
        private static void CloseLater(Account account, ICollection<Instrument> instruments)
        {
            ThreadPool.QueueUserWorkItem(delegate
            {
                Thread.Sleep(50);
                lock (account.Orders)
                    foreach (Order order in account.Orders)
                        order.OrderState = OrderState.Cancelled;
                foreach (Instrument instrument in instruments)
                    World.Hold(account, instrument, MarketPosition.Flat, 0, 0);
            });
        }

        /// <summary>What was asked of the account since the last look, without the thread.</summary>
        private static string Asked(Account account)
        {
            lock (account.Asked)
            {
                string asked = string.Join("; ", account.Asked.Select(one => one.Split(new[] { " on thread" }, StringSplitOptions.None)[0]).ToArray());
                account.Asked.Clear();
                return asked;
            }
        }
    }
}
