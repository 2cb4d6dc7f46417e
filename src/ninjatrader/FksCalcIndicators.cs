// The indicators of the FKS calculation. No NinjaTrader types in here: the same file is compiled into the platform and
// into the program that compares it with the co-pilot's engine. NaN means "not warm yet".
using System;

namespace FuturesCopilot.Fks
{
    /// <summary>Exponential average, seeded with the first value.</summary>
    public sealed class FksSmoother
    {
        private readonly double alpha;
        private double value;
        private bool isSeeded;

        public FksSmoother(double alpha)
        {
            this.alpha = alpha;
        }

        /// <summary>The usual moving average of a length: alpha = 2 / (length + 1).</summary>
        public static FksSmoother OfLength(int length)
        {
            return new FksSmoother(2.0 / (length + 1));
        }

        public double Push(double x)
        {
            // The step form keeps a flat series exactly flat, so a price at rest never crosses its own average.
            value = isSeeded ? value + alpha * (x - value) : x;
            isSeeded = true;
            return value;
        }
    }

    /// <summary>Plain mean of the last values; whole numbers are summed without rounding.</summary>
    public sealed class FksSma
    {
        private readonly double[] ring;
        private double sum;
        private int seen;

        public FksSma(int length)
        {
            ring = new double[length];
        }

        public double Push(double x)
        {
            int slot = seen % ring.Length;
            sum = sum + x - ring[slot];
            ring[slot] = x;
            seen += 1;
            return seen < ring.Length ? double.NaN : sum / ring.Length;
        }
    }

    /// <summary>Awesome oscillator (Bill Williams): fast less slow mean of the bar's middle.</summary>
    public sealed class FksAo
    {
        private readonly FksSma fast;
        private readonly FksSma slow;

        public FksAo(int fastLength, int slowLength)
        {
            fast = new FksSma(fastLength);
            slow = new FksSma(slowLength);
        }

        public double Push(double high, double low)
        {
            double middle = (high + low) / 2;
            double quick = fast.Push(middle);
            double calm = slow.Push(middle);
            return quick - calm; // NaN while either is
        }
    }

    /// <summary>Average true range (Wilder 1978): the mean of the first true ranges, then his smoothing.</summary>
    public sealed class FksAtr
    {
        private readonly int length;
        private double average;
        private double closeBefore;
        private int seen;

        public FksAtr(int length)
        {
            this.length = length;
        }

        public double Push(double high, double low, double close)
        {
            double range = high - low;
            if (seen > 0)
                range = Math.Max(range, Math.Max(Math.Abs(high - closeBefore), Math.Abs(low - closeBefore)));
            closeBefore = close;
            seen += 1;
            average = seen > length ? ((length - 1) * average + range) / length : average + range;
            if (seen == length)
                average = average / length;
            return seen < length ? double.NaN : average;
        }
    }

    /// <summary>Relative strength index (Wilder 1978), seeded with the plain means of the first gains and losses.</summary>
    public sealed class FksRsi
    {
        private readonly int length;
        private double gains;
        private double losses;
        private double closeBefore;
        private int moves = -1;

        public FksRsi(int length)
        {
            this.length = length;
        }

        public double Push(double close)
        {
            double move = close - closeBefore;
            closeBefore = close;
            moves += 1;
            if (moves == 0)
                return double.NaN;
            double kept = moves > length ? (length - 1) / (double)length : 1;
            double share = 1 / (double)length;
            gains = gains * kept + Math.Max(move, 0) * share;
            losses = losses * kept + Math.Max(-move, 0) * share;
            if (moves < length)
                return double.NaN;
            return gains == losses ? 50 : 50 + 50 * (gains - losses) / (gains + losses);
        }
    }

    /// <summary>Bollinger bands with the population deviation, as NinjaTrader draws them.</summary>
    public sealed class FksBands
    {
        private readonly double[] ring;
        private readonly double width;
        private int seen;

        public FksBands(int length, double width)
        {
            ring = new double[length];
            this.width = width;
            Clear();
        }

        public double Middle { get; private set; }
        public double Upper { get; private set; }
        public double Lower { get; private set; }

        public void Push(double x)
        {
            ring[seen % ring.Length] = x;
            seen += 1;
            if (seen < ring.Length)
                return;
            double reach = width * DeviationOf(ring, ring.Length);
            Middle = MeanOf(ring, ring.Length);
            Upper = Middle + reach;
            Lower = Middle - reach;
        }

        private void Clear()
        {
            Middle = double.NaN;
            Upper = double.NaN;
            Lower = double.NaN;
        }

        public static double MeanOf(double[] values, int n)
        {
            double sum = 0;
            for (int i = 0; i < n; i++)
                sum += values[i];
            return sum / n;
        }

        /// <summary>Population deviation of the first n values, in two passes so that large prices lose no digits.</summary>
        public static double DeviationOf(double[] values, int n)
        {
            double mean = MeanOf(values, n);
            double squares = 0;
            for (int i = 0; i < n; i++)
                squares += (values[i] - mean) * (values[i] - mean);
            return Math.Sqrt(squares / n);
        }
    }

    /// <summary>Linearly weighted average; the newest value weighs most.</summary>
    public sealed class FksWma
    {
        private readonly double[] ring;
        private int seen;

        public FksWma(int length)
        {
            ring = new double[length];
        }

        public double Push(double x)
        {
            int length = ring.Length;
            ring[seen % length] = x;
            seen += 1;
            if (seen < length)
                return double.NaN;
            double sum = 0;
            for (int age = 0; age < length; age++)
                sum += (length - age) * ring[(seen - 1 - age) % length];
            return sum / (length * (length + 1) / 2);
        }
    }

    /// <summary>Hull moving average (Alan Hull 2005); half and root of the length are cut to whole numbers.</summary>
    public sealed class FksHull
    {
        private readonly FksWma half;
        private readonly FksWma full;
        private readonly FksWma last;

        public FksHull(int length)
        {
            half = new FksWma(length / 2);
            full = new FksWma(length);
            last = new FksWma((int)Math.Floor(Math.Sqrt(length)));
        }

        public double Push(double x)
        {
            double quick = half.Push(x);
            double calm = full.Push(x);
            return double.IsNaN(quick) || double.IsNaN(calm) ? double.NaN : last.Push(2 * quick - calm);
        }
    }

    /// <summary>Highest (or lowest) of the last values: a ring that is searched, which is quick at twenty bars.</summary>
    public sealed class FksExtreme
    {
        private readonly double[] ring;
        private readonly int sign;
        private int seen;

        public FksExtreme(int length, bool highest)
        {
            ring = new double[length];
            sign = highest ? 1 : -1;
        }

        public double Push(double x)
        {
            ring[seen % ring.Length] = x;
            seen += 1;
            if (seen < ring.Length)
                return double.NaN;
            double best = ring[0];
            for (int i = 1; i < ring.Length; i++)
                if (sign * ring[i] > sign * best)
                    best = ring[i];
            return best;
        }
    }
}
