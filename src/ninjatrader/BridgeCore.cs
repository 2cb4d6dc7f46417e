using System;
using System.Collections.Generic;
using System.Threading;

namespace FuturesCopilot.Bridge
{
    /// <summary>
    /// Reports accounts to the co-pilot. Callbacks of the platform only leave a note and return; one background thread reads the
    /// accounts and sends. Nothing here throws into a callback, and nothing a callback does waits for the network.
    /// </summary>
    internal sealed class BridgeCore : IDisposable
    {
        private const long HeartbeatMs = 10000;
        private const int NapMs = 200;

        private readonly object gate = new object();
        private readonly BridgeOptions options;
        private readonly BridgeLog log;
        private readonly CancellationTokenSource stop = new CancellationTokenSource();
        private readonly List<IBridgeWork> work = new List<IBridgeWork>();
        private readonly Dictionary<string, Followed> accounts = new Dictionary<string, Followed>();
        private readonly BridgeStatus status = new BridgeStatus();
        private readonly AckWork acks;
        private Uri address;
        private bool isAwake;
        private volatile bool isStopped;
        private static int alive;

        private sealed class Followed
        {
            public IAccountSource Source;
            public SnapshotWork Snapshots;
            public FillWork Fills;
        }

        public BridgeCore(BridgeOptions options)
        {
            this.options = options;
            Epoch = NewEpoch();
            log = new BridgeLog(options.Owner, options.Write, options.Clock);
            acks = new AckWork(this);
            work.Add(acks);
            work.Add(new HeartbeatWork(this));
        }

        /// <summary>Names this start; a restart is another.</summary>
        public string Epoch { get; private set; }

        public long Now
        {
            get { return options.Clock.Milliseconds; }
        }

        public DateTime UtcNow
        {
            get { return options.Clock.UtcNow; }
        }

        public bool IsStopped
        {
            get { return isStopped; }
        }

        /// <summary>Threads of all cores of this process.</summary>
        internal static int Alive
        {
            get { return Thread.VolatileRead(ref alive); }
        }

        public static string NewEpoch()
        {
            return Guid.NewGuid().ToString("N");
        }

        /// <summary>Follows one more account. Before Start only.</summary>
        public void Follow(IAccountSource source)
        {
            if (accounts.ContainsKey(source.Account))
                return;
            Followed followed = new Followed();
            followed.Source = source;
            followed.Fills = new FillWork(this, source);
            followed.Snapshots = new SnapshotWork(this, source);
            accounts.Add(source.Account, followed);
            // Fills first, so that the book and the journal change in that order.
            work.Add(followed.Fills);
            work.Add(followed.Snapshots);
        }

        /// <summary>Starts reporting; false, with a line in the log, when the settings do not allow it.</summary>
        public bool Start()
        {
            string problem = BridgeHttp.WhyNot(options.Url, out address);
            if (problem == null && string.IsNullOrWhiteSpace(options.ApiKey))
                problem = "the API key is empty: paste BRIDGE_API_KEY, or what stands in the file bridge-key of the co-pilot's data folder";
            if (problem == null && accounts.Count == 0)
                problem = "no account is named";
            if (problem != null)
            {
                status.Trouble(problem);
                Say(BridgeLog.Alarm, "NOT REPORTING: " + problem);
                return false;
            }
            BridgeHttp.Hold(address);
            RunThread("co-pilot sender", SendLoop);
            Say(BridgeLog.Info, "reporting " + string.Join(", ", new List<string>(accounts.Keys).ToArray()) + " to " + address);
            return true;
        }

        /// <summary>Ends at once for the caller; the thread lets go of its sockets by itself.</summary>
        public void Dispose()
        {
            if (isStopped)
                return;
            isStopped = true;
            foreach (Followed followed in accounts.Values)
                Guard("detach", followed.Source.Detach);
            // Cancelling aborts the request that is under way, on the thread that cancels.
            ThreadPool.QueueUserWorkItem(delegate { Guard("stop", stop.Cancel); });
            Wake();
        }

        public void Changed(string account, long inMs)
        {
            accounts[account].Snapshots.Ask(inMs);
        }

        public void Filled(string account, FillRow fill)
        {
            accounts[account].Fills.Add(fill);
        }

        public void AllFills(string account)
        {
            accounts[account].Fills.AddAll();
        }

        public void Reset(string account)
        {
            accounts[account].Fills.WithdrawAll();
            accounts[account].Snapshots.Reset();
            Say(BridgeLog.Warning, "account " + account + " was reset: its numbers start over and its reported fills are withdrawn");
        }

        public void Acknowledge(string id, string result, string text)
        {
            acks.Add(id, result, text);
        }

        public void Say(int weight, string text)
        {
            log.Say(weight, text);
        }

        /// <summary>A callback that failed: told, never thrown.</summary>
        public void Fault(string where, Exception e)
        {
            Say(BridgeLog.Alarm, where + " failed: " + e.GetType().Name + ", " + JsonWriter.Clean(e.Message, 200));
        }

        /// <summary>False when the action failed, which is told and not thrown.</summary>
        public bool Guard(string where, Action action)
        {
            try
            {
                action();
                return true;
            }
            catch (Exception e)
            {
                Fault(where, e);
                return false;
            }
        }

        /// <summary>One line that says how the reports go.</summary>
        public string Describe()
        {
            return status.Describe(Now);
        }

        public void Wake()
        {
            lock (gate)
            {
                isAwake = true;
                Monitor.PulseAll(gate);
            }
        }

        internal bool Claim(string account)
        {
            return BridgeClaims.Take(address + account, this);
        }

        internal bool HasAttached
        {
            get
            {
                foreach (Followed followed in accounts.Values)
                    if (followed.Snapshots.IsAttached)
                        return true;
                return false;
            }
        }

        internal ICollection<string> Accounts
        {
            get { return accounts.Keys; }
        }

        internal BridgeAnswer Post(string path, string body)
        {
            return BridgeHttp.Send(new Uri(address, path), options.ApiKey.Trim(), body, options.TimeoutMs, stop.Token);
        }

        internal BridgeAnswer Get(string path, int timeoutMs)
        {
            return BridgeHttp.Send(new Uri(address, path), options.ApiKey.Trim(), null, timeoutMs, stop.Token);
        }

        internal void Heard(string account, object answer)
        {
            if (status.Heard(account, answer, Now))
                Say(BridgeLog.Info, status.Describe(Now));
        }

        internal void Trouble(string text)
        {
            status.Trouble(text);
        }

        internal void Failed(BridgeAnswer answer, string inWords)
        {
            if (isStopped)
                return;
            string text = inWords ?? answer.Describe();
            status.Trouble(text);
            Say(BridgeLog.Warning, text);
        }

        /// <summary>A background thread that ends with the core. An error in it is told, and the work goes on.</summary>
        internal void RunThread(string name, Action turn)
        {
            Thread thread = new Thread(delegate()
            {
                try
                {
                    while (!isStopped)
                        if (!Guard(name, turn))
                            Thread.Sleep(NapMs);
                }
                finally
                {
                    if (ReferenceEquals(turn.Target, this))
                    {
                        BridgeClaims.Release(this);
                        BridgeHttp.Release();
                    }
                    Interlocked.Decrement(ref alive);
                }
            });
            thread.IsBackground = true;
            thread.Name = name;
            Interlocked.Increment(ref alive);
            thread.Start();
        }

        internal void Nap(int ms)
        {
            lock (gate)
            {
                if (!isAwake && !isStopped)
                    Monitor.Wait(gate, ms);
                isAwake = false;
            }
        }

        private void SendLoop()
        {
            long nextAt = long.MaxValue;
            foreach (IBridgeWork one in work)
            {
                if (isStopped)
                    return;
                if (one.DueAt <= Now && !Guard("reporting", one.Run))
                    Thread.Sleep(NapMs);
                nextAt = Math.Min(nextAt, one.DueAt);
            }
            log.Flush();
            if (options.Changed != null)
                Guard("showing", options.Changed);
            long waitMs = nextAt - Now;
            if (waitMs > 0)
                Nap((int)Math.Min(waitMs, NapMs));
        }
    }
}
