// The words in the box of the FKS indicator. No NinjaTrader types in here.
using System;
using System.Globalization;
using System.Text;

namespace FuturesCopilot.Fks
{
    public static class FksText
    {
        private const double QualityMin = 55;
        private const double QualityGood = 75;
        private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

        /// <summary>One line a figure; what is not warm yet says how many bars it needs.</summary>
        public static string Box(FksReading reading, FksVolatilityReading volatility, FksQualityReading quality, FksOptions options)
        {
            StringBuilder text = new StringBuilder();
            text.Append("Wave ").Append(WaveOf(reading.Wave)).Append('\n');
            text.Append("AO ").Append(AoOf(reading.Ao, options)).Append('\n');
            text.Append("Quality ").Append(QualityOf(quality, options)).Append('\n');
            text.Append("R ").Append(PriceOf(reading.Resistance, options)).Append("  S ").Append(PriceOf(reading.Support, options));
            text.Append("\nVolatility ").Append(VolatilityOf(volatility));
            string note = NoteOf(options);
            return note.Length == 0 ? text.ToString() : text.Append('\n').Append(note).ToString();
        }

        /// <summary>The card's own words: under 55 it is skipped.</summary>
        public static string QualityWord(double score)
        {
            if (score < QualityMin)
                return "skip today";
            return score < QualityGood ? "fair" : "good";
        }

        /// <summary>Why these figures may differ from the co-pilot's card; empty when they should not.</summary>
        public static string NoteOf(FksOptions options)
        {
            if (options.BarMinutes != 5)
                return "not a 5-minute chart: differs from the card";
            FksOptions usual = new FksOptions();
            bool isUsual = options.AoFast == usual.AoFast && options.AoSlow == usual.AoSlow && options.WaveLookback == usual.WaveLookback;
            return isUsual ? string.Empty : "own settings: differs from the card";
        }

        public static string PriceOf(double ticks, FksOptions options)
        {
            if (double.IsNaN(ticks))
                return "-";
            return (ticks * options.TickSize).ToString("F" + DecimalsOf(options.TickSize).ToString(Invariant), Invariant);
        }

        private static string WaveOf(FksWaveReading wave)
        {
            if (wave == null)
                return "needs " + FksWave.Warmup.ToString(Invariant) + " bars";
            return wave.DominantRatio.ToString("F2", Invariant) + "x " + wave.Direction.ToString().ToUpperInvariant();
        }

        private static string AoOf(double ao, FksOptions options)
        {
            if (double.IsNaN(ao))
                return "needs " + Math.Max(options.AoFast, options.AoSlow).ToString(Invariant) + " bars";
            double points = ao * options.TickSize;
            string digits = "F" + (DecimalsOf(options.TickSize) + 1).ToString(Invariant);
            return (points > 0 ? "+" : string.Empty) + points.ToString(digits, Invariant) + (ao > 0 ? " bullish" : ao < 0 ? " bearish" : string.Empty);
        }

        private static string QualityOf(FksQualityReading quality, FksOptions options)
        {
            if (quality == null)
                return "needs " + Math.Max(FksQuality.Warmup, options.AoSlow).ToString(Invariant) + " bars";
            // Cut, not rounded: 54.9 must not read as 55 and be skipped all the same.
            return Math.Floor(quality.Score).ToString("F0", Invariant) + " " + QualityWord(quality.Score);
        }

        private static string VolatilityOf(FksVolatilityReading volatility)
        {
            if (volatility == null)
                return "needs 14 bars";
            string rank = volatility.Percentile.ToString("F0", Invariant) + "% " + volatility.Regime;
            if (volatility.IsTimeOfDay)
                return rank;
            return rank + " (recent: " + volatility.Days.ToString(Invariant) + " of " + FksVolatility.DaysNeeded.ToString(Invariant) + " days)";
        }

        private static int DecimalsOf(double tickSize)
        {
            int decimals = 0;
            double left = tickSize;
            while (decimals < 8 && Math.Abs(left - Math.Round(left)) > 1e-6)
            {
                left *= 10;
                decimals += 1;
            }
            return decimals;
        }
    }
}
