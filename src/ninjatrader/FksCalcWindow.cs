// The days the FKS calculation rests on, and the fold over their bars. No NinjaTrader types in here.
using System.Collections.Generic;

namespace FuturesCopilot.Fks
{
    /// <summary>
    /// The window rule of the engine: wave, oscillator and quality see the current trading day and the four before it;
    /// the volatility rank sees the ATR values of twenty earlier days. All of it starts afresh at the 18:00 roll, so a
    /// chart that ran for weeks and one that was opened this morning say the same.
    /// </summary>
    public sealed class FksWindow
    {
        private const int EarlierFocusDays = 4;
        private const int VolatilityDays = 20;
        private const int AtrLength = 14;
        private readonly FksOptions options;
        private readonly List<Day> earlier = new List<Day>();
        private readonly List<FksAtrDay> earlierAtr = new List<FksAtrDay>();
        private Day current;
        private FksAtr atr;
        private long newestMs;

        public FksWindow(FksOptions options)
        {
            this.options = options;
            Atr = double.NaN;
        }

        /// <summary>ATR14 in ticks.</summary>
        public double Atr { get; private set; }
        public FksFold Fold { get; private set; }

        public void Push(FksTickBar bar)
        {
            int day = FksNewYork.TradingDay(bar.OpenMs);
            if (current == null || current.Number != day)
                Roll(day);
            current.Bars.Add(bar);
            Fold.Push(bar);
            Atr = atr.Push(bar.High, bar.Low, bar.Close);
            newestMs = bar.OpenMs;
            if (!double.IsNaN(Atr))
                current.Atr.Add(FksNewYork.MinuteOfDay(bar.OpenMs), Atr);
        }

        public FksVolatilityReading Volatility()
        {
            if (current == null || double.IsNaN(Atr))
                return null;
            return FksVolatility.Of(Atr, FksNewYork.MinuteOfDay(newestMs), earlierAtr, current.Atr);
        }

        private void Roll(int day)
        {
            if (current != null)
            {
                earlier.Add(current);
                earlierAtr.Add(current.Atr);
            }
            while (earlier.Count > EarlierFocusDays)
                earlier.RemoveAt(0);
            while (earlierAtr.Count > VolatilityDays)
                earlierAtr.RemoveAt(0);
            current = new Day(day);
            atr = new FksAtr(AtrLength);
            Fold = new FksFold(options);
            foreach (Day old in earlier)
            {
                foreach (FksTickBar bar in old.Bars)
                {
                    atr.Push(bar.High, bar.Low, bar.Close);
                    Fold.Push(bar);
                }
            }
        }

        private sealed class Day
        {
            public readonly int Number;
            public readonly List<FksTickBar> Bars = new List<FksTickBar>();
            public readonly FksAtrDay Atr = new FksAtrDay();

            public Day(int number)
            {
                Number = number;
            }
        }
    }

    /// <summary>
    /// Follows the bars of the window. Prices enter as ticks from its first close, which keeps the numbers small and the
    /// mirror image of a market exactly mirrored. The higher frame is the wave on the closes of three bars' length (15
    /// minutes on a 5-minute chart); such a bar counts once its last part, or a later bar, is there.
    /// </summary>
    public sealed class FksFold
    {
        private const int HigherFrameBars = 3;
        private const int EngineBarMinutes = 5;
        private readonly long barMs;
        private readonly long higherMs;
        private readonly bool hasLength;
        private readonly FksWave wave;
        private readonly FksWave higher;
        private readonly FksAo ao;
        private readonly FksRsi rsi = new FksRsi(14);
        private readonly FksVelocity velocity = new FksVelocity();
        private FksTickBar before;
        private FksTickBar newest;
        private double newestClose;
        private double newestRsi;
        private double anchor;
        private int bars;
        private bool hasPending;
        private long pendingBucket;
        private double pendingClose;

        public FksFold(FksOptions options)
        {
            hasLength = options.BarMinutes > 0;
            barMs = (hasLength ? options.BarMinutes : EngineBarMinutes) * FksNewYork.MinuteMs;
            higherMs = HigherFrameBars * barMs;
            wave = new FksWave(options.WaveLookback);
            higher = new FksWave(options.WaveLookback);
            ao = new FksAo(options.AoFast, options.AoSlow);
            Ao = double.NaN;
        }

        public double Ao { get; private set; }

        public void Push(FksTickBar bar)
        {
            if (bars == 0)
                anchor = bar.Close;
            double close = bar.Close - anchor;
            bars += 1;
            wave.Push(close);
            velocity.Push(close);
            FollowHigher(bar.OpenMs, close);
            before = newest;
            newest = bar;
            newestClose = close;
            Ao = ao.Push(bar.High - anchor, bar.Low - anchor);
            newestRsi = rsi.Push(close);
        }

        public FksWaveReading Wave()
        {
            return wave.Read();
        }

        public FksQualityReading Quality(double volPercentile)
        {
            if (bars < FksQuality.Warmup || double.IsNaN(Ao) || !velocity.IsKnown)
                return null;
            double pace = velocity.Now();
            FksQualityFacts facts = new FksQualityFacts();
            facts.Close = newestClose;
            facts.TrendNow = wave.TrendNow;
            facts.TrendBefore = wave.TrendBefore;
            facts.Ao = Ao;
            facts.Rsi = double.IsNaN(newestRsi) ? 50 : newestRsi;
            facts.VolPercentile = volPercentile;
            facts.Velocity = pace;
            facts.VelocityChange = pace - velocity.ThreeBarsAgo();
            facts.CurrentRatio = wave.Read().CurrentRatio;
            facts.BullishCandle = FksCandle.IsBullish(before, newest);
            facts.BearishCandle = FksCandle.IsBearish(before, newest);
            FksWaveReading frame = higher.Read();
            facts.HigherFrame = frame == null ? FksDirection.Neutral : frame.Direction;
            return FksQuality.Of(facts);
        }

        private void FollowHigher(long openMs, double close)
        {
            long bucket = openMs / higherMs;
            if (hasPending && pendingBucket != bucket)
                higher.Push(pendingClose);
            bool isLast = hasLength && openMs + barMs == (bucket + 1) * higherMs;
            if (isLast)
                higher.Push(close);
            hasPending = !isLast;
            pendingBucket = bucket;
            pendingClose = close;
        }
    }
}
