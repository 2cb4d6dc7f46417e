// Where the labels of the FKS indicator stand: beyond the price, and not on top of each other. No NinjaTrader types in here.
using System;
using System.Collections.Generic;

namespace FuturesCopilot.Fks
{
    /// <summary>A word beside a bar. Y is in ticks of price.</summary>
    public sealed class FksLabel
    {
        public int BarIndex { get; internal set; }
        public string Text { get; internal set; }
        public bool IsAbove { get; internal set; }
        public double Y { get; internal set; }
        internal int Slot { get; set; }
    }

    /// <summary>
    /// A label is about as wide as seven bars, so it is kept beyond the extreme of its bar and of three bars on either side;
    /// those to its right are not there yet when it is drawn, and push it out when they come. Neighbours that would lie on
    /// each other take turns in rows further out.
    /// </summary>
    public sealed class FksLabels
    {
        private const int HalfWidthBars = 3;
        private const int RowsMax = 4;
        private const double GapAtr = 0.6;
        private const double RowAtr = 0.8;
        private const double GapTicksMin = 3;
        private const double RowTicksMin = 4;
        private const double ArrowGapAtr = 0.4;
        private const double ArrowGapTicksMin = 2;
        private readonly List<FksLabel> placed = new List<FksLabel>();
        private readonly List<KeyValuePair<int, FksTickBar>> bars = new List<KeyValuePair<int, FksTickBar>>();
        private double atr;

        /// <summary>Takes every closed bar; answers the labels to draw, new ones and those that had to move.</summary>
        public IList<FksLabel> Push(int barIndex, FksReading reading)
        {
            atr = double.IsNaN(reading.Atr) ? 0 : reading.Atr;
            bars.Add(new KeyValuePair<int, FksTickBar>(barIndex, reading.Bar));
            if (bars.Count > 2 * HalfWidthBars + 1)
                bars.RemoveAt(0);
            List<FksLabel> changed = new List<FksLabel>();
            placed.RemoveAll(delegate(FksLabel old) { return barIndex - old.BarIndex > 2 * HalfWidthBars; });
            foreach (FksLabel label in placed)
            {
                double before = label.Y;
                if (barIndex - label.BarIndex <= HalfWidthBars && Place(label) && label.Y != before)
                    changed.Add(label);
            }
            if (reading.Hint == FksHint.None)
                return changed;
            FksLabel added = new FksLabel();
            added.BarIndex = barIndex;
            added.Text = TextOf(reading.Hint);
            added.IsAbove = IsAbove(reading);
            // An arrow stands in the first row of its side.
            bool isBesideArrow = reading.Arrow == (added.IsAbove ? FksArrow.Sell : FksArrow.Buy);
            added.Slot = isBesideArrow ? 1 : 0;
            while (added.Slot < RowsMax - 1 && Place(added) && Collides(added))
                added.Slot += 1;
            Place(added);
            placed.Add(added);
            changed.Add(added);
            return changed;
        }

        /// <summary>Price in ticks at which the bar's arrow points to it.</summary>
        public static double ArrowY(FksReading reading)
        {
            double gap = Math.Max(ArrowGapAtr * reading.Atr, ArrowGapTicksMin);
            return reading.Arrow == FksArrow.Buy ? reading.Bar.Low - gap : reading.Bar.High + gap;
        }

        public static string TextOf(FksHint hint)
        {
            switch (hint)
            {
                case FksHint.Protect:
                    return "TP/BE";
                case FksHint.Add:
                    return "ADD";
                case FksHint.LowVolume:
                    return "LOW VOL";
                default:
                    return string.Empty;
            }
        }

        /// <summary>Take profit stands at the band that was reached, add on the side one would enter from.</summary>
        private static bool IsAbove(FksReading reading)
        {
            if (reading.Hint == FksHint.Protect)
                return reading.Bar.High >= reading.BandUpper;
            return reading.Hint != FksHint.Add || reading.Side == FksSide.Down;
        }

        private bool Place(FksLabel label)
        {
            double away = Math.Max(GapAtr * atr, GapTicksMin) + label.Slot * RowTicks();
            double edge = double.NaN;
            foreach (KeyValuePair<int, FksTickBar> bar in bars)
            {
                if (Math.Abs(bar.Key - label.BarIndex) > HalfWidthBars)
                    continue;
                double reached = label.IsAbove ? bar.Value.High : -bar.Value.Low;
                edge = double.IsNaN(edge) ? reached : Math.Max(edge, reached);
            }
            if (double.IsNaN(edge))
                return false;
            label.Y = label.IsAbove ? edge + away : -(edge + away);
            return true;
        }

        private double RowTicks()
        {
            return Math.Max(RowAtr * atr, RowTicksMin);
        }

        private bool Collides(FksLabel label)
        {
            foreach (FksLabel other in placed)
                if (other.IsAbove == label.IsAbove && Math.Abs(other.Y - label.Y) < RowTicks())
                    return true;
            return false;
        }
    }
}
