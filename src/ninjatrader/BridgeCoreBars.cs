using System;
using System.Collections.Generic;
using System.Globalization;
using System.Threading;

namespace FuturesCopilot.Bridge
{
    /// <summary>
    /// Posts closed minutes of one contract. The chart's turn only adds to a list; one background thread sends. After each
    /// trouble, and to each new start of the co-pilot, the newest minutes are sent once more: the intake knows what it has, and
    /// a co-pilot that was started anew does not have what the one before it took.
    /// </summary>
    internal sealed class BarForwarder : IDisposable
    {
        /// <summary>A bar takes about 130 bytes, what is wrong with it up to 300; the intake reads 256 KB, and so does the answer's reader.</summary>
        public const int BatchMax = 500;
        private const long FirstPauseMs = 1000, PauseMsMax = 30000;
        private const int NapMs = 200;
        /// <summary>A bar that is further ahead of the co-pilot's clock than this holds the trades of another minute: no waiting makes it right.</summary>
        private const double EarlyMsMax = 60000;
        /// <summary>So long the chart goes on naming the last bar that was refused.</summary>
        private const long RefusalShownMs = 3600000;

        private readonly object gate = new object();
        private readonly BarQueue queue;
        private readonly BridgeOptions options;
        private readonly BridgeLog log;
        private readonly CancellationTokenSource stop = new CancellationTokenSource();
        private readonly string symbol;
        private string intake;
        private long delivered, refused, refusedAt;
        private long pauseMs = FirstPauseMs, sendAt = long.MinValue;
        private bool isTroubled, isStopped, isRenewed;
        private Uri address;
        private string text = "bars: nothing sent yet", lastRefusal, clockNote;
        private static int alive;

        public BarForwarder(BridgeOptions options, string symbol, int catchUp)
        {
            this.options = options;
            this.symbol = symbol;
            queue = new BarQueue(catchUp);
            log = new BridgeLog(options.Owner, options.Write, options.Clock);
        }

        internal static int Alive
        {
            get { return Thread.VolatileRead(ref alive); }
        }

        /// <summary>One line for the chart.</summary>
        public string Describe()
        {
            lock (gate)
                return text;
        }

        /// <summary>Starts with the newest minutes of what was added before.</summary>
        public void Start()
        {
            string why = BridgeHttp.WhyNot(options.Url, out address);
            if (why == null && string.IsNullOrEmpty((options.ApiKey ?? string.Empty).Trim()))
                why = "the API key is empty";
            if (why != null)
            {
                Tell(BridgeLog.Alarm, "NOT SENDING: " + why);
                return;
            }
            lock (gate)
                queue.Begin();
            BridgeHttp.Hold(address);
            Interlocked.Increment(ref alive);
            Thread thread = new Thread(Run);
            thread.IsBackground = true;
            thread.Name = "co-pilot bars " + symbol;
            thread.Start();
        }

        /// <summary>Takes a closed minute. Never waits and never throws; one that is not after the newest is left out.</summary>
        public void Add(BarRow bar)
        {
            lock (gate)
                if (queue.Add(bar))
                    Monitor.Pulse(gate);
        }

        public void Dispose()
        {
            lock (gate)
            {
                isStopped = true;
                Monitor.PulseAll(gate);
            }
            stop.Cancel();
        }

        private void Run()
        {
            try
            {
                while (true)
                {
                    List<BarRow> some = Wait();
                    if (some == null)
                        return;
                    Judge(BridgeHttp.Send(new Uri(address, "bars"), options.ApiKey.Trim(), BarBody.Of(symbol, intake, some), options.TimeoutMs, stop.Token), some);
                }
            }
            catch (Exception e)
            {
                Tell(BridgeLog.Alarm, "NOT SENDING bars any more: " + e.Message);
                Show();
            }
            finally
            {
                BridgeHttp.Release();
                Interlocked.Decrement(ref alive);
            }
        }

        /// <summary>The bars that are due; null when it is over.</summary>
        private List<BarRow> Wait()
        {
            while (true)
            {
                log.Flush();
                lock (gate)
                {
                    if (isStopped)
                        return null;
                    long now = options.Clock.Milliseconds;
                    List<BarRow> due = now < sendAt ? null : queue.Due(now, BatchMax);
                    if (due != null && due.Count > 0)
                        return due;
                    Monitor.Wait(gate, NapMs);
                }
            }
        }

        private void Judge(BridgeAnswer answer, List<BarRow> some)
        {
            if (stop.IsCancellationRequested)
                return;
            BarReply reply = new BarReply(answer);
            if (answer.IsOk)
                Delivered(reply, some);
            else if (reply.RefusesBarsOf(some))
                Refused(reply, some);
            // Twice in a row: two co-pilots answer here by turns, and haste would help neither.
            else if (reply.IsOfAnotherStart(intake) && !isRenewed)
                Renewed(reply);
            else
                Troubled(reply);
            Show();
        }

        /// <summary>A chart that cannot be drawn on, as one that closes, must not end the sending.</summary>
        private void Show()
        {
            try
            {
                if (options.Changed != null)
                    options.Changed();
            }
            catch (Exception e)
            {
                log.Say(BridgeLog.Warning, "how far the bars of " + symbol + " are cannot be shown: " + e.Message);
            }
        }

        private void Delivered(BarReply reply, List<BarRow> some)
        {
            bool wasTroubled, isFirst;
            long gone;
            lock (gate)
            {
                queue.Pass(some);
                // An older co-pilot names no start; where a newer one takes its place it has not refused this body.
                if (reply.Intake != null && reply.Intake != intake && delivered > 0)
                    queue.Rewind();
                intake = reply.Intake ?? intake;
                isFirst = delivered == 0;
                delivered += some.Count;
                wasTroubled = isTroubled;
                isTroubled = isRenewed = false;
                pauseMs = FirstPauseMs;
                sendAt = long.MinValue;
                gone = queue.TakeLost();
                if (queue.IsPastHeld(some[some.Count - 1]))
                    clockNote = null;
                text = "bars: " + symbol + " through " + BarWords.Minute(some[some.Count - 1].OpenUtc.AddMinutes(1)) + Notes();
            }
            if (gone > 0)
                Tell(BridgeLog.Alarm, "ALARM: " + gone + " bars were NOT SENT, they did not fit while the co-pilot was away; a backfill from another feed can bring them");
            else if (wasTroubled || isFirst)
                log.Say(BridgeLog.Info, "sending bars of " + symbol);
        }

        /// <summary>What the chart has to say besides how far it is.</summary>
        private string Notes()
        {
            string notes = string.Empty;
            if (lastRefusal != null && options.Clock.Milliseconds - refusedAt < RefusalShownMs)
                notes += "; NOT SENT: " + Refusals();
            return clockNote == null ? notes : notes + "; " + clockNote;
        }

        private string Refusals()
        {
            return (refused == 1 ? "1 bar refused, " : refused + " bars refused, the last ") + lastRefusal;
        }

        /// <summary>Bad bars refuse the whole body: those that are named are given up, or kept until their minute is over, and the rest goes on.</summary>
        private void Refused(BarReply reply, List<BarRow> some)
        {
            foreach (KeyValuePair<int, string> fault in reply.Faults)
            {
                BarRow bar = some[fault.Key];
                double earlyMs = reply.EarlyMs(bar);
                if (earlyMs > 0 && earlyMs <= EarlyMsMax && Holds(reply, bar, (long)Math.Ceiling(earlyMs)))
                    return;
                GiveUp(bar, fault.Value + (earlyMs > 0 ? "; " + BarWords.Clocks(options.Clock.UtcNow, reply.At.Value) : string.Empty));
            }
        }

        /// <summary>Later bars wait behind it: they are not over either, and must not come before it.</summary>
        private bool Holds(BarReply reply, BarRow bar, long ms)
        {
            string why = BarWords.Clocks(options.Clock.UtcNow, reply.At.Value);
            lock (gate)
            {
                if (!queue.Hold(bar, ms, options.Clock.Milliseconds))
                    return false;
                clockNote = why;
            }
            Tell(BridgeLog.Warning, "NOT SENDING the bar of " + BarWords.Minute(bar.OpenUtc) + " yet: by the co-pilot's clock it closes in " + BarWords.Seconds(ms / 1000.0) + "; " + why);
            return true;
        }

        private void GiveUp(BarRow bar, string why)
        {
            string what;
            lock (gate)
            {
                queue.Drop(bar);
                refused++;
                refusedAt = options.Clock.Milliseconds;
                lastRefusal = "of " + bar.OpenUtc.ToString("yyyy-MM-dd ", CultureInfo.InvariantCulture) + BarWords.Minute(bar.OpenUtc) + ": " + JsonWriter.Clean(why, 250);
                what = "bars of " + symbol + " NOT SENT: " + Refusals();
            }
            Tell(BridgeLog.Alarm, what);
        }

        /// <summary>A new co-pilot took nothing yet, and gets the older bars before the newer ones.</summary>
        private void Renewed(BarReply reply)
        {
            lock (gate)
            {
                intake = reply.Intake;
                isRenewed = true;
                queue.Rewind();
            }
            log.Say(BridgeLog.Info, "the co-pilot was started anew: the newest bars of " + symbol + " are sent once more");
        }

        private void Troubled(BarReply reply)
        {
            lock (gate)
            {
                isTroubled = true;
                isRenewed = false;
                // What was taken before may be gone with the co-pilot that took it, and older bars must come before newer ones.
                queue.Rewind();
                sendAt = options.Clock.Milliseconds + pauseMs;
                pauseMs = Math.Min(PauseMsMax, pauseMs * 2);
            }
            Tell(BridgeLog.Warning, "NOT SENDING bars: " + reply.Describe());
        }

        private void Tell(int weight, string what)
        {
            lock (gate)
                text = what;
            log.Say(weight, what);
        }
    }
}
