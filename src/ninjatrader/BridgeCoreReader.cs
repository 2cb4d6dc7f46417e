using System;
using System.Collections.Generic;
using System.Linq;
using NinjaTrader.Cbi;

namespace FuturesCopilot.Bridge
{
    /// <summary>
    /// Turns NinjaTrader's objects into the rows of the contract. A list is locked only while it is copied, and nothing of
    /// NinjaTrader is called under the lock. What cannot be read is left unknown; a position is never left out.
    /// </summary>
    internal sealed class AccountReader
    {
        /// <summary>A position without a name is still a position: the co-pilot counts it as unmanaged risk.</summary>
        private const string Nameless = "(no instrument)";

        /// <summary>More than the intake takes; platforms mark "unknown" with such numbers.</summary>
        private const double DollarsMax = 1e9;

        public AccountReport Read(Account account, ConnectionStatusEventArgs connectionNews, IDictionary<string, PositionNews> news)
        {
            Position[] positions = Copy(account.Positions);
            Order[] orders = Copy(account.Orders);
            if (positions == null)
                return null;
            AccountReport report = new AccountReport();
            Connection connection = account.Connection;
            bool isNews = connectionNews != null && connection != null && ReferenceEquals(connectionNews.Connection, connection);
            report.OrdersConnection = Word(isNews ? connectionNews.Status : connection != null ? connection.Status : account.ConnectionStatus);
            report.PricesConnection = Word(isNews ? connectionNews.PriceStatus : connection != null ? connection.PriceStatus : ConnectionStatus.Disconnected);
            report.Cash = Money(delegate { return account.Get(AccountItem.CashValue, Currency.UsDollar); });
            report.Realized = Money(delegate { return account.Get(AccountItem.RealizedProfitLoss, Currency.UsDollar); });
            report.Positions = PositionsOf(positions, news);
            report.Orders = orders == null ? new List<OrderRow>() : orders.Where(IsWorking).Select(RowOf).Where(row => row.Quantity > 0).ToList();
            return report;
        }

        public static string SymbolOf(Instrument instrument)
        {
            return JsonWriter.Name(instrument == null ? null : instrument.FullName, Nameless);
        }

        /// <summary>Orders that may still fill.</summary>
        public static bool IsWorking(Order order)
        {
            if (order == null)
                return false;
            OrderState state = order.OrderState;
            return state != OrderState.Filled && state != OrderState.Cancelled && state != OrderState.Rejected && state != OrderState.Unknown && state != OrderState.Initialized;
        }

        public static T[] Copy<T>(ICollection<T> list)
        {
            if (list == null)
                return null;
            lock (list)
                return list.ToArray();
        }

        /// <summary>The fills the account's list holds, oldest first; null when there is no list.</summary>
        public IList<FillRow> ReadFills(Account account)
        {
            Execution[] executions = Copy(account.Executions);
            if (executions == null)
                return null;
            List<FillRow> fills = new List<FillRow>();
            foreach (Execution execution in executions.Where(e => e != null).OrderBy(e => e.Time))
            {
                FillRow fill = FillOf(execution);
                if (fill != null)
                    fills.Add(fill);
            }
            return fills;
        }

        /// <summary>Null for what is no fill. The event's values count; the object only tells what the event does not.</summary>
        public FillRow FillOf(ExecutionEventArgs e)
        {
            if (e == null || e.IsSod)
                return null;
            FillRow fill = e.Execution == null ? new FillRow() : FillOf(e.Execution) ?? new FillRow();
            fill.ExecutionId = JsonWriter.Name(e.ExecutionId, fill.ExecutionId);
            fill.OrderId = JsonWriter.Name(e.OrderId, fill.OrderId ?? string.Empty);
            if (e.MarketPosition != MarketPosition.Flat)
                fill.IsBuy = e.MarketPosition == MarketPosition.Long;
            if (e.Quantity != 0)
                fill.Quantity = Math.Abs(e.Quantity);
            if (IsFinite(e.Price) && !e.Price.Equals(0.0))
                fill.Price = e.Price;
            if (e.Time > DateTime.MinValue)
                fill.Utc = ToUtc(e.Time);
            fill.Symbol = fill.Symbol ?? Nameless;
            fill.Operation = e.Operation == Operation.Update ? "update" : e.Operation == Operation.Remove ? "remove" : "add";
            return IsWhole(fill) ? fill : null;
        }

        private static FillRow FillOf(Execution execution)
        {
            // A start-of-day line repeats a position of an earlier day; its fill was reported then.
            if (execution.IsSod || execution.MarketPosition == MarketPosition.Flat)
                return null;
            FillRow fill = new FillRow();
            fill.ExecutionId = JsonWriter.Name(execution.ExecutionId, null);
            fill.OrderId = JsonWriter.Name(execution.OrderId, string.Empty);
            fill.Symbol = SymbolOf(execution.Instrument);
            fill.IsBuy = execution.MarketPosition == MarketPosition.Long;
            fill.Quantity = Math.Abs(execution.Quantity);
            fill.Price = execution.Price;
            double costs = execution.Commission + execution.Fee;
            fill.Commission = IsFinite(costs) ? Math.Max(0, costs) : 0;
            fill.Utc = ToUtc(execution.Time);
            fill.Operation = "add";
            return IsWhole(fill) ? fill : null;
        }

        private static bool IsWhole(FillRow fill)
        {
            return !string.IsNullOrEmpty(fill.ExecutionId) && fill.Quantity > 0 && IsFinite(fill.Price);
        }

        private static List<PositionRow> PositionsOf(Position[] positions, IDictionary<string, PositionNews> news)
        {
            List<PositionRow> rows = new List<PositionRow>();
            HashSet<string> told = new HashSet<string>();
            foreach (Position position in positions.Where(p => p != null))
            {
                string symbol = SymbolOf(position.Instrument);
                PositionNews one;
                if (position.Instrument != null && news.TryGetValue(symbol, out one))
                {
                    if (told.Add(symbol))
                        Add(rows, symbol, one);
                }
                else if (position.MarketPosition != MarketPosition.Flat)
                    Add(rows, RowOf(symbol, position, position.MarketPosition == MarketPosition.Long, Math.Abs(position.Quantity), position.AveragePrice));
            }
            // An event may come before the list has the position.
            foreach (KeyValuePair<string, PositionNews> one in news)
                if (told.Add(one.Key))
                    Add(rows, one.Key, one.Value);
            return rows;
        }

        private static void Add(List<PositionRow> rows, string symbol, PositionNews news)
        {
            if (!news.IsFlat)
                Add(rows, RowOf(symbol, news.Position, news.IsLong, news.Quantity, news.AveragePrice));
        }

        private static void Add(List<PositionRow> rows, PositionRow row)
        {
            if (row.Quantity > 0)
                rows.Add(row);
        }

        private static PositionRow RowOf(string symbol, Position position, bool isLong, int quantity, double average)
        {
            PositionRow row = new PositionRow();
            row.Symbol = symbol;
            row.IsLong = isLong;
            row.Quantity = quantity;
            double? last = Finite(position.GetMarketPrice);
            row.LastPrice = last.HasValue && last.Value.Equals(0.0) ? null : last;
            row.AveragePrice = IsFinite(average) ? average : row.LastPrice ?? 0;
            bool isSame = position.Quantity == quantity && position.AveragePrice.Equals(average) && (position.MarketPosition == MarketPosition.Long) == isLong;
            if (row.LastPrice.HasValue && isSame && position.Instrument != null)
                row.Unrealized = Money(delegate { return position.GetUnrealizedProfitLoss(PerformanceUnit.Currency, row.LastPrice.Value); });
            return row;
        }

        private static OrderRow RowOf(Order order)
        {
            OrderRow row = new OrderRow();
            row.OrderId = JsonWriter.Name(order.OrderId, JsonWriter.Name(order.Name, "(no id)"));
            row.Symbol = SymbolOf(order.Instrument);
            row.IsBuy = order.OrderAction == OrderAction.Buy || order.OrderAction == OrderAction.BuyToCover;
            row.Type = TypeOf(order.OrderType);
            row.Quantity = Math.Abs(order.Quantity) - Math.Abs(order.Filled);
            bool isStop = order.OrderType == OrderType.StopMarket || order.OrderType == OrderType.StopLimit;
            bool isLimit = order.OrderType == OrderType.Limit || order.OrderType == OrderType.StopLimit;
            // An unused price is 0 in NinjaTrader, and 0 can be a price: the type tells them apart.
            row.StopPrice = isStop ? (double?)order.StopPrice : null;
            row.LimitPrice = isLimit ? (double?)order.LimitPrice : null;
            row.State = StateOf(order.OrderState);
            return row;
        }

        private static string TypeOf(OrderType type)
        {
            switch (type)
            {
                case OrderType.StopMarket: return "STOP";
                case OrderType.StopLimit: return "STOP_LIMIT";
                default: return type.ToString().ToUpperInvariant();
            }
        }

        /// <summary>A stop that is being moved or has partly filled still protects.</summary>
        private static string StateOf(OrderState state)
        {
            if (state == OrderState.ChangePending || state == OrderState.ChangeSubmitted || state == OrderState.PartFilled)
                return "working";
            return state.ToString().ToLowerInvariant();
        }

        private static string Word(ConnectionStatus status)
        {
            return status.ToString().ToLowerInvariant();
        }

        /// <summary>NinjaTrader's times are in the zone of its options, which need not be the computer's.</summary>
        private static DateTime ToUtc(DateTime time)
        {
            if (time.Kind == DateTimeKind.Utc)
                return time;
            TimeZoneInfo zone = NinjaTrader.Core.Globals.GeneralOptions.TimeZoneInfo ?? TimeZoneInfo.Local;
            DateTime local = DateTime.SpecifyKind(time, DateTimeKind.Unspecified);
            // The hour that spring leaves out does not exist; a clock that shows it has not been put forward.
            if (zone.IsInvalidTime(local))
                local = local.AddHours(1);
            return TimeZoneInfo.ConvertTimeToUtc(local, zone);
        }

        private static double? Money(Func<double> read)
        {
            double? dollars = Finite(read);
            return dollars.HasValue && Math.Abs(dollars.Value) <= DollarsMax ? dollars : null;
        }

        private static double? Finite(Func<double> read)
        {
            try
            {
                double value = read();
                return IsFinite(value) ? (double?)value : null;
            }
            catch (Exception)
            {
                return null;
            }
        }

        private static bool IsFinite(double value)
        {
            return !double.IsNaN(value) && !double.IsInfinity(value);
        }
    }
}
