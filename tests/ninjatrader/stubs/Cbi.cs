// Stand-ins for accounts, orders, positions and connections, written from the documented signatures. Members marked
// `internal` are the test's handle; setters are public here where the platform alone may set them there.
using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;

namespace NinjaTrader.Cbi
{
    public enum AccountItem { BuyingPower, CashValue, Commission, Fee, GrossRealizedProfitLoss, InitialMargin, MaintenanceMargin, NetLiquidation, RealizedProfitLoss, UnrealizedProfitLoss, ExcessIntradayMargin }

    public enum ConnectionStatus { Disconnected, Disconnecting, ConnectionLost, Connected, Connecting }

    public enum Currency { UsDollar, Euro }

    public enum ErrorCode { NoError, OrderRejected, UnableToCancelOrder, UnableToChangeOrder, UserAbort, Panic }

    public enum LogLevel { Information, Warning, Error, Alert }

    public enum MarketPosition { Flat, Long, Short }

    public enum Operation { Add, Update, Remove }

    public enum OrderAction { Buy, BuyToCover, Sell, SellShort }

    public enum OrderEntry { Automated, Manual }

    public enum OrderState { Accepted, Cancelled, Filled, Initialized, PartFilled, CancelSubmitted, ChangeSubmitted, Submitted, TriggerPending, Rejected, Working, CancelPending, ChangePending, Suspended, AcceptedByRisk, Unknown }

    public enum OrderType { Limit, Market, MIT, StopLimit, StopMarket, Unknown }

    public enum PerformanceUnit { Currency, Percent, Pips, Points, Ticks }

    public enum TimeInForce { Day, Gtc, Gtd, Ioc, Opg }

    public class MasterInstrument
    {
        public string Name { get; set; }
        public double TickSize { get; set; }
        public double PointValue { get; set; }

        public double RoundToTickSize(double price)
        {
            return Math.Round(price / TickSize) * TickSize;
        }
    }

    public class Instrument
    {
        public string FullName { get; set; }
        public MasterInstrument MasterInstrument { get; set; }
    }

    public class Position
    {
        public Account Account { get; set; }
        public Instrument Instrument { get; set; }
        public MarketPosition MarketPosition { get; set; }
        public int Quantity { get; set; }
        public double AveragePrice { get; set; }

        internal double MarketPrice { get; set; }

        public double GetMarketPrice()
        {
            return MarketPrice;
        }

        public double GetUnrealizedProfitLoss(PerformanceUnit unit, double price)
        {
            double points = MarketPosition == MarketPosition.Long ? price - AveragePrice : AveragePrice - price;
            return points * Quantity * Instrument.MasterInstrument.PointValue;
        }
    }

    public class Order
    {
        public Account Account { get; set; }
        public Instrument Instrument { get; set; }
        public string OrderId { get; set; }
        public string Name { get; set; }
        public OrderAction OrderAction { get; set; }
        public OrderType OrderType { get; set; }
        public OrderState OrderState { get; set; }
        public int Quantity { get; set; }
        public int Filled { get; set; }
        public double LimitPrice { get; set; }
        public double StopPrice { get; set; }
        public string Oco { get; set; }
        public DateTime Time { get; set; }
    }

    public class Execution
    {
        public Account Account { get; set; }
        public Instrument Instrument { get; set; }
        public string ExecutionId { get; set; }
        public string OrderId { get; set; }
        public MarketPosition MarketPosition { get; set; }
        public int Quantity { get; set; }
        public double Price { get; set; }
        public double Commission { get; set; }
        public double Fee { get; set; }
        public DateTime Time { get; set; }
        public bool IsSod { get; set; }
    }

    public class PositionEventArgs : EventArgs
    {
        public Position Position { get; set; }
        public double AveragePrice { get; set; }
        public MarketPosition MarketPosition { get; set; }
        public int Quantity { get; set; }
        public Operation Operation { get; set; }
    }

    public class ExecutionEventArgs : EventArgs
    {
        public Execution Execution { get; set; }
        public string ExecutionId { get; set; }
        public string OrderId { get; set; }
        public double Price { get; set; }
        public int Quantity { get; set; }
        public MarketPosition MarketPosition { get; set; }
        public Operation Operation { get; set; }
        public DateTime Time { get; set; }
        public bool IsSod { get; set; }
    }

    public class OrderEventArgs : EventArgs
    {
        public Order Order { get; set; }
        public OrderState OrderState { get; set; }
        public double StopPrice { get; set; }
        public double LimitPrice { get; set; }
        public int Quantity { get; set; }
        public int Filled { get; set; }
        public DateTime Time { get; set; }
        public ErrorCode Error { get; set; }
    }

    public class AccountItemEventArgs : EventArgs
    {
        public Account Account { get; set; }
        public AccountItem AccountItem { get; set; }
        public Currency Currency { get; set; }
        public DateTime Time { get; set; }
        public double Value { get; set; }
    }

    public class ConnectionStatusEventArgs : EventArgs
    {
        public Connection Connection { get; set; }
        public ConnectionStatus Status { get; set; }
        public ConnectionStatus PriceStatus { get; set; }
        public ConnectionStatus PreviousStatus { get; set; }
        public ConnectionStatus PreviousPriceStatus { get; set; }
        public ErrorCode Error { get; set; }
        public string NativeError { get; set; }
    }

    public class Connection
    {
        public static event EventHandler<ConnectionStatusEventArgs> ConnectionStatusUpdate;

        public ConnectionStatus Status { get; set; }
        public ConnectionStatus PriceStatus { get; set; }

        internal static int Subscribers
        {
            get { return Account.CountOf(ConnectionStatusUpdate); }
        }

        internal void Become(ConnectionStatus orders, ConnectionStatus prices)
        {
            ConnectionStatusEventArgs e = new ConnectionStatusEventArgs();
            e.Connection = this;
            e.PreviousStatus = Status;
            e.PreviousPriceStatus = PriceStatus;
            e.Status = Status = orders;
            e.PriceStatus = PriceStatus = prices;
            if (ConnectionStatusUpdate != null)
                ConnectionStatusUpdate(this, e);
        }
    }

    public class Account
    {
        public static readonly Collection<Account> All = new Collection<Account>();

        public static event EventHandler SimulationAccountReset;

        public event EventHandler<PositionEventArgs> PositionUpdate;
        public event EventHandler<ExecutionEventArgs> ExecutionUpdate;
        public event EventHandler<OrderEventArgs> OrderUpdate;
        public event EventHandler<AccountItemEventArgs> AccountItemUpdate;

        private Collection<Position> positions;
        private int positionReads;

        public Account(string name)
        {
            Name = name;
            Positions = new Collection<Position>();
            Orders = new Collection<Order>();
            Executions = new Collection<Execution>();
            Items = new Dictionary<AccountItem, double>();
            Asked = new List<string>();
        }

        public string Name { get; set; }
        public Connection Connection { get; set; }
        public ConnectionStatus ConnectionStatus { get; set; }
        public Collection<Position> Positions
        {
            get
            {
                System.Threading.Interlocked.Increment(ref positionReads);
                return positions;
            }
            set { positions = value; }
        }

        /// <summary>How often anyone looked at the list.</summary>
        internal int PositionReads
        {
            get { return System.Threading.Thread.VolatileRead(ref positionReads); }
        }

        public Collection<Order> Orders { get; set; }
        public Collection<Execution> Executions { get; set; }

        public double Get(AccountItem itemType, Currency currency)
        {
            double value;
            return Items.TryGetValue(itemType, out value) ? value : 0;
        }

        public void Flatten(ICollection<Instrument> instruments)
        {
            foreach (Instrument instrument in instruments)
                lock (Asked)
                    Asked.Add("flatten " + instrument.FullName + " on thread " + System.Threading.Thread.CurrentThread.ManagedThreadId);
            if (Flattening != null)
                Flattening(instruments);
        }

        public void Cancel(IEnumerable<Order> orders)
        {
            foreach (Order order in orders)
            {
                lock (Asked)
                    Asked.Add("cancel " + order.OrderId);
                if (Cancelling != null)
                    Cancelling(order);
            }
        }

        internal Dictionary<AccountItem, double> Items { get; private set; }

        /// <summary>What scripts asked of the account, in order.</summary>
        internal List<string> Asked { get; private set; }

        internal Action<ICollection<Instrument>> Flattening { get; set; }
        internal Action<Order> Cancelling { get; set; }

        internal int Subscribers
        {
            get { return CountOf(PositionUpdate) + CountOf(ExecutionUpdate) + CountOf(OrderUpdate) + CountOf(AccountItemUpdate); }
        }

        internal static int ResetSubscribers
        {
            get { return CountOf(SimulationAccountReset); }
        }

        internal static int CountOf(Delegate handlers)
        {
            return handlers == null ? 0 : handlers.GetInvocationList().Length;
        }

        internal void Raise(PositionEventArgs e)
        {
            if (PositionUpdate != null)
                PositionUpdate(this, e);
        }

        internal void Raise(ExecutionEventArgs e)
        {
            if (ExecutionUpdate != null)
                ExecutionUpdate(this, e);
        }

        internal void Raise(OrderEventArgs e)
        {
            if (OrderUpdate != null)
                OrderUpdate(this, e);
        }

        internal void Raise(AccountItemEventArgs e)
        {
            if (AccountItemUpdate != null)
                AccountItemUpdate(this, e);
        }

        internal void RaiseReset()
        {
            if (SimulationAccountReset != null)
                SimulationAccountReset(this, EventArgs.Empty);
        }
    }
}

namespace NinjaTrader.Core
{
    public class GeneralOptions
    {
        public TimeZoneInfo TimeZoneInfo { get; set; }
    }

    public static class Globals
    {
        public static readonly DateTime MaxDate = new DateTime(2099, 12, 1);
        public static readonly GeneralOptions GeneralOptions = NewOptions();

        public static DateTime Now
        {
            get { return TimeZoneInfo.ConvertTimeFromUtc(DateTime.UtcNow, GeneralOptions.TimeZoneInfo); }
        }

        private static GeneralOptions NewOptions()
        {
            GeneralOptions options = new GeneralOptions();
            options.TimeZoneInfo = TimeZoneInfo.Utc;
            return options;
        }
    }
}

namespace NinjaTrader.Core.FloatingPoint
{
    public static class Extensions
    {
        public static int ApproxCompare(this double a, double b)
        {
            return Math.Abs(a - b) < 1e-9 ? 0 : a < b ? -1 : 1;
        }
    }
}

namespace NinjaTrader.Data
{
    public enum BarsPeriodType { Tick, Volume, Range, Second, Minute, Day }

    public enum MarketDataType { Ask, Bid, Last, DailyHigh, DailyLow, DailyVolume, Opening, Settlement }

    public class BarsPeriod
    {
        public BarsPeriodType BarsPeriodType { get; set; }
        public int Value { get; set; }
    }

    public class Bars
    {
        public BarsPeriod BarsPeriod { get; set; }
        public int Count { get; set; }
        public bool IsFirstBarOfSession { get; set; }
        public bool IsTickReplay { get; set; }
    }

    public class MarketDataEventArgs : EventArgs
    {
        public NinjaTrader.Cbi.Instrument Instrument { get; set; }
        public MarketDataType MarketDataType { get; set; }
        public double Price { get; set; }
        public long Volume { get; set; }
        public DateTime Time { get; set; }
    }
}
