// The wave of the FKS calculation: which side is dominant. No NinjaTrader types in here.
using System;

namespace FuturesCopilot.Fks
{
    public enum FksDirection
    {
        Neutral,
        Bullish,
        Bearish
    }

    /// <summary>Bull, bear and trend speed are in the unit of price that was pushed. NaN means unknown.</summary>
    public sealed class FksWaveReading
    {
        public double Bull { get; internal set; }
        public double Bear { get; internal set; }
        public double Ratio { get; internal set; }
        public double Dominance { get; internal set; }
        /// <summary>The ratio read from the stronger side, so that 2.0 is as strong down as up.</summary>
        public double DominantRatio { get; internal set; }
        public FksDirection Direction { get; internal set; }
        public double TrendSpeed { get; internal set; }
        public double CurrentRatio { get; internal set; }
    }

    /// <summary>
    /// A wave runs from one crossing of the trend line to the next; its size is the furthest the running trend speed
    /// came, and the two sides are compared by the mean size of their finished waves.
    /// </summary>
    public sealed class FksWave
    {
        public const int Warmup = 30;
        private const int TrendLength = 20;
        private const double SpeedWeight = 0.1;
        private const int SpeedHull = 5;
        private const double DominantFrom = 0.05;

        private readonly FksSmoother trend = FksSmoother.OfLength(TrendLength);
        private readonly FksSmoother smoother = new FksSmoother(SpeedWeight);
        private readonly FksHull hull = new FksHull(SpeedHull);
        private readonly Records bulls;
        private readonly Records bears;
        private FksDirection current = FksDirection.Neutral;
        private double closeBefore;
        private double smoothed;
        private double speed;
        private double lowest;
        private double highest;
        private double hullSpeed = double.NaN;
        private int bars;

        public FksWave(int wavesKept)
        {
            bulls = new Records(wavesKept);
            bears = new Records(wavesKept);
        }

        /// <summary>The trend line at the newest bar and at the one before it.</summary>
        public double TrendNow { get; private set; }
        public double TrendBefore { get; private set; }

        public void Push(double close)
        {
            double line = trend.Push(close);
            double smooth = smoother.Push(close);
            double increment = bars == 0 ? 0 : smooth - smoothed;
            // The crossing bar still counts for the wave it ends, so the extremes come before the crossing.
            speed += increment;
            lowest = Math.Min(lowest, speed);
            highest = Math.Max(highest, speed);
            if (bars > 0)
            {
                double gapBefore = closeBefore - TrendNow;
                if (close > line && gapBefore <= 0)
                    Begin(FksDirection.Bullish, increment);
                else if (close < line && gapBefore >= 0)
                    Begin(FksDirection.Bearish, increment);
            }
            TrendBefore = bars == 0 ? line : TrendNow;
            TrendNow = line;
            closeBefore = close;
            smoothed = smooth;
            hullSpeed = hull.Push(speed);
            bars += 1;
        }

        /// <summary>Null until thirty bars were pushed.</summary>
        public FksWaveReading Read()
        {
            return bars < Warmup ? null : Compare(bulls.Mean(), bears.Mean(), hullSpeed);
        }

        private void Begin(FksDirection kind, double increment)
        {
            if (current == FksDirection.Bullish)
                bulls.Add(highest);
            if (current == FksDirection.Bearish)
                bears.Add(lowest);
            current = kind;
            speed = increment;
            lowest = increment;
            highest = increment;
        }

        /// <summary>
        /// Without a finished wave of each kind nobody is dominant; the same is said when the waves of a kind went
        /// against their own direction on average.
        /// </summary>
        private static FksWaveReading Compare(double bullMean, double bearMean, double trendSpeed)
        {
            FksWaveReading reading = new FksWaveReading();
            reading.Bull = double.IsNaN(bullMean) ? 0 : bullMean;
            reading.Bear = double.IsNaN(bearMean) ? 0 : Math.Abs(bearMean);
            reading.TrendSpeed = trendSpeed;
            reading.CurrentRatio = double.NaN;
            reading.Ratio = 1;
            reading.DominantRatio = 1;
            reading.Direction = FksDirection.Neutral;
            if (!(bullMean > 0 && bearMean < 0))
                return reading;
            reading.Ratio = reading.Bull / reading.Bear;
            reading.Dominance = (reading.Bull - reading.Bear) / (reading.Bull + reading.Bear);
            reading.DominantRatio = Math.Max(reading.Ratio, 1 / reading.Ratio);
            if (reading.Dominance > DominantFrom)
                reading.Direction = FksDirection.Bullish;
            else if (reading.Dominance < -DominantFrom)
                reading.Direction = FksDirection.Bearish;
            reading.CurrentRatio = trendSpeed > 0 ? trendSpeed / reading.Bull : trendSpeed / reading.Bear;
            return reading;
        }

        /// <summary>The newest waves of one kind; older ones are forgotten.</summary>
        private sealed class Records
        {
            private readonly double[] ring;
            private int seen;

            public Records(int kept)
            {
                ring = new double[kept];
            }

            public void Add(double size)
            {
                ring[seen % ring.Length] = size;
                seen += 1;
            }

            public double Mean()
            {
                int n = Math.Min(seen, ring.Length);
                double sum = 0;
                for (int i = seen - n; i < seen; i++)
                    sum += ring[i % ring.Length];
                return n == 0 ? double.NaN : sum / n;
            }
        }
    }
}
