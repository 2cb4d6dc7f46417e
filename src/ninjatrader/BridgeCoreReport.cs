using System;
using System.Collections.Generic;

namespace FuturesCopilot.Bridge
{
    internal sealed class PositionRow
    {
        public string Symbol { get; set; }
        public bool IsLong { get; set; }
        public int Quantity { get; set; }
        public double AveragePrice { get; set; }
        public double? LastPrice { get; set; }
        /// <summary>US dollars.</summary>
        public double? Unrealized { get; set; }
    }

    internal sealed class OrderRow
    {
        public string OrderId { get; set; }
        public string Symbol { get; set; }
        public bool IsBuy { get; set; }
        public string Type { get; set; }
        /// <summary>Contracts not yet filled.</summary>
        public int Quantity { get; set; }
        public double? StopPrice { get; set; }
        public double? LimitPrice { get; set; }
        public string State { get; set; }
    }

    internal sealed class FillRow
    {
        public string ExecutionId { get; set; }
        public string OrderId { get; set; }
        public string Symbol { get; set; }
        public bool IsBuy { get; set; }
        public int Quantity { get; set; }
        public double Price { get; set; }
        /// <summary>US dollars, at least 0.</summary>
        public double Commission { get; set; }
        public DateTime Utc { get; set; }
        /// <summary>add, update or remove.</summary>
        public string Operation { get; set; }

        public FillRow As(string operation)
        {
            FillRow copy = (FillRow)MemberwiseClone();
            copy.Operation = operation;
            return copy;
        }
    }

    /// <summary>One account, whole, at one instant.</summary>
    internal sealed class AccountReport
    {
        public string OrdersConnection { get; set; }
        public string PricesConnection { get; set; }
        public double? Cash { get; set; }
        public double? Realized { get; set; }
        public IList<PositionRow> Positions { get; set; }
        public IList<OrderRow> Orders { get; set; }
    }

    /// <summary>Where the core gets an account from; the platform's types stay behind it.</summary>
    internal interface IAccountSource
    {
        string Account { get; }
        /// <summary>Looks whether the platform has the account, and follows it if it has. True when it is there.</summary>
        bool Attach();
        /// <summary>Null when the platform cannot say. Never an empty list in place of an unknown one.</summary>
        AccountReport Read();
        /// <summary>The fills the platform still knows.</summary>
        IList<FillRow> ReadFills();
        void Detach();
    }

    /// <summary>The bodies of the intake's contract.</summary>
    internal static class BridgeBody
    {
        public const string Bridge = "ninjatrader";
        public const string Version = "1.0.0";

        public static string Snapshot(string account, AccountReport report, string epoch, long seq, DateTime sentUtc)
        {
            JsonWriter json = Header(epoch).Field("seq", seq).Field("sent_at", JsonWriter.Instant(sentUtc)).Field("account", account);
            json.Key("connection").Open('{').Field("orders", report.OrdersConnection).Field("prices", report.PricesConnection).Close('}');
            json.Field("cash_balance", report.Cash).Field("realized_pnl", report.Realized);
            json.Key("positions").Open('[');
            foreach (PositionRow row in report.Positions)
                json.Open('{').Field("symbol", row.Symbol).Field("side", row.IsLong ? "LONG" : "SHORT").Field("quantity", row.Quantity)
                    .Field("avg_price", row.AveragePrice).Field("last_price", row.LastPrice).Field("unrealized_pnl", row.Unrealized).Close('}');
            json.Close(']').Key("orders").Open('[');
            foreach (OrderRow row in report.Orders)
                json.Open('{').Field("order_id", row.OrderId).Field("symbol", row.Symbol).Field("action", row.IsBuy ? "BUY" : "SELL")
                    .Field("type", row.Type).Field("quantity", row.Quantity).Field("stop_price", row.StopPrice)
                    .Field("limit_price", row.LimitPrice).Field("state", row.State).Close('}');
            return json.Close(']').Close('}').ToString();
        }

        public static string Fills(string account, IEnumerable<FillRow> fills)
        {
            JsonWriter json = new JsonWriter().Open('{').Field("account", account).Key("executions").Open('[');
            foreach (FillRow row in fills)
                json.Open('{').Field("execution_id", row.ExecutionId).Field("order_id", row.OrderId).Field("symbol", row.Symbol)
                    .Field("side", row.IsBuy ? "BUY" : "SELL").Field("quantity", row.Quantity).Field("price", row.Price)
                    .Field("commission", row.Commission).Field("time", JsonWriter.Instant(row.Utc)).Field("operation", row.Operation).Close('}');
            return json.Close(']').Close('}').ToString();
        }

        public static string Heartbeat(string epoch, DateTime sentUtc, IEnumerable<string> accounts)
        {
            JsonWriter json = Header(epoch).Field("sent_at", JsonWriter.Instant(sentUtc)).Key("accounts").Open('[');
            foreach (string account in accounts)
                json.Value(account);
            return json.Close(']').Close('}').ToString();
        }

        public static string Ack(string result, string text)
        {
            return new JsonWriter().Open('{').Field("result", result).Field("text", JsonWriter.Clean(text, 900)).Close('}').ToString();
        }

        private static JsonWriter Header(string epoch)
        {
            return new JsonWriter().Open('{').Field("bridge", Bridge).Field("bridge_version", Version).Field("epoch", epoch);
        }
    }
}
