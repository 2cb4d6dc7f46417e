using System;
using System.Diagnostics;

namespace FuturesCopilot.Bridge
{
    /// <summary>Wall time for what is written down, a steady count of milliseconds for what is waited for.</summary>
    internal interface IBridgeClock
    {
        DateTime UtcNow { get; }
        long Milliseconds { get; }
    }

    internal sealed class SystemBridgeClock : IBridgeClock
    {
        private readonly Stopwatch since = Stopwatch.StartNew();

        public DateTime UtcNow
        {
            get { return DateTime.UtcNow; }
        }

        public long Milliseconds
        {
            get { return since.ElapsedMilliseconds; }
        }
    }

    /// <summary>
    /// At most one line in 15 seconds and instance: a line per tick freezes NinjaTrader's Output window. Of the lines held back
    /// the weightiest is written when the time has come, with the number of the others.
    /// </summary>
    internal sealed class BridgeLog
    {
        public const long EveryMs = 15000;
        public const int Info = 0, Warning = 1, Alarm = 2;
        private readonly object gate = new object();
        private readonly string owner;
        private readonly Action<string> write;
        private readonly IBridgeClock clock;
        private long nextAt = long.MinValue;
        private string waiting;
        private int waitingWeight, held;

        public BridgeLog(string owner, Action<string> write, IBridgeClock clock)
        {
            this.owner = owner;
            this.write = write;
            this.clock = clock;
        }

        public void Say(int weight, string text)
        {
            lock (gate)
            {
                held++;
                if (waiting == null || weight >= waitingWeight)
                {
                    waiting = text;
                    waitingWeight = weight;
                }
            }
            Flush();
        }

        /// <summary>Writes the line that waits, if its time has come.</summary>
        public void Flush()
        {
            string line;
            lock (gate)
            {
                if (waiting == null || clock.Milliseconds < nextAt)
                    return;
                string others = held > 1 ? " (and " + (held - 1) + " more)" : string.Empty;
                line = owner + ": " + waiting + others;
                nextAt = clock.Milliseconds + EveryMs;
                waiting = null;
                waitingWeight = held = 0;
            }
            try
            {
                write(line);
            }
            catch (Exception)
            {
                // A closed Output window must not cost a report.
            }
        }
    }
}
