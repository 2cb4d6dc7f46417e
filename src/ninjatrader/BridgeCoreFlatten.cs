using System;
using System.Collections.Generic;
using System.Linq;
using NinjaTrader.Cbi;

namespace FuturesCopilot.Bridge
{
    /// <summary>
    /// One flatten or cancel, asked once and then watched. It never sends a quantity of its own: the platform closes what it
    /// holds, once. What is left at the end is told, not chased; a retry loop is how accounts run away.
    /// </summary>
    internal sealed class FlattenJob
    {
        private const long PatienceMs = 10000;
        private const int CleanLooksNeeded = 2;

        private readonly Account account;
        private readonly BridgeCommand command;
        private readonly int maxQuantity;
        private readonly Func<bool> exitOwn;
        private readonly Func<bool> holdsOwn;
        private HashSet<string> symbols;
        private bool isWaitingForOwn;
        private int cleanLooks;
        private long deadline;

        /// <param name="account">The account the command names.</param>
        /// <param name="command">The command.</param>
        /// <param name="maxQuantity">More contracts than this are not closed by a program.</param>
        /// <param name="exitOwn">Asks the strategy to close its own position; false when it has none.</param>
        /// <param name="holdsOwn">Whether the strategy's own position is still open.</param>
        public FlattenJob(Account account, BridgeCommand command, int maxQuantity, Func<bool> exitOwn, Func<bool> holdsOwn)
        {
            this.account = account;
            this.command = command;
            this.maxQuantity = maxQuantity;
            this.exitOwn = exitOwn;
            this.holdsOwn = holdsOwn;
        }

        public string CommandId
        {
            get { return command.Id; }
        }

        /// <summary>Done, refused or failed once it is over; null while it goes on.</summary>
        public string Result { get; private set; }
        public string Text { get; private set; }

        public void Begin(long now)
        {
            deadline = now + PatienceMs;
            Position[] positions;
            Order[] orders;
            if (!IsConnected() || !Read(out positions, out orders))
            {
                End("refused", "no connection to the broker: nothing was sent; use NinjaTrader or call the broker");
                return;
            }
            symbols = new HashSet<string>(positions.Select(p => AccountReader.SymbolOf(p.Instrument)).Concat(orders.Select(o => AccountReader.SymbolOf(o.Instrument))));
            if (symbols.Count == 0)
                End(command.Symbol == null ? "done" : "refused", command.Symbol == null
                    ? "nothing was open or working"
                    : "nothing called \"" + command.Symbol + "\" is open or working in " + account.Name);
            else if (command.Kind == "cancel")
                account.Cancel(orders);
            else
                BeginFlatten(positions, orders);
        }

        /// <summary>Looks what is left.</summary>
        public void Check(long now)
        {
            if (Result != null)
                return;
            Position[] positions = new Position[0];
            Order[] orders = new Order[0];
            // Without a connection empty lists prove nothing.
            bool isKnown = IsConnected() && Read(out positions, out orders);
            if (isKnown && isWaitingForOwn && !holdsOwn())
            {
                isWaitingForOwn = false;
                if (positions.Length > 0 || orders.Length > 0)
                    account.Flatten(InstrumentsOf(positions, orders));
                return;
            }
            bool isClean = isKnown && !isWaitingForOwn && orders.Length == 0 && (command.Kind == "cancel" || positions.Length == 0);
            cleanLooks = isClean ? cleanLooks + 1 : 0;
            if (cleanLooks >= CleanLooksNeeded)
                End("done", command.Kind == "cancel" ? "no order is working any more" : "flat, and no order is working");
            else if (now >= deadline)
                End("failed", isKnown ? "STILL OPEN after " + PatienceMs / 1000 + " s: " + Leftovers(positions, orders) + "; close it by hand"
                    : "the connection was lost meanwhile: look at the account, close by hand what is open");
        }

        private void BeginFlatten(Position[] positions, Order[] orders)
        {
            long total = positions.Sum(p => Math.Abs((long)p.Quantity));
            if (total > maxQuantity)
            {
                End("refused", total + " contracts are open, and a program may close at most " + maxQuantity + " (MaxFlattenQuantity): close them by hand");
                return;
            }
            // Both the strategy and the account would close the strategy's part, and the second one would open the other side.
            if (exitOwn())
                isWaitingForOwn = true;
            else
                account.Flatten(InstrumentsOf(positions, orders));
        }

        private bool IsConnected()
        {
            Connection connection = account.Connection;
            return (connection == null ? account.ConnectionStatus : connection.Status) == ConnectionStatus.Connected;
        }

        private bool Read(out Position[] positions, out Order[] orders)
        {
            Position[] allPositions = AccountReader.Copy(account.Positions);
            Order[] allOrders = AccountReader.Copy(account.Orders);
            positions = new Position[0];
            orders = new Order[0];
            if (allPositions == null || allOrders == null)
                return false;
            positions = allPositions.Where(p => p != null && p.MarketPosition != MarketPosition.Flat && p.Quantity != 0 && IsMeant(p.Instrument)).ToArray();
            orders = allOrders.Where(o => AccountReader.IsWorking(o) && IsMeant(o.Instrument)).ToArray();
            return true;
        }

        private bool IsMeant(Instrument instrument)
        {
            string symbol = AccountReader.SymbolOf(instrument);
            if (symbols != null)
                return symbols.Contains(symbol);
            return command.Symbol == null || string.Equals(command.Symbol, symbol, StringComparison.OrdinalIgnoreCase);
        }

        private static List<Instrument> InstrumentsOf(Position[] positions, Order[] orders)
        {
            return positions.Select(p => p.Instrument).Concat(orders.Select(o => o.Instrument)).Where(i => i != null).Distinct().ToList();
        }

        private static string Leftovers(Position[] positions, Order[] orders)
        {
            IEnumerable<string> left = positions.Select(p => p.MarketPosition + " " + p.Quantity + " " + AccountReader.SymbolOf(p.Instrument))
                .Concat(orders.Select(o => "order " + o.OrderId + " " + o.OrderAction + " " + o.Quantity + " " + AccountReader.SymbolOf(o.Instrument)));
            return string.Join(", ", left.Take(5).ToArray());
        }

        private void End(string result, string text)
        {
            Result = result;
            Text = text;
        }
    }
}
