// Built-in indicators that really compute, and drawings that are kept by tag.
using System;
using System.Collections.Generic;
using System.Windows;
using System.Windows.Media;
using NinjaTrader.Gui.Tools;

namespace NinjaTrader.NinjaScript.Indicators
{
    /// <summary>Computes a value a bar from an input, in order, and remembers it.</summary>
    public abstract class ComputedSeries : ISeries<double>
    {
        private readonly NinjaScriptBase owner;
        private readonly List<double> values = new List<double>();
        protected readonly ISeries<double> Source;
        protected readonly int Period;

        protected ComputedSeries(NinjaScriptBase owner, ISeries<double> source, int period)
        {
            if (source == null)
                throw new ArgumentNullException("source");
            this.owner = owner;
            Source = source;
            Period = period;
        }

        public double this[int barsAgo]
        {
            get
            {
                int index = owner.CurrentBar - barsAgo;
                if (barsAgo < 0 || index < 0)
                    throw new ArgumentOutOfRangeException("barsAgo");
                return GetValueAt(index);
            }
        }

        public int Count
        {
            get { return owner.CurrentBar + 1; }
        }

        public bool IsValidDataPoint(int barsAgo)
        {
            return barsAgo >= 0 && owner.CurrentBar - barsAgo >= 0;
        }

        public double GetValueAt(int barIndex)
        {
            // The bar that forms may still change.
            if (values.Count > owner.CurrentBar)
                values.RemoveRange(owner.CurrentBar, values.Count - owner.CurrentBar);
            while (values.Count <= barIndex)
                values.Add(At(values.Count, values.Count == 0 ? double.NaN : values[values.Count - 1]));
            return values[barIndex];
        }

        protected abstract double At(int barIndex, double before);

        protected int FirstOf(int barIndex)
        {
            return Math.Max(0, barIndex - Period + 1);
        }
    }

    public class EMA : ComputedSeries
    {
        public EMA(NinjaScriptBase owner, ISeries<double> source, int period)
            : base(owner, source, period)
        {
        }

        protected override double At(int barIndex, double before)
        {
            double value = Source.GetValueAt(barIndex);
            return barIndex == 0 ? value : before + (value - before) * 2 / (Period + 1);
        }
    }

    public class SMA : ComputedSeries
    {
        public SMA(NinjaScriptBase owner, ISeries<double> source, int period)
            : base(owner, source, period)
        {
        }

        protected override double At(int barIndex, double before)
        {
            double sum = 0;
            for (int i = FirstOf(barIndex); i <= barIndex; i++)
                sum += Source.GetValueAt(i);
            return sum / (barIndex - FirstOf(barIndex) + 1);
        }
    }

    public class MAX : ComputedSeries
    {
        public MAX(NinjaScriptBase owner, ISeries<double> source, int period)
            : base(owner, source, period)
        {
        }

        protected override double At(int barIndex, double before)
        {
            double best = double.MinValue;
            for (int i = FirstOf(barIndex); i <= barIndex; i++)
                best = Math.Max(best, Source.GetValueAt(i));
            return best;
        }
    }

    public class MIN : ComputedSeries
    {
        public MIN(NinjaScriptBase owner, ISeries<double> source, int period)
            : base(owner, source, period)
        {
        }

        protected override double At(int barIndex, double before)
        {
            double best = double.MaxValue;
            for (int i = FirstOf(barIndex); i <= barIndex; i++)
                best = Math.Min(best, Source.GetValueAt(i));
            return best;
        }
    }

    public class Deviation : ComputedSeries
    {
        private readonly double times;

        public Deviation(NinjaScriptBase owner, ISeries<double> source, int period, double times)
            : base(owner, source, period)
        {
            this.times = times;
        }

        protected override double At(int barIndex, double before)
        {
            int first = FirstOf(barIndex);
            double mean = 0, squares = 0;
            for (int i = first; i <= barIndex; i++)
                mean += Source.GetValueAt(i) / (barIndex - first + 1);
            for (int i = first; i <= barIndex; i++)
                squares += (Source.GetValueAt(i) - mean) * (Source.GetValueAt(i) - mean);
            return mean + times * Math.Sqrt(squares / (barIndex - first + 1));
        }
    }

    public class Bollinger
    {
        public Bollinger(NinjaScriptBase owner, ISeries<double> source, double numStdDev, int period)
        {
            Upper = new Deviation(owner, source, period, numStdDev);
            Middle = new SMA(owner, source, period);
            Lower = new Deviation(owner, source, period, -numStdDev);
        }

        public ISeries<double> Upper { get; private set; }
        public ISeries<double> Middle { get; private set; }
        public ISeries<double> Lower { get; private set; }
    }

    public abstract class IndicatorRenderBase : IndicatorBase
    {
    }
}

namespace NinjaTrader.NinjaScript
{
    /// <summary>One thing drawn on a chart.</summary>
    public class Drawing
    {
        internal string Kind { get; set; }
        internal string Tag { get; set; }
        internal string Text { get; set; }
        internal int BarIndex { get; set; }
        internal int OffsetPixels { get; set; }
        internal double Y { get; set; }
        internal Brush Brush { get; set; }
        internal Brush Area { get; set; }
        internal DrawingTools.TextPosition Position { get; set; }
    }
}

namespace NinjaTrader.NinjaScript.DrawingTools
{
    public enum TextPosition { BottomLeft, BottomRight, Center, TopLeft, TopRight }

    public static class Draw
    {
        public static Drawing ArrowUp(IndicatorBase owner, string tag, bool isAutoScale, int barsAgo, double y, Brush brush)
        {
            return Keep(owner, "ArrowUp", tag, string.Empty, barsAgo, y, brush);
        }

        public static Drawing ArrowDown(IndicatorBase owner, string tag, bool isAutoScale, int barsAgo, double y, Brush brush)
        {
            return Keep(owner, "ArrowDown", tag, string.Empty, barsAgo, y, brush);
        }

        public static Drawing Text(IndicatorBase owner, string tag, string text, int barsAgo, double y)
        {
            return Keep(owner, "Text", tag, text, barsAgo, y, null);
        }

        public static Drawing Text(IndicatorBase owner, string tag, string text, int barsAgo, double y, Brush textBrush)
        {
            return Keep(owner, "Text", tag, text, barsAgo, y, textBrush);
        }

        public static Drawing Text(IndicatorBase owner, string tag, bool isAutoScale, string text, int barsAgo, double y, int yPixelOffset, Brush textBrush, SimpleFont font, TextAlignment alignment, Brush outlineBrush, Brush areaBrush, int areaOpacity)
        {
            Drawing drawing = Keep(owner, "Text", tag, text, barsAgo, y, textBrush);
            drawing.OffsetPixels = yPixelOffset;
            drawing.Area = areaBrush;
            return drawing;
        }

        public static Drawing TextFixed(IndicatorBase owner, string tag, string text, TextPosition textPosition)
        {
            return TextFixed(owner, tag, text, textPosition, null, null, null, null, 0);
        }

        public static Drawing TextFixed(IndicatorBase owner, string tag, string text, TextPosition textPosition, Brush textBrush, SimpleFont font, Brush outlineBrush, Brush areaBrush, int areaOpacity)
        {
            Drawing drawing = Keep(owner, "TextFixed", tag, text, 0, 0, textBrush);
            drawing.Position = textPosition;
            drawing.Area = areaBrush;
            return drawing;
        }

        private static Drawing Keep(IndicatorBase owner, string kind, string tag, string text, int barsAgo, double y, Brush brush)
        {
            if (owner == null)
                throw new ArgumentNullException("owner");
            if (string.IsNullOrEmpty(tag))
                throw new ArgumentException("a drawing needs a tag");
            if (kind != "TextFixed" && (barsAgo < 0 || barsAgo > owner.CurrentBar))
                throw new ArgumentOutOfRangeException("barsAgo");
            Drawing drawing = new Drawing();
            drawing.Kind = kind;
            drawing.Tag = tag;
            drawing.Text = text;
            drawing.BarIndex = owner.CurrentBar - barsAgo;
            drawing.Y = y;
            drawing.Brush = brush;
            lock (owner.Drawn)
                owner.Drawn[tag] = drawing;
            return drawing;
        }
    }
}
