using System;
using System.Collections.Generic;
using System.Globalization;

namespace FuturesCopilot.Bridge
{
    /// <summary>Something the co-pilot asks of the platform.</summary>
    internal sealed class BridgeCommand
    {
        public string Id { get; set; }
        public string Kind { get; set; }
        public string Account { get; set; }
        /// <summary>Null means every contract of the account.</summary>
        public string Symbol { get; set; }
        public DateTime IssuedUtc { get; set; }
        /// <summary>Of an entry only: BUY or SELL, contracts, and the stop it must have.</summary>
        public string Side { get; set; }
        public int Quantity { get; set; }
        public double StopPrice { get; set; }

        /// <summary>Null for what is not a command with an id.</summary>
        public static BridgeCommand Read(object value)
        {
            BridgeCommand command = new BridgeCommand();
            command.Id = JsonReader.FindText(value, "id");
            command.Kind = JsonReader.FindText(value, "kind");
            command.Account = JsonReader.FindText(value, "account");
            command.Symbol = JsonReader.FindText(value, "symbol");
            command.Side = JsonReader.FindText(value, "side");
            command.Quantity = (int)Math.Max(-1, Math.Min(int.MaxValue, Number(value, "quantity")));
            command.StopPrice = Number(value, "stop_price");
            DateTime at;
            DateTimeStyles utc = DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal;
            if (!DateTime.TryParse(JsonReader.FindText(value, "at"), CultureInfo.InvariantCulture, utc, out at))
                at = DateTime.MinValue;
            command.IssuedUtc = at;
            return string.IsNullOrEmpty(command.Id) ? null : command;
        }

        /// <summary>Only whole numbers count as a quantity; what is missing or odd is 0, which every check refuses.</summary>
        private static double Number(object value, string name)
        {
            object found = JsonReader.Find(value, name);
            double number = found is double ? (double)found : 0;
            return name == "quantity" && number != Math.Floor(number) ? 0 : number;
        }
    }

    /// <summary>Asks the co-pilot for commands, one long question after the other, on a thread of its own.</summary>
    internal sealed class CommandPoll
    {
        /// <summary>The intake holds the question for up to 25 s.</summary>
        private const int TimeoutMs = 35000;
        private const int ApartMs = 500;
        private const int RetryMaxMs = 30000;
        private const int SeenMax = 1000;

        private readonly BridgeCore core;
        private readonly string account;
        private readonly Action<BridgeCommand> take;
        private readonly Queue<string> order = new Queue<string>();
        private readonly HashSet<string> seen = new HashSet<string>();
        private string after = string.Empty;
        private int waitMs;
        private long notBefore;

        public CommandPoll(BridgeCore core, string account, Action<BridgeCommand> take)
        {
            this.core = core;
            this.account = account;
            this.take = take;
        }

        public void Start()
        {
            core.RunThread("co-pilot commands", Ask);
        }

        private void Ask()
        {
            if (core.Now < notBefore)
            {
                System.Threading.Thread.Sleep(100);
                return;
            }
            BridgeAnswer answer = core.Get("bridge/commands?account=" + Uri.EscapeDataString(account) + "&after=" + Uri.EscapeDataString(after), TimeoutMs);
            if (!answer.IsOk)
            {
                waitMs = Math.Min(RetryMaxMs, Math.Max(1000, waitMs * 2));
                notBefore = core.Now + waitMs;
                return;
            }
            waitMs = 0;
            notBefore = core.Now + ApartMs;
            object read = JsonReader.Read(answer.Text);
            IList<object> commands = (read as IList<object>) ?? (JsonReader.Find(read, "commands") as IList<object>);
            if (commands == null)
                return;
            foreach (object one in commands)
                Take(BridgeCommand.Read(one));
        }

        private void Take(BridgeCommand command)
        {
            if (command == null || core.IsStopped)
                return;
            after = command.Id;
            // Acknowledged once, carried out at most once, however often it is handed out.
            if (!seen.Add(command.Id))
                return;
            order.Enqueue(command.Id);
            if (order.Count > SeenMax)
                seen.Remove(order.Dequeue());
            core.Guard("a command", delegate { take(command); });
        }
    }

    /// <summary>Acknowledgements, each sent until the intake has it.</summary>
    internal sealed class AckWork : IBridgeWork
    {
        private const int WaitingMax = 200;
        private readonly object gate = new object();
        private readonly BridgeCore core;
        private readonly BridgeRetry retry = new BridgeRetry(5000);
        private readonly Queue<KeyValuePair<string, string>> waiting = new Queue<KeyValuePair<string, string>>();

        public AckWork(BridgeCore core)
        {
            this.core = core;
        }

        /// <summary>The result is done, refused or failed.</summary>
        public void Add(string id, string result, string text)
        {
            lock (gate)
                if (waiting.Count < WaitingMax)
                    waiting.Enqueue(new KeyValuePair<string, string>("bridge/commands/" + Uri.EscapeDataString(id) + "/ack", BridgeBody.Ack(result, text)));
            core.Wake();
        }

        public long DueAt
        {
            get
            {
                lock (gate)
                    return waiting.Count == 0 ? long.MaxValue : retry.NotBefore;
            }
        }

        public void Run()
        {
            KeyValuePair<string, string> next;
            lock (gate)
                next = waiting.Peek();
            BridgeAnswer answer = core.Post(next.Key, next.Value);
            bool isFinal = answer.IsOk || answer.Status == 400 || answer.Status == 404 || answer.Status == 409;
            if (!isFinal)
            {
                retry.Failed(core.Now);
                core.Failed(answer, null);
                return;
            }
            retry.Worked();
            lock (gate)
                waiting.Dequeue();
        }
    }
}
