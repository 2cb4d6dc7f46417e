// Volume colours, arrows and hints of the FKS calculation. No NinjaTrader types in here.
using System;

namespace FuturesCopilot.Fks
{
    public enum FksSide
    {
        Flat,
        Up,
        Down
    }

    public enum FksArrow
    {
        None,
        Buy,
        Sell
    }

    public enum FksHint
    {
        None,
        /// <summary>TP/BE: take profit or go to break-even.</summary>
        Protect,
        /// <summary>ADD</summary>
        Add,
        /// <summary>LOW VOL</summary>
        LowVolume
    }

    /// <summary>Sorts bars by side and by volume against the mean of the 20 bars before.</summary>
    public sealed class FksVolumeBars
    {
        private const int MeanBars = 20;
        private const double SpikeFrom = 2;
        private readonly FksSma mean = new FksSma(MeanBars);
        private double nextMean = double.NaN;

        public FksVolumeBars()
        {
            MeanBefore = double.NaN;
        }

        public FksSide Side { get; private set; }
        public bool IsSpike { get; private set; }
        /// <summary>Mean volume of the 20 bars before the newest one; NaN while there are fewer.</summary>
        public double MeanBefore { get; private set; }

        public void Push(double open, double close, double volume)
        {
            MeanBefore = nextMean;
            Side = close > open ? FksSide.Up : close < open ? FksSide.Down : FksSide.Flat;
            IsSpike = MeanBefore > 0 && volume > SpikeFrom * MeanBefore;
            nextMean = mean.Push(volume);
        }
    }

    /// <summary>Buy arrows at support and sell arrows at resistance, with the wave and with the awesome oscillator.</summary>
    public sealed class FksArrows
    {
        private const double LeanShare = 0.7;
        private const double TouchAtr = 0.25;
        private const long CoolDownMs = 5 * FksNewYork.MinuteMs;
        private readonly double minWaveRatio;
        private readonly FksExtreme highest;
        private readonly FksExtreme lowest;
        private double nextSupport = double.NaN;
        private double nextResistance = double.NaN;
        private long lastAt;
        private bool hasArrow;

        public FksArrows(int lookback, double minWaveRatio)
        {
            this.minWaveRatio = minWaveRatio;
            highest = new FksExtreme(lookback, true);
            lowest = new FksExtreme(lookback, false);
            Support = double.NaN;
            Resistance = double.NaN;
        }

        /// <summary>Lowest low and highest high of the bars before the newest one; NaN until there are enough.</summary>
        public double Support { get; private set; }
        public double Resistance { get; private set; }

        public FksArrow Push(FksTickBar bar, double atr, double ao, FksWaveReading wave)
        {
            Support = nextSupport;
            Resistance = nextResistance;
            nextSupport = lowest.Push(bar.Low);
            nextResistance = highest.Push(bar.High);
            if (hasArrow && bar.OpenMs - lastAt < CoolDownMs)
                return FksArrow.None;
            FksArrow arrow = ArrowAt(bar, atr, ao, LeanOf(wave, minWaveRatio));
            if (arrow != FksArrow.None)
            {
                hasArrow = true;
                lastAt = bar.OpenMs;
            }
            return arrow;
        }

        /// <summary>The side the wave leans to: its dominant ratio is above 0.7 of what counts as strong.</summary>
        public static FksDirection LeanOf(FksWaveReading wave, double minWaveRatio)
        {
            bool leans = wave != null && wave.DominantRatio > LeanShare * minWaveRatio;
            return leans ? wave.Direction : FksDirection.Neutral;
        }

        /// <summary>
        /// A touch is a low within a quarter of an ATR above the support, or under it, whose bar closes at the support
        /// or above: a close below has broken it. Resistance is the mirror. A comparison with NaN is false.
        /// </summary>
        private FksArrow ArrowAt(FksTickBar bar, double atr, double ao, FksDirection lean)
        {
            double reach = TouchAtr * atr;
            bool isAtSupport = bar.Low - Support <= reach && bar.Close >= Support;
            bool isAtResistance = Resistance - bar.High <= reach && bar.Close <= Resistance;
            if (lean == FksDirection.Bullish && ao > 0 && isAtSupport)
                return FksArrow.Buy;
            if (lean == FksDirection.Bearish && ao < 0 && isAtResistance)
                return FksArrow.Sell;
            return FksArrow.None;
        }
    }

    /// <summary>What a hint is made of, all at one closed bar. Bands and mean are NaN until warm.</summary>
    public struct FksHintFacts
    {
        public double High;
        public double Low;
        public double Volume;
        public FksSide Side;
        public bool IsSpike;
        public double MeanBefore;
        public double BandUpper;
        public double BandLower;
        public FksWaveReading Wave;
    }

    /// <summary>One hint a bar at most. At a band the careful one wins: profit is taken before anything is added.</summary>
    public sealed class FksHints
    {
        private const double QuietBelow = 0.5;
        private const int QuietBars = 3;
        private readonly double minWaveRatio;
        private int quiet;

        public FksHints(double minWaveRatio)
        {
            this.minWaveRatio = minWaveRatio;
        }

        public FksHint Push(FksHintFacts bar)
        {
            bool isQuiet = bar.Volume < QuietBelow * bar.MeanBefore;
            quiet = isQuiet ? quiet + 1 : 0;
            if (bar.IsSpike && (bar.High >= bar.BandUpper || bar.Low <= bar.BandLower))
                return FksHint.Protect;
            FksDirection lean = FksArrows.LeanOf(bar.Wave, minWaveRatio);
            bool isWithTrend = (bar.Side == FksSide.Up && lean == FksDirection.Bullish)
                || (bar.Side == FksSide.Down && lean == FksDirection.Bearish);
            if (bar.IsSpike && isWithTrend)
                return FksHint.Add;
            // Said once, when the third quiet bar is there, and not again until the volume came back.
            return quiet == QuietBars ? FksHint.LowVolume : FksHint.None;
        }
    }
}
