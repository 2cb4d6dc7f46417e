using System;
using System.Collections.Generic;

namespace FuturesCopilot.Bridge
{
    /// <summary>Closed minutes of one chart, oldest first, and how far they have been sent. Used under its owner's lock.</summary>
    internal sealed class BarQueue
    {
        /// <summary>More than three days of minutes; older ones that were not sent are given up and told.</summary>
        public const int KeptMax = 5000;
        /// <summary>A clock that stands still must not hold a chart up for ever.</summary>
        private const int HoldsMax = 3;
        private readonly List<BarRow> bars = new List<BarRow>();
        private readonly int catchUp;
        private int next, holds;
        private long lost, heldUntil = long.MinValue;
        private DateTime heldFrom = DateTime.MinValue;

        public BarQueue(int catchUp)
        {
            this.catchUp = Math.Max(1, Math.Min(KeptMax, catchUp));
        }

        /// <summary>False for a bar that is not after the newest.</summary>
        public bool Add(BarRow bar)
        {
            if (bars.Count > 0 && bar.OpenUtc <= bars[bars.Count - 1].OpenUtc)
                return false;
            bars.Add(bar);
            if (bars.Count <= KeptMax)
                return true;
            bars.RemoveAt(0);
            if (next > 0)
                next--;
            else
                lost++;
            return true;
        }

        /// <summary>Begins with the newest minutes; what a long chart had before them was never to be sent.</summary>
        public void Begin()
        {
            next = Math.Max(0, bars.Count - catchUp);
            lost = 0;
        }

        /// <summary>The newest minutes once more, whoever took them before.</summary>
        public void Rewind()
        {
            next = Math.Min(next, Math.Max(0, bars.Count - catchUp));
        }

        /// <summary>What may be sent now; empty when there is nothing, or when the next one has to wait.</summary>
        public List<BarRow> Due(long now, int most)
        {
            int count = Math.Min(most, bars.Count - next);
            if (now < heldUntil)
            {
                int free = 0;
                while (free < count && bars[next + free].OpenUtc < heldFrom)
                    free++;
                count = free;
            }
            return bars.GetRange(next, count);
        }

        /// <summary>Bars may have fallen out at the front meanwhile, so the place is found by time.</summary>
        public void Pass(List<BarRow> some)
        {
            DateTime through = some[some.Count - 1].OpenUtc;
            while (next < bars.Count && bars[next].OpenUtc <= through)
                next++;
        }

        /// <summary>Takes a bar out for good: one dated years ahead would else shut out all that come after it.</summary>
        public void Drop(BarRow bar)
        {
            int at = bars.FindIndex(delegate(BarRow one) { return one.OpenUtc == bar.OpenUtc; });
            if (at < 0)
                return;
            bars.RemoveAt(at);
            if (at < next)
                next--;
        }

        /// <summary>Keeps a bar and those after it back for a while; false when that was done often enough.</summary>
        public bool Hold(BarRow bar, long ms, long now)
        {
            holds = bar.OpenUtc == heldFrom ? holds + 1 : 1;
            heldFrom = bar.OpenUtc;
            if (holds > HoldsMax)
                return false;
            heldUntil = now + ms;
            return true;
        }

        /// <summary>True for a bar that went out after the last one that had to wait.</summary>
        public bool IsPastHeld(BarRow bar)
        {
            return bar.OpenUtc > heldFrom;
        }

        /// <summary>How many fell out unsent since it was asked last.</summary>
        public long TakeLost()
        {
            long gone = lost;
            lost = 0;
            return gone;
        }
    }
}
