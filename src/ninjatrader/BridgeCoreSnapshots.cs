using System;
using System.Collections.Generic;

namespace FuturesCopilot.Bridge
{
    /// <summary>Something the sender thread does when its time comes.</summary>
    internal interface IBridgeWork
    {
        /// <summary>Milliseconds of the bridge clock; long.MaxValue for never.</summary>
        long DueAt { get; }
        void Run();
    }

    /// <summary>Waits between tries, twice as long each time. Used by the sender thread alone.</summary>
    internal sealed class BridgeRetry
    {
        private const long FirstMs = 250;
        private readonly long maxMs;
        private long waitMs;

        public BridgeRetry(long maxMs)
        {
            this.maxMs = maxMs;
            NotBefore = 0;
        }

        public long NotBefore { get; private set; }

        public void Failed(long now)
        {
            waitMs = waitMs == 0 ? FirstMs : Math.Min(maxMs, waitMs * 2);
            NotBefore = now + waitMs;
        }

        public void Worked()
        {
            waitMs = 0;
            NotBefore = 0;
        }
    }

    /// <summary>Two scripts of one NinjaTrader that watch the same account must not report it twice, each with its own numbers.</summary>
    internal static class BridgeClaims
    {
        private static readonly Dictionary<string, object> Owners = new Dictionary<string, object>();

        public static bool Take(string what, object owner)
        {
            lock (Owners)
            {
                object holder;
                if (Owners.TryGetValue(what, out holder))
                    return ReferenceEquals(holder, owner);
                Owners.Add(what, owner);
                return true;
            }
        }

        public static void Release(object owner)
        {
            lock (Owners)
            {
                foreach (string what in new List<string>(Owners.Keys))
                    if (ReferenceEquals(Owners[what], owner))
                        Owners.Remove(what);
            }
        }
    }

    /// <summary>
    /// The snapshots of one account. Nothing is queued: a snapshot is read at the moment it is sent, so the newest state is the
    /// only one that can wait. A number is used up when the intake has taken it. A body that may have arrived is sent again
    /// unchanged under its number; one that is too old to be repeated leaves its number behind, and the intake notes the gap.
    /// </summary>
    internal sealed class SnapshotWork : IBridgeWork
    {
        public const long EveryMs = 5000;
        /// <summary>A burst of events is one snapshot.</summary>
        private const long ApartMs = 100;
        private const long LookAgainMs = 1000;
        /// <summary>The intake calls an account STALE after 10 s; older news must not make it fresh.</summary>
        private const long BodyOldMs = 10000;
        private const long RetryMaxMs = 4000;
        /// <summary>Whoever reports an account says something every 5 s; nothing new for so long means that it has gone.</summary>
        private const long OwnerSilentMs = 12000;

        private readonly object gate = new object();
        private readonly BridgeCore core;
        private readonly IAccountSource source;
        private readonly BridgeRetry retry = new BridgeRetry(RetryMaxMs);
        private string epoch;
        private string openBody;
        private long openSeq, openSince;
        private string ownersLast;
        private long ownerHeardAt;
        private long lastSeq, builtAt = long.MinValue / 2, askedAt = long.MinValue, confirmAt = long.MaxValue, lookAt = long.MinValue;
        private bool isResetWanted, isAttached;

        public SnapshotWork(BridgeCore core, IAccountSource source)
        {
            this.core = core;
            this.source = source;
            epoch = core.Epoch;
        }

        /// <summary>A snapshot is wanted now, or one that is not older than so many milliseconds from now. Any thread.</summary>
        public void Ask(long inMs)
        {
            lock (gate)
            {
                if (inMs <= 0)
                    askedAt = Math.Min(askedAt, core.Now);
                else
                    confirmAt = confirmAt == long.MaxValue ? core.Now + inMs : Math.Max(confirmAt, core.Now + inMs);
            }
            core.Wake();
        }

        /// <summary>The account started over: its numbers do too.</summary>
        public void Reset()
        {
            lock (gate)
            {
                isResetWanted = true;
                askedAt = long.MinValue;
            }
            core.Wake();
        }

        public bool IsAttached
        {
            get
            {
                lock (gate)
                    return isAttached;
            }
        }

        public long DueAt
        {
            get
            {
                lock (gate)
                {
                    if (openBody != null)
                        return Math.Max(retry.NotBefore, lookAt);
                    long wanted = Math.Max(Math.Min(Math.Min(askedAt, confirmAt), builtAt + EveryMs), builtAt + ApartMs);
                    return Math.Max(Math.Max(wanted, lookAt), retry.NotBefore);
                }
            }
        }

        public void Run()
        {
            if (!IsOurs())
                return;
            long now = core.Now;
            bool isRepeat = StartOverOrRepeat(now);
            string body = openBody;
            long seq = openSeq;
            if (!isRepeat)
            {
                lock (gate)
                {
                    builtAt = now;
                    askedAt = long.MaxValue;
                    if (confirmAt <= now)
                        confirmAt = long.MaxValue;
                }
                AccountReport report = source.Read();
                if (report == null)
                {
                    core.Say(BridgeLog.Warning, "account " + source.Account + " cannot be read at the moment, so nothing is reported of it");
                    LookLater(now);
                    return;
                }
                seq = lastSeq + 1;
                body = BridgeBody.Snapshot(source.Account, report, epoch, seq, core.UtcNow);
            }
            Settle(core.Post("positions/update", body), body, seq, isRepeat);
        }

        private bool IsOurs()
        {
            string problem = null;
            if (!core.Claim(source.Account))
                problem = "account " + source.Account + " is already reported by another script here; this one waits";
            else if (!source.Attach())
                problem = "waiting for account " + source.Account + ": NinjaTrader does not have it (connected? spelled right?)";
            lock (gate)
                isAttached = problem == null;
            if (problem == null)
                return true;
            core.Trouble(problem);
            core.Say(BridgeLog.Warning, problem);
            LookLater(core.Now);
            return false;
        }

        private void LookLater(long now)
        {
            lock (gate)
                lookAt = now + LookAgainMs;
        }

        /// <summary>True when an earlier body still has to be repeated.</summary>
        private bool StartOverOrRepeat(long now)
        {
            lock (gate)
            {
                if (isResetWanted)
                {
                    isResetWanted = false;
                    epoch = BridgeCore.NewEpoch();
                    lastSeq = 0;
                    openBody = null;
                }
                if (openBody != null && now - openSince >= BodyOldMs)
                {
                    lastSeq = openSeq;
                    openBody = null;
                }
                return openBody != null;
            }
        }

        private void Settle(BridgeAnswer answer, string body, long seq, bool isRepeat)
        {
            bool isTaken = answer.IsOk || answer.Status == 409;
            lock (gate)
            {
                // A refusal of a repeat says nothing about the first try: its number is not used again.
                if (isTaken || (isRepeat && answer.Status != 0 && !answer.IsOpen))
                    lastSeq = Math.Max(seq, answer.Status == 409 ? NewestOf(answer) : 0);
                bool isOpen = answer.IsOpen || (isRepeat && answer.NeverLeft);
                if (isOpen && openBody == null)
                    openSince = core.Now;
                openBody = isOpen ? body : null;
                openSeq = seq;
            }
            object read = JsonReader.Read(answer.Text);
            if (!answer.IsOk)
            {
                retry.Failed(core.Now);
                core.Failed(answer, answer.Status == 409 ? Overtaken(read) : null);
                return;
            }
            retry.Worked();
            ownersLast = null;
            core.Heard(source.Account, read);
            // What was repeated is old news, and the next snapshot in order heals a gap.
            if (isRepeat || JsonReader.FindText(read, "verdict") == "GAP")
                Ask(0);
        }

        private long NewestOf(BridgeAnswer answer)
        {
            object newest = JsonReader.Find(JsonReader.Read(answer.Text), "newest");
            object seq = JsonReader.Find(newest, "seq");
            return seq is double && JsonReader.FindText(newest, "epoch") == epoch ? (long)(double)seq : 0;
        }

        /// <summary>
        /// The intake keeps another start's reports. While that one speaks this one waits; when it has fallen silent this one
        /// begins anew, because the intake never takes an old epoch back.
        /// </summary>
        private string Overtaken(object read)
        {
            object newest = JsonReader.Find(read, "newest");
            string owner = JsonReader.FindText(newest, "epoch");
            string last = owner + " " + JsonReader.Find(newest, "seq");
            if (last != ownersLast)
            {
                ownersLast = last;
                ownerHeardAt = core.Now;
            }
            else if (owner != null && owner != epoch && core.Now - ownerHeardAt >= OwnerSilentMs)
            {
                ownersLast = null;
                Reset();
            }
            return "the co-pilot does not take account " + source.Account + " from here (" + JsonWriter.Clean(JsonReader.FindText(read, "reason"), 160)
                + "): does another NinjaTrader or chart report it? Remove one of the two";
        }
    }
}
