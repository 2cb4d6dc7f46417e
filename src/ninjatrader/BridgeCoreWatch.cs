using System;
using System.Collections.Generic;
using System.Linq;
using NinjaTrader.Cbi;

namespace FuturesCopilot.Bridge
{
    /// <summary>
    /// Follows one account of NinjaTrader: its events say that something changed, its collections say what is. Account events
    /// and not the strategy's own, because those do not see trades made by hand or by an ATM.
    /// </summary>
    internal sealed class AccountWatch : IAccountSource
    {
        private const long CheckMs = 1000;
        /// <summary>An event's own values stand for this long; after that the account's list is the truth.</summary>
        private const long EventHoldMs = 1000;
        /// <summary>With an open position account items come many times a second.</summary>
        private const long ItemsMs = 1000;

        private readonly object gate = new object();
        private readonly BridgeCore core;
        private readonly string name;
        private readonly AccountReader reader = new AccountReader();
        private readonly Dictionary<string, PositionNews> news = new Dictionary<string, PositionNews>();
        private Account account;
        private AccountReport lastConnected;
        private ConnectionStatusEventArgs connectionNews;
        private long connectionNewsAt, checkAt = long.MinValue, itemsAt = long.MinValue;
        private bool isClosed;

        public AccountWatch(BridgeCore core, string name)
        {
            this.core = core;
            this.name = name;
        }

        public string Account
        {
            get { return name; }
        }

        public bool Attach()
        {
            lock (gate)
                if (isClosed || (account != null && core.Now < checkAt))
                    return account != null;
            Account found = Find(name);
            lock (gate)
            {
                checkAt = core.Now + CheckMs;
                if (isClosed)
                    return false;
                if (ReferenceEquals(found, account))
                    return account != null;
                Unsubscribe();
                if (found == null)
                    return false;
                account = found;
                account.PositionUpdate += OnPosition;
                account.ExecutionUpdate += OnExecution;
                account.OrderUpdate += OnOrder;
                account.AccountItemUpdate += OnItem;
                Connection.ConnectionStatusUpdate += OnConnection;
                NinjaTrader.Cbi.Account.SimulationAccountReset += OnReset;
            }
            core.AllFills(name);
            return true;
        }

        public void Detach()
        {
            lock (gate)
            {
                isClosed = true;
                Unsubscribe();
            }
        }

        /// <summary>An account by its exact name, or null: the co-pilot would take another spelling for another account.</summary>
        public static Account Find(string name)
        {
            lock (NinjaTrader.Cbi.Account.All)
                return NinjaTrader.Cbi.Account.All.FirstOrDefault(a => a != null && a.Name == name);
        }

        public AccountReport Read()
        {
            Account mine;
            ConnectionStatusEventArgs connection;
            lock (gate)
            {
                mine = account;
                connection = core.Now - connectionNewsAt < EventHoldMs ? connectionNews : null;
            }
            if (mine == null)
                return null;
            AccountReport report = reader.Read(mine, connection, FreshNews());
            if (report == null)
                return null;
            // Cut off from the broker the platform empties its lists; that is not a flat account.
            if (report.OrdersConnection == "connected")
                lastConnected = report;
            else if (lastConnected != null)
            {
                report.Positions = lastConnected.Positions;
                report.Orders = lastConnected.Orders;
            }
            return report;
        }

        public IList<FillRow> ReadFills()
        {
            Account mine;
            lock (gate)
                mine = account;
            return mine == null ? null : reader.ReadFills(mine);
        }

        private void Unsubscribe()
        {
            if (account == null)
                return;
            account.PositionUpdate -= OnPosition;
            account.ExecutionUpdate -= OnExecution;
            account.OrderUpdate -= OnOrder;
            account.AccountItemUpdate -= OnItem;
            Connection.ConnectionStatusUpdate -= OnConnection;
            NinjaTrader.Cbi.Account.SimulationAccountReset -= OnReset;
            account = null;
            news.Clear();
        }

        private IDictionary<string, PositionNews> FreshNews()
        {
            Dictionary<string, PositionNews> fresh = new Dictionary<string, PositionNews>();
            lock (gate)
            {
                foreach (string symbol in new List<string>(news.Keys))
                    if (core.Now - news[symbol].At < EventHoldMs)
                        fresh.Add(symbol, news[symbol]);
                    else
                        news.Remove(symbol);
            }
            return fresh;
        }

        // The position object may be ahead of or behind the event, so the event's values count first and the list soon after.
        private void OnPosition(object sender, PositionEventArgs e)
        {
            core.Guard("PositionUpdate", delegate
            {
                if (e == null || e.Position == null || e.Position.Instrument == null)
                {
                    core.Changed(name, 0);
                    return;
                }
                PositionNews one = new PositionNews();
                one.At = core.Now;
                one.IsFlat = e.Operation == Operation.Remove || e.MarketPosition == MarketPosition.Flat || e.Quantity == 0;
                one.IsLong = e.MarketPosition == MarketPosition.Long;
                one.Quantity = Math.Abs(e.Quantity);
                one.AveragePrice = e.AveragePrice;
                one.Position = e.Position;
                lock (gate)
                    news[AccountReader.SymbolOf(e.Position.Instrument)] = one;
                core.Changed(name, 0);
                core.Changed(name, EventHoldMs);
            });
        }

        private void OnExecution(object sender, ExecutionEventArgs e)
        {
            core.Guard("ExecutionUpdate", delegate
            {
                FillRow fill = reader.FillOf(e);
                if (fill != null)
                    core.Filled(name, fill);
                core.Changed(name, 0);
            });
        }

        private void OnOrder(object sender, OrderEventArgs e)
        {
            core.Guard("OrderUpdate", delegate { core.Changed(name, 0); });
        }

        private void OnItem(object sender, AccountItemEventArgs e)
        {
            core.Guard("AccountItemUpdate", delegate
            {
                if (e == null || (e.AccountItem != AccountItem.CashValue && e.AccountItem != AccountItem.RealizedProfitLoss && e.AccountItem != AccountItem.UnrealizedProfitLoss))
                    return;
                long inMs;
                lock (gate)
                {
                    if (core.Now < itemsAt)
                        return;
                    inMs = ItemsMs;
                    itemsAt = core.Now + ItemsMs;
                }
                core.Changed(name, inMs);
            });
        }

        private void OnConnection(object sender, ConnectionStatusEventArgs e)
        {
            core.Guard("ConnectionStatusUpdate", delegate
            {
                lock (gate)
                {
                    connectionNews = e;
                    connectionNewsAt = core.Now;
                    checkAt = long.MinValue;
                }
                core.Changed(name, 0);
                core.Changed(name, EventHoldMs);
            });
        }

        private void OnReset(object sender, EventArgs e)
        {
            core.Guard("SimulationAccountReset", delegate
            {
                Account reset = sender as Account;
                // The documentation does not say who the sender is: unknown, the account's news is read again and nothing withdrawn.
                if (reset == null)
                    core.Changed(name, 0);
                else if (reset.Name == name)
                    core.Reset(name);
            });
        }
    }

    /// <summary>A position as an event said it is.</summary>
    internal sealed class PositionNews
    {
        public long At { get; set; }
        public bool IsFlat { get; set; }
        public bool IsLong { get; set; }
        public int Quantity { get; set; }
        public double AveragePrice { get; set; }
        public Position Position { get; set; }
    }
}
