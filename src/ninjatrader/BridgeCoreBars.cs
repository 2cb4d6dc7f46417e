using System;
using System.Collections.Generic;
using System.Threading;

namespace FuturesCopilot.Bridge
{
    /// <summary>A closed minute; the time is its open, in UTC.</summary>
    internal struct BarRow
    {
        public DateTime OpenUtc;
        public double Open, High, Low, Close;
        public long Volume;
    }

    /// <summary>
    /// Posts closed minutes of one contract. The chart's turn only adds to a list; one background thread sends. After each
    /// trouble the newest minutes are sent once more: the intake knows what it has, and a co-pilot that was started anew does not.
    /// </summary>
    internal sealed class BarForwarder : IDisposable
    {
        /// <summary>More than three days of minutes; older ones that were not sent are given up and told.</summary>
        public const int KeptMax = 5000;
        /// <summary>A bar takes about 130 bytes, and the intake reads 256 KB.</summary>
        public const int BatchMax = 1000;
        private const long FirstPauseMs = 1000, PauseMsMax = 30000;
        private const int NapMs = 200;

        private readonly object gate = new object();
        private readonly List<BarRow> bars = new List<BarRow>();
        private readonly BridgeOptions options;
        private readonly BridgeLog log;
        private readonly CancellationTokenSource stop = new CancellationTokenSource();
        private readonly string symbol;
        private readonly int catchUp;
        private int next, batch = BatchMax;
        private long lost, delivered;
        private long pauseMs = FirstPauseMs, sendAt = long.MinValue;
        private bool isTroubled, isStopped;
        private Uri address;
        private string text = "bars: nothing sent yet";
        private static int alive;

        public BarForwarder(BridgeOptions options, string symbol, int catchUp)
        {
            this.options = options;
            this.symbol = symbol;
            this.catchUp = Math.Max(1, Math.Min(KeptMax, catchUp));
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
                next = Math.Max(0, bars.Count - catchUp);
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
            {
                if (bars.Count > 0 && bar.OpenUtc <= bars[bars.Count - 1].OpenUtc)
                    return;
                bars.Add(bar);
                if (bars.Count > KeptMax)
                {
                    bars.RemoveAt(0);
                    if (next > 0)
                        next--;
                    else
                        lost++;
                }
                Monitor.Pulse(gate);
            }
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
                    Judge(BridgeHttp.Send(new Uri(address, "bars"), options.ApiKey.Trim(), Body(symbol, some), options.TimeoutMs, stop.Token), some);
                }
            }
            catch (Exception e)
            {
                Tell(BridgeLog.Alarm, "stopped: " + e.Message);
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
                    if (next < bars.Count && options.Clock.Milliseconds >= sendAt)
                        return bars.GetRange(next, Math.Min(batch, bars.Count - next));
                    Monitor.Wait(gate, NapMs);
                }
            }
        }

        private void Judge(BridgeAnswer answer, List<BarRow> some)
        {
            if (stop.IsCancellationRequested)
                return;
            if (answer.IsOk)
                Delivered(some);
            else if (answer.Status == 400)
                Refused(answer, some);
            else
                Troubled(answer);
            if (options.Changed != null)
                options.Changed();
        }

        private void Delivered(List<BarRow> some)
        {
            bool wasTroubled;
            long gone;
            lock (gate)
            {
                Pass(some);
                delivered += some.Count;
                wasTroubled = isTroubled;
                isTroubled = false;
                pauseMs = FirstPauseMs;
                sendAt = long.MinValue;
                batch = Math.Min(BatchMax, batch * 2);
                gone = lost;
                lost = 0;
                text = "bars: " + symbol + " through " + JsonWriter.Instant(some[some.Count - 1].OpenUtc.AddMinutes(1)).Substring(11, 5) + " UTC";
            }
            if (gone > 0)
                Tell(BridgeLog.Alarm, "ALARM: " + gone + " bars did not fit while the co-pilot was away; a backfill brings them");
            else if (wasTroubled || delivered == some.Count)
                log.Say(BridgeLog.Info, "sending bars of " + symbol);
        }

        /// <summary>One bad bar refuses the whole body: the body is made smaller until the bad one stands alone, and that one is given up.</summary>
        private void Refused(BridgeAnswer answer, List<BarRow> some)
        {
            lock (gate)
            {
                if (some.Count > 1)
                {
                    batch = Math.Max(1, some.Count / 2);
                    return;
                }
                Pass(some);
            }
            log.Say(BridgeLog.Alarm, "ALARM: the co-pilot refuses the bar of " + JsonWriter.Instant(some[0].OpenUtc) + ": " + answer.Describe());
        }

        private void Troubled(BridgeAnswer answer)
        {
            lock (gate)
            {
                isTroubled = true;
                // What was taken before may be gone with the co-pilot that took it, and older bars must come before newer ones.
                next = Math.Min(next, Math.Max(0, bars.Count - catchUp));
                sendAt = options.Clock.Milliseconds + pauseMs;
                pauseMs = Math.Min(PauseMsMax, pauseMs * 2);
            }
            Tell(BridgeLog.Warning, "NOT SENDING bars: " + answer.Describe());
        }

        /// <summary>Bars may have fallen out at the front meanwhile, so the place is found by time.</summary>
        private void Pass(List<BarRow> some)
        {
            DateTime through = some[some.Count - 1].OpenUtc;
            while (next < bars.Count && bars[next].OpenUtc <= through)
                next++;
        }

        private void Tell(int weight, string what)
        {
            lock (gate)
                text = what;
            log.Say(weight, what);
        }

        internal static string Body(string symbol, List<BarRow> some)
        {
            JsonWriter json = new JsonWriter();
            json.Open('{').Field("symbol", symbol).Key("bars").Open('[');
            foreach (BarRow bar in some)
            {
                json.Open('{').Field("ts", JsonWriter.Instant(bar.OpenUtc)).Field("open", (double?)bar.Open).Field("high", (double?)bar.High);
                json.Field("low", (double?)bar.Low).Field("close", (double?)bar.Close).Field("volume", bar.Volume).Close('}');
            }
            return json.Close(']').Close('}').ToString();
        }
    }

    /// <summary>
    /// Turns the platform's stamps, which are closes on the wall clock of its options, into opens in UTC. In the hour that autumn
    /// repeats the stamps go over twice; which of the two it is follows from the bar before.
    /// </summary>
    internal sealed class BarTimes
    {
        private readonly TimeZoneInfo zone;
        private DateTime before = DateTime.MinValue;

        public BarTimes(TimeZoneInfo zone)
        {
            this.zone = zone ?? TimeZoneInfo.Local;
        }

        public DateTime OpenUtc(DateTime close)
        {
            DateTime utc = close.Kind == DateTimeKind.Utc ? close : ToUtc(DateTime.SpecifyKind(close, DateTimeKind.Unspecified));
            before = utc;
            return utc.AddMinutes(-1);
        }

        private DateTime ToUtc(DateTime local)
        {
            // The hour that spring leaves out does not exist; a clock that shows it has not been put forward.
            if (zone.IsInvalidTime(local))
                local = local.AddHours(1);
            DateTime later = DateTime.SpecifyKind(local - zone.BaseUtcOffset, DateTimeKind.Utc);
            if (!zone.IsAmbiguousTime(local))
                return TimeZoneInfo.ConvertTimeToUtc(local, zone);
            DateTime earlier = later.AddHours(-1);
            return earlier > before ? earlier : later;
        }
    }
}
