// Signal quality of the FKS calculation, version 1: five components, 4 points, shown as 0 to 100. No NinjaTrader types.
using System;

namespace FuturesCopilot.Fks
{
    public enum FksContext
    {
        Ranging,
        Uptrend,
        Downtrend
    }

    /// <summary>What the score is made of, all at the newest closed bar.</summary>
    public sealed class FksQualityFacts
    {
        public double Close;
        public double TrendNow;
        public double TrendBefore;
        public double Ao;
        public double Rsi;
        public double VolPercentile;
        public double Velocity;
        public double VelocityChange;
        public double CurrentRatio;
        public bool BullishCandle;
        public bool BearishCandle;
        public FksDirection HigherFrame;
    }

    public sealed class FksQualityReading
    {
        public double Score { get; internal set; }
        public FksContext Context { get; internal set; }
        public double Volatility { get; internal set; }
        public double Momentum { get; internal set; }
        public double Impulse { get; internal set; }
        public double Candle { get; internal set; }
        public double HigherFrame { get; internal set; }
    }

    public static class FksQuality
    {
        /// <summary>Bars before a score exists; a slower oscillator makes it longer.</summary>
        public const int Warmup = 34;
        private const double PointsMax = 4;

        public static FksQualityReading Of(FksQualityFacts facts)
        {
            FksContext context = ContextOf(facts);
            FksQualityReading reading = new FksQualityReading();
            reading.Context = context;
            reading.Volatility = VolatilityPoints(facts.VolPercentile, context);
            reading.Momentum = Agrees(facts.Velocity, context, 0.5) ? 1 : 0;
            double change = Agrees(facts.VelocityChange, context, 0.2) ? 0.5 : 0;
            reading.Impulse = Math.Max(change, 0.5 * WaveShare(facts.CurrentRatio));
            bool isWithTrend = (context == FksContext.Uptrend && facts.BullishCandle)
                || (context == FksContext.Downtrend && facts.BearishCandle);
            reading.Candle = isWithTrend ? 0.5 : 0;
            reading.HigherFrame = HigherFramePoints(facts.HigherFrame, context);
            double points = reading.Volatility + reading.Momentum + reading.Impulse + reading.Candle + reading.HigherFrame;
            reading.Score = 100 * points / PointsMax;
            return reading;
        }

        private static FksContext ContextOf(FksQualityFacts f)
        {
            if (f.Ao > 0 && (f.Close > f.TrendNow || (f.Rsi > 50 && f.TrendNow > f.TrendBefore)))
                return FksContext.Uptrend;
            if (f.Ao < 0 && (f.Close < f.TrendNow || (f.Rsi < 50 && f.TrendNow < f.TrendBefore)))
                return FksContext.Downtrend;
            return FksContext.Ranging;
        }

        /// <summary>A trend wants ordinary volatility, a range wants a quiet market.</summary>
        private static double VolatilityPoints(double percentile, FksContext context)
        {
            bool fits = context == FksContext.Ranging ? percentile < 30 : percentile > 20 && percentile < 70;
            return fits ? 1.5 : 0.5;
        }

        private static bool Agrees(double move, FksContext context, double calmBelow)
        {
            if (context == FksContext.Uptrend)
                return move > 0;
            if (context == FksContext.Downtrend)
                return move < 0;
            return Math.Abs(move) < calmBelow;
        }

        /// <summary>How far the running wave has come, as a share of what an ordinary one reaches.</summary>
        private static double WaveShare(double currentRatio)
        {
            double size = double.IsNaN(currentRatio) ? 0 : Math.Abs(currentRatio);
            if (size > 1.5)
                return 1;
            if (size > 1.05)
                return 0.7;
            return size > 0.75 ? 0.4 : 0;
        }

        private static double HigherFramePoints(FksDirection direction, FksContext context)
        {
            if (direction == FksDirection.Neutral)
                return 0.25;
            if (context == FksContext.Ranging)
                return 0.5;
            return (direction == FksDirection.Bullish) == (context == FksContext.Uptrend) ? 0.5 : 0;
        }
    }

    /// <summary>The 3-bar move over the population deviation of the last 100 such moves; 0 if those are all alike.</summary>
    public sealed class FksVelocity
    {
        private const int Step = 3;
        private const int Moves = 100;
        private readonly double[] closes = new double[Moves + 2 * Step];
        private readonly double[] moves = new double[Moves];
        private int seen;

        public void Push(double close)
        {
            closes[seen % closes.Length] = close;
            seen += 1;
        }

        public bool IsKnown
        {
            get { return seen > 2 * Step; }
        }

        public double Now()
        {
            return At(seen - 1);
        }

        public double ThreeBarsAgo()
        {
            return At(seen - 1 - Step);
        }

        private double At(int end)
        {
            int n = Math.Min(Moves, end - Step + 1);
            for (int k = 0; k < n; k++)
                moves[k] = MoveEnding(end - k);
            double deviation = FksBands.DeviationOf(moves, n);
            return deviation > 0 ? MoveEnding(end) / deviation : 0;
        }

        private double MoveEnding(int i)
        {
            return closes[i % closes.Length] - closes[(i - Step) % closes.Length];
        }
    }

    /// <summary>Reversal candles on the newer of two bars (after Nison 1991). A bar can be both kinds.</summary>
    public static class FksCandle
    {
        public static bool IsBullish(FksTickBar before, FksTickBar bar)
        {
            return IsHammer(bar.Open, bar.High, bar.Low, bar.Close)
                || Engulfs(before.Open, before.Close, bar.Open, bar.Close);
        }

        public static bool IsBearish(FksTickBar before, FksTickBar bar)
        {
            return IsHammer(-bar.Open, -bar.Low, -bar.High, -bar.Close)
                || Engulfs(-before.Open, -before.Close, -bar.Open, -bar.Close);
        }

        /// <summary>A small body at the top: lower shadow at least twice the body, upper at most half of it.</summary>
        private static bool IsHammer(double open, double high, double low, double close)
        {
            double body = Math.Abs(close - open);
            return body > 0 && Math.Min(open, close) - low >= 2 * body && high - Math.Max(open, close) <= body / 2;
        }

        /// <summary>A rising body that wraps the falling body before it and is larger.</summary>
        private static bool Engulfs(double openBefore, double closeBefore, double open, double close)
        {
            double fell = openBefore - closeBefore;
            double rose = close - open;
            return fell > 0 && rose > fell && open <= closeBefore && close >= openBefore;
        }
    }
}
