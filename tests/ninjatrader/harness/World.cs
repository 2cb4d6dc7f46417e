using System;
using System.Collections.Generic;
using System.Threading;
using FuturesCopilot.Bridge;
using NinjaTrader.Cbi;
using NinjaTrader.NinjaScript;
using NinjaTrader.NinjaScript.Indicators;
using NinjaTrader.NinjaScript.Strategies;

namespace FuturesCopilot.Harness
{
    /// <summary>A clock that moves when it is told to.</summary>
    internal sealed class HandClock : IBridgeClock
    {
        private long milliseconds;

        public DateTime UtcNow
        {
            get { return new DateTime(2026, 11, 20, 14, 31, 0, DateTimeKind.Utc).AddMilliseconds(Milliseconds); }
        }

        public long Milliseconds
        {
            get { return Interlocked.Read(ref milliseconds); }
        }

        public void Advance(long ms)
        {
            Interlocked.Add(ref milliseconds, ms);
        }
    }

    /// <summary>The platform around a script: accounts, a connection, contracts, and the scripts' lives.</summary>
    internal static class World
    {
        public static string Url;
        public const string Key = "a-key-of-many-letters";
        public static readonly Connection Broker = NewConnection();
        public static readonly Instrument Gold = NewInstrument("MGC 12-26", "MGC", 0.1, 10);
        public static readonly Instrument Index = NewInstrument("MES 12-26", "MES", 0.25, 5);
        public static readonly List<NinjaScriptBase> Scripts = new List<NinjaScriptBase>();

        public static Account NewAccount(string name)
        {
            Account account = new Account(name);
            account.Connection = Broker;
            account.ConnectionStatus = ConnectionStatus.Connected;
            account.Items[AccountItem.CashValue] = 50000;
            account.Items[AccountItem.RealizedProfitLoss] = -120.5;
            lock (Account.All)
                Account.All.Add(account);
            return account;
        }

        /// <summary>Holds a position as the platform would: the list first, then the event.</summary>
        public static Position Hold(Account account, Instrument instrument, MarketPosition side, int quantity, double average)
        {
            Position position = null;
            Operation operation = Operation.Update;
            lock (account.Positions)
            {
                foreach (Position one in account.Positions)
                    if (one.Instrument == instrument)
                        position = one;
                if (position == null)
                {
                    operation = Operation.Add;
                    position = new Position();
                    position.Account = account;
                    position.Instrument = instrument;
                    account.Positions.Add(position);
                }
                position.MarketPosition = side;
                position.Quantity = quantity;
                position.AveragePrice = average;
                position.MarketPrice = average + 1;
                if (side == MarketPosition.Flat)
                {
                    operation = Operation.Remove;
                    account.Positions.Remove(position);
                }
            }
            account.Raise(PositionEvent(position, operation));
            return position;
        }

        public static PositionEventArgs PositionEvent(Position position, Operation operation)
        {
            PositionEventArgs e = new PositionEventArgs();
            e.Position = position;
            e.Operation = operation;
            e.MarketPosition = position.MarketPosition;
            e.Quantity = position.Quantity;
            e.AveragePrice = position.AveragePrice;
            return e;
        }

        public static Execution Fill(Account account, Instrument instrument, MarketPosition side, int quantity, double price, string id)
        {
            Execution execution = new Execution();
            execution.Account = account;
            execution.Instrument = instrument;
            execution.ExecutionId = id;
            execution.OrderId = "order-" + id;
            execution.MarketPosition = side;
            execution.Quantity = quantity;
            execution.Price = price;
            execution.Commission = 0.62 * quantity;
            execution.Time = new DateTime(2026, 11, 20, 9, 31, 0);
            lock (account.Executions)
                account.Executions.Add(execution);
            account.Raise(FillEvent(execution, Operation.Add));
            return execution;
        }

        public static ExecutionEventArgs FillEvent(Execution execution, Operation operation)
        {
            ExecutionEventArgs e = new ExecutionEventArgs();
            e.Execution = execution;
            e.ExecutionId = execution.ExecutionId;
            e.OrderId = execution.OrderId;
            e.Price = execution.Price;
            e.Quantity = execution.Quantity;
            e.MarketPosition = execution.MarketPosition;
            e.Time = execution.Time;
            e.Operation = operation;
            return e;
        }

        public static Order Stop(Account account, Instrument instrument, OrderAction action, int quantity, double price, string id)
        {
            Order order = new Order();
            order.Account = account;
            order.Instrument = instrument;
            order.OrderId = id;
            order.OrderAction = action;
            order.OrderType = OrderType.StopMarket;
            order.OrderState = OrderState.Accepted;
            order.Quantity = quantity;
            order.StopPrice = price;
            lock (account.Orders)
                account.Orders.Add(order);
            Tell(order);
            return order;
        }

        public static void Tell(Order order)
        {
            OrderEventArgs e = new OrderEventArgs();
            e.Order = order;
            e.OrderState = order.OrderState;
            order.Account.Raise(e);
        }

        public static void Item(Account account, AccountItem item, double value)
        {
            account.Items[item] = value;
            AccountItemEventArgs e = new AccountItemEventArgs();
            e.Account = account;
            e.AccountItem = item;
            e.Value = value;
            account.Raise(e);
        }

        /// <summary>The copies the platform makes for its dialogs: they live from SetDefaults to Terminated and nothing else.</summary>
        public static void Copies<T>() where T : NinjaScriptBase, new()
        {
            for (int i = 0; i < 3; i++)
            {
                T copy = Remember(new T());
                copy.Drive(State.SetDefaults);
                if (i == 1)
                    copy.Drive(State.Configure);
                copy.Drive(State.Terminated);
                copy.Drive(State.Terminated);
            }
        }

        public static LivePositionBridgeIndicator Indicator(IBridgeClock clock, string accounts)
        {
            LivePositionBridgeIndicator script = Remember(new LivePositionBridgeIndicator());
            script.Drive(State.SetDefaults);
            script.Url = Url;
            script.ApiKey = Key;
            script.AccountNames = accounts;
            script.Clock = clock;
            script.Drive(State.Configure);
            return script;
        }

        public static FuturesBridgeStrategy Strategy(IBridgeClock clock, Account account)
        {
            FuturesBridgeStrategy script = Remember(new FuturesBridgeStrategy());
            script.Drive(State.SetDefaults);
            script.Url = Url;
            script.ApiKey = Key;
            script.Account = account;
            script.Instrument = Gold;
            script.Clock = clock;
            script.Drive(State.Configure);
            return script;
        }

        /// <summary>From the loading of history into real time, with a few bars in each.</summary>
        public static void GoLive(NinjaScriptBase script)
        {
            script.Drive(State.DataLoaded);
            script.Drive(State.Historical);
            for (int i = 0; i < 30; i++)
                script.DriveBar(Bar(i));
            script.Drive(State.Transition);
            script.Drive(State.Realtime);
            script.DriveBar(Bar(30));
        }

        public static TestBar Bar(int i)
        {
            TestBar bar = new TestBar();
            bar.Time = new DateTime(2026, 11, 20, 9, 0, 0).AddMinutes(5 * i);
            bar.Open = 4200 + i;
            bar.High = 4203 + i;
            bar.Low = 4199 + i;
            bar.Close = 4202 + i;
            bar.Volume = 1000 + 10 * i;
            return bar;
        }

        public static T Remember<T>(T script) where T : NinjaScriptBase
        {
            lock (Scripts)
                Scripts.Add(script);
            return script;
        }

        /// <summary>What stands on the indicator's chart under a tag; empty when nothing does.</summary>
        public static string Shown(Indicator script, string tag)
        {
            lock (script.Drawn)
                return script.Drawn.ContainsKey(tag) ? script.Drawn[tag].Text : string.Empty;
        }

        /// <summary>Exceptions that left a callback of any script, in words.</summary>
        public static string Faults()
        {
            List<string> all = new List<string>();
            lock (Scripts)
                foreach (NinjaScriptBase script in Scripts)
                    foreach (Exception e in script.Faults)
                        all.Add(script.GetType().Name + " in " + script.State + ": " + e);
            return string.Join("; ", all.ToArray());
        }

        /// <summary>Handlers that are still attached anywhere.</summary>
        public static int Subscribers()
        {
            int count = Connection.Subscribers + Account.ResetSubscribers;
            lock (Account.All)
                foreach (Account account in Account.All)
                    count += account.Subscribers;
            return count;
        }

        public static int LinesWritten()
        {
            lock (NinjaTrader.Code.Output.Lines)
                return NinjaTrader.Code.Output.Lines.Count;
        }

        private static Connection NewConnection()
        {
            Connection connection = new Connection();
            connection.Status = ConnectionStatus.Connected;
            connection.PriceStatus = ConnectionStatus.Connected;
            return connection;
        }

        public static Instrument NewInstrument(string fullName, string root, double tick, double point)
        {
            Instrument instrument = new Instrument();
            instrument.FullName = fullName;
            instrument.MasterInstrument = new MasterInstrument();
            instrument.MasterInstrument.Name = root;
            instrument.MasterInstrument.TickSize = tick;
            instrument.MasterInstrument.PointValue = point;
            return instrument;
        }
    }
}
