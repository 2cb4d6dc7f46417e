// The FKS calculation: what the co-pilot's engine says about the same bars, inside the platform. No NinjaTrader types in
// here, so it can be compared with the engine bar by bar. Not safe for two threads at once.
using System;
using System.Collections.Generic;

namespace FuturesCopilot.Fks
{
    /// <summary>A closed bar as the platform has it: prices in points, stamped with the instant it opened.</summary>
    public struct FksBar
    {
        public DateTime OpenUtc;
        public double Open;
        public double High;
        public double Low;
        public double Close;
        public double Volume;
    }

    /// <summary>A bar in whole ticks: sums of whole numbers are exact, and both programs then say the same.</summary>
    public struct FksTickBar
    {
        public long OpenMs;
        public double Open;
        public double High;
        public double Low;
        public double Close;
        public double Volume;
    }

    public sealed class FksOptions
    {
        public double TickSize = 0.25;
        /// <summary>Length of a bar; 0 for bars without a fixed length (ticks, volume, range).</summary>
        public int BarMinutes = 5;
        public int SrLookback = 20;
        public int AoFast = 5;
        public int AoSlow = 34;
        /// <summary>Finished waves of each side that are compared.</summary>
        public int WaveLookback = 200;
        public double MinWaveRatio = 1.8;
    }

    /// <summary>What a closed bar says. Prices, ATR and AO are in ticks; NaN or null means "not warm yet".</summary>
    public sealed class FksReading
    {
        public FksTickBar Bar { get; internal set; }
        public double Ema9 { get; internal set; }
        public double BandUpper { get; internal set; }
        public double BandMiddle { get; internal set; }
        public double BandLower { get; internal set; }
        public double Atr { get; internal set; }
        public double Ao { get; internal set; }
        public FksWaveReading Wave { get; internal set; }
        public double Support { get; internal set; }
        public double Resistance { get; internal set; }
        public FksSide Side { get; internal set; }
        public bool IsSpike { get; internal set; }
        public double VolumeMeanBefore { get; internal set; }
        public FksArrow Arrow { get; internal set; }
        public FksHint Hint { get; internal set; }
    }

    public sealed class FksCalc
    {
        private readonly FksOptions options;
        private readonly FksWindow window;
        private readonly FksSmoother ema9 = FksSmoother.OfLength(9);
        private readonly FksBands bands = new FksBands(20, 2);
        private readonly FksVolumeBars volumeBars = new FksVolumeBars();
        private readonly FksArrows arrows;
        private readonly FksHints hints;
        private bool hasBar;
        private long newestMs;

        public FksCalc(FksOptions options)
        {
            if (options == null)
                throw new ArgumentNullException("options");
            Require(options.TickSize > 0 && !double.IsInfinity(options.TickSize), "TickSize must be above 0");
            Require(options.BarMinutes >= 0, "BarMinutes must not be negative");
            Require(options.SrLookback >= 1, "SrLookback must be 1 or more");
            Require(options.AoFast >= 1 && options.AoSlow >= 1, "AoFast and AoSlow must be 1 or more");
            Require(options.WaveLookback >= 1, "WaveLookback must be 1 or more");
            Require(options.MinWaveRatio > 0, "MinWaveRatio must be above 0");
            this.options = options;
            window = new FksWindow(options);
            arrows = new FksArrows(options.SrLookback, options.MinWaveRatio);
            hints = new FksHints(options.MinWaveRatio);
        }

        /// <summary>Bars that were left out: not a bar, or not later than the one before.</summary>
        public int Refused { get; private set; }

        /// <summary>Takes the next closed bar; null when it was refused.</summary>
        public FksReading Push(FksBar bar)
        {
            FksTickBar ticks = TicksOf(bar);
            bool isLater = !hasBar || ticks.OpenMs > newestMs || (options.BarMinutes == 0 && ticks.OpenMs == newestMs);
            if (!isLater || !IsSound(ticks))
            {
                Refused += 1;
                return null;
            }
            hasBar = true;
            newestMs = ticks.OpenMs;
            window.Push(ticks);
            bands.Push(ticks.Close);
            volumeBars.Push(ticks.Open, ticks.Close, ticks.Volume);
            return ReadingOf(ticks);
        }

        /// <summary>Volatility rank at the newest bar; null until the ATR is warm. Worked out when asked for.</summary>
        public FksVolatilityReading Volatility()
        {
            return window.Volatility();
        }

        /// <summary>Quality at the newest bar; null until warm. Worked out when asked for.</summary>
        public FksQualityReading Quality()
        {
            FksVolatilityReading volatility = window.Volatility();
            return volatility == null ? null : window.Fold.Quality(volatility.Percentile);
        }

        private FksReading ReadingOf(FksTickBar bar)
        {
            FksReading reading = new FksReading();
            reading.Bar = bar;
            reading.Ema9 = ema9.Push(bar.Close);
            reading.BandUpper = bands.Upper;
            reading.BandMiddle = bands.Middle;
            reading.BandLower = bands.Lower;
            reading.Atr = window.Atr;
            reading.Ao = window.Fold.Ao;
            reading.Wave = window.Fold.Wave();
            reading.Side = volumeBars.Side;
            reading.IsSpike = volumeBars.IsSpike;
            reading.VolumeMeanBefore = volumeBars.MeanBefore;
            reading.Arrow = arrows.Push(bar, reading.Atr, reading.Ao, reading.Wave);
            reading.Support = arrows.Support;
            reading.Resistance = arrows.Resistance;
            reading.Hint = hints.Push(HintFactsOf(reading));
            return reading;
        }

        private static FksHintFacts HintFactsOf(FksReading reading)
        {
            FksHintFacts facts = new FksHintFacts();
            facts.High = reading.Bar.High;
            facts.Low = reading.Bar.Low;
            facts.Volume = reading.Bar.Volume;
            facts.Side = reading.Side;
            facts.IsSpike = reading.IsSpike;
            facts.MeanBefore = reading.VolumeMeanBefore;
            facts.BandUpper = reading.BandUpper;
            facts.BandLower = reading.BandLower;
            facts.Wave = reading.Wave;
            return facts;
        }

        private FksTickBar TicksOf(FksBar bar)
        {
            FksTickBar ticks = new FksTickBar();
            ticks.OpenMs = FksNewYork.MsOf(bar.OpenUtc);
            ticks.Open = Grid(bar.Open);
            ticks.High = Grid(bar.High);
            ticks.Low = Grid(bar.Low);
            ticks.Close = Grid(bar.Close);
            ticks.Volume = bar.Volume;
            return ticks;
        }

        private double Grid(double price)
        {
            return Math.Floor(price / options.TickSize + 0.5);
        }

        /// <summary>Every comparison with NaN is false, so a bar with one is not sound.</summary>
        private static bool IsSound(FksTickBar bar)
        {
            bool isInside = bar.Open <= bar.High && bar.Open >= bar.Low && bar.Close <= bar.High && bar.Close >= bar.Low;
            return isInside && bar.High - bar.Low < double.PositiveInfinity && Math.Abs(bar.High) < double.PositiveInfinity
                && bar.Volume >= 0 && bar.Volume < double.PositiveInfinity;
        }

        private static void Require(bool holds, string sentence)
        {
            if (!holds)
                throw new ArgumentException(sentence);
        }
    }
}
