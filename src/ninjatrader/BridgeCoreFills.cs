using System;
using System.Collections.Generic;

namespace FuturesCopilot.Bridge
{
    /// <summary>
    /// The fills of one account, in order, each kept until the intake has it. Sending one twice is harmless: the intake knows
    /// them by account and id. When more wait than fit, the rest is counted and fetched from the platform's own list later.
    /// </summary>
    internal sealed class FillWork : IBridgeWork
    {
        internal const int WaitingMax = 5000;
        private const int KnownMax = 20000;
        private const int BatchMax = 100;
        private const long RetryMaxMs = 15000;

        private readonly object gate = new object();
        private readonly BridgeCore core;
        private readonly IAccountSource source;
        private readonly BridgeRetry retry = new BridgeRetry(RetryMaxMs);
        private readonly LinkedList<FillRow> waiting = new LinkedList<FillRow>();
        private readonly Dictionary<string, FillRow> known = new Dictionary<string, FillRow>();
        private List<FillRow> batch;
        private int singles;
        private bool wantsAll;

        public FillWork(BridgeCore core, IAccountSource source)
        {
            this.core = core;
            this.source = source;
        }

        /// <summary>Fills that did not fit, and fills the intake refused.</summary>
        public long HeldBack { get; private set; }
        public long Refused { get; private set; }

        public void Add(FillRow fill)
        {
            bool isFull;
            lock (gate)
            {
                isFull = waiting.Count >= WaitingMax;
                if (isFull)
                {
                    HeldBack++;
                    wantsAll = true;
                }
                else
                    waiting.AddLast(fill);
            }
            if (isFull)
                core.Say(BridgeLog.Alarm, "ALARM: " + HeldBack + " fills of " + source.Account + " do not fit any more; they are read again from NinjaTrader when the co-pilot answers");
            core.Wake();
        }

        /// <summary>Also report what the platform filled before this script looked.</summary>
        public void AddAll()
        {
            lock (gate)
                wantsAll = true;
            core.Wake();
        }

        /// <summary>The simulation account was reset: what was reported of it is withdrawn.</summary>
        public void WithdrawAll()
        {
            lock (gate)
            {
                waiting.Clear();
                wantsAll = false;
                foreach (FillRow fill in known.Values)
                    waiting.AddLast(fill.As("remove"));
                if (batch != null)
                    foreach (FillRow fill in batch)
                        if (!known.ContainsKey(fill.ExecutionId))
                            waiting.AddLast(fill.As("remove"));
                known.Clear();
            }
            core.Wake();
        }

        public long DueAt
        {
            get
            {
                lock (gate)
                    return batch == null && waiting.Count == 0 && !wantsAll ? long.MaxValue : retry.NotBefore;
            }
        }

        public void Run()
        {
            if (!FetchAll())
                return;
            List<FillRow> sending;
            lock (gate)
            {
                if (batch == null)
                    batch = TakeBatch();
                sending = batch;
            }
            if (sending.Count == 0)
            {
                lock (gate)
                    batch = null;
                return;
            }
            Settle(core.Post("executions", BridgeBody.Fills(source.Account, sending)), sending);
        }

        private bool FetchAll()
        {
            lock (gate)
                if (!wantsAll || waiting.Count > 0 || batch != null)
                    return true;
            IList<FillRow> all = source.ReadFills();
            if (all == null)
            {
                retry.Failed(core.Now);
                return false;
            }
            lock (gate)
            {
                wantsAll = false;
                foreach (FillRow fill in all)
                    if (!IsKnown(fill))
                    {
                        if (waiting.Count >= WaitingMax)
                            wantsAll = true;
                        else
                            waiting.AddLast(fill);
                    }
            }
            return true;
        }

        private bool IsKnown(FillRow fill)
        {
            FillRow before;
            return known.TryGetValue(fill.ExecutionId, out before) && before.Quantity == fill.Quantity && before.IsBuy == fill.IsBuy
                && before.Price.Equals(fill.Price) && before.Commission.Equals(fill.Commission) && before.Utc == fill.Utc;
        }

        private List<FillRow> TakeBatch()
        {
            List<FillRow> taken = new List<FillRow>();
            int max = singles > 0 ? 1 : BatchMax;
            while (taken.Count < max && waiting.Count > 0)
            {
                taken.Add(waiting.First.Value);
                waiting.RemoveFirst();
            }
            if (singles > 0)
                singles--;
            return taken;
        }

        private void Settle(BridgeAnswer answer, List<FillRow> sent)
        {
            bool isUnreadable = answer.Status == 400 || answer.Status == 413 || answer.Status == 422;
            if (!answer.IsOk && !isUnreadable)
            {
                retry.Failed(core.Now);
                core.Failed(answer, null);
                return;
            }
            retry.Worked();
            string refusal = null;
            lock (gate)
            {
                batch = null;
                if (answer.IsOk)
                    Remember(sent);
                else if (sent.Count > 1)
                {
                    // One bad fill costs itself, not its neighbours: they go one by one.
                    for (int i = sent.Count - 1; i >= 0; i--)
                        waiting.AddFirst(sent[i]);
                    singles = sent.Count;
                }
                else
                {
                    Refused++;
                    refusal = "ALARM: the co-pilot refuses fill " + sent[0].ExecutionId + " of " + source.Account + ": " + answer.Describe();
                }
            }
            if (refusal != null)
                core.Say(BridgeLog.Alarm, refusal);
        }

        private void Remember(List<FillRow> sent)
        {
            if (known.Count + sent.Count > KnownMax)
                known.Clear();
            foreach (FillRow fill in sent)
            {
                if (fill.Operation == "remove")
                    known.Remove(fill.ExecutionId);
                else
                    known[fill.ExecutionId] = fill;
            }
        }
    }
}
