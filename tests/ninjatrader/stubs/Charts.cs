// Stand-ins for charts: the indicator base with plots, built-in indicators that really compute, brushes per bar, drawings.
using System;
using System.Collections.Generic;
using System.Windows;
using System.Windows.Media;
using NinjaTrader.Gui;
using NinjaTrader.Gui.Tools;

namespace NinjaTrader.Gui
{
    public enum PlotStyle { Bar, Block, Cross, Dot, Hash, HLine, Line, PriceBox, Square, TriangleDown, TriangleLeft, TriangleRight, TriangleUp }

    public enum DashStyleHelper { Solid, Dash, DashDot, DashDotDot, Dot }

    public class Stroke
    {
        public Stroke(Brush brush)
            : this(brush, DashStyleHelper.Solid, 1)
        {
        }

        public Stroke(Brush brush, float width)
            : this(brush, DashStyleHelper.Solid, width)
        {
        }

        public Stroke(Brush brush, DashStyleHelper dashStyleHelper, float width)
        {
            Brush = brush;
            DashStyleHelper = dashStyleHelper;
            Width = width;
        }

        public Brush Brush { get; set; }
        public DashStyleHelper DashStyleHelper { get; set; }
        public float Width { get; set; }
    }

    public class Plot : Stroke
    {
        public Plot(Stroke stroke, PlotStyle plotStyle, string name)
            : base(stroke.Brush, stroke.DashStyleHelper, stroke.Width)
        {
            PlotStyle = plotStyle;
            Name = name;
        }

        public PlotStyle PlotStyle { get; set; }
        public string Name { get; set; }
    }
}

namespace NinjaTrader.Gui.Chart
{
    public class ChartControl
    {
    }

    public enum ScaleJustification { Left, Overlay, Right }
}

namespace NinjaTrader.Gui.Tools
{
    public class SimpleFont
    {
        public SimpleFont()
            : this("Arial", 12)
        {
        }

        public SimpleFont(string familyName, int size)
        {
            FamilySerialize = familyName;
            Size = size;
        }

        public string FamilySerialize { get; set; }
        public double Size { get; set; }
        public bool Bold { get; set; }
        public bool Italic { get; set; }
    }

    public static class Serialize
    {
        public static string BrushToString(Brush brush)
        {
            return brush == null ? string.Empty : brush.ToString();
        }

        public static Brush StringToBrush(string text)
        {
            System.Reflection.FieldInfo field = typeof(Brushes).GetField(text ?? string.Empty);
            return field == null ? null : (Brush)field.GetValue(null);
        }
    }
}

namespace NinjaTrader.NinjaScript
{
    /// <summary>A brush for each bar; null gives the chart's own colour back.</summary>
    public class BrushSeries
    {
        private readonly NinjaScriptBase owner;
        internal readonly Dictionary<int, Brush> Set = new Dictionary<int, Brush>();

        internal BrushSeries(NinjaScriptBase owner)
        {
            this.owner = owner;
        }

        public Brush this[int barsAgo]
        {
            get { return Get(owner.CurrentBar - barsAgo); }
            set
            {
                int index = owner.CurrentBar - barsAgo;
                if (barsAgo < 0 || index < 0)
                    throw new ArgumentOutOfRangeException("barsAgo");
                if (value != null && !value.IsFrozen)
                    throw new InvalidOperationException("a brush on a bar has to be frozen");
                if (value == null)
                    Set.Remove(index);
                else
                    Set[index] = value;
            }
        }

        public Brush Get(int barIndex)
        {
            Brush brush;
            return Set.TryGetValue(barIndex, out brush) ? brush : null;
        }
    }

    public abstract class IndicatorBase : NinjaScriptBase
    {
        private readonly List<BrushSeries> plotBrushes = new List<BrushSeries>();
        private readonly List<Series<double>> values = new List<Series<double>>();
        private readonly List<Plot> plots = new List<Plot>();

        protected IndicatorBase()
        {
            BarBrushes = new BrushSeries(this);
            CandleOutlineBrushes = new BrushSeries(this);
            BackBrushes = new BrushSeries(this);
            DrawOnPricePanel = true;
            IsSuspendedWhileInactive = true;
            Drawn = new Dictionary<string, Drawing>();
        }

        public bool IsOverlay { get; set; }
        public bool DrawOnPricePanel { get; set; }
        public bool DisplayInDataBox { get; set; }
        public bool PaintPriceMarkers { get; set; }
        public bool IsSuspendedWhileInactive { get; set; }
        public bool DrawHorizontalGridLines { get; set; }
        public bool DrawVerticalGridLines { get; set; }
        public bool IsAutoScale { get; set; }
        public bool IsChartOnly { get; set; }
        public int MaximumBarsLookBackDays { get; set; }
        public NinjaTrader.Gui.Chart.ScaleJustification ScaleJustification { get; set; }
        public NinjaTrader.Gui.Chart.ChartControl ChartControl { get; internal set; }

        public Plot[] Plots
        {
            get { return plots.ToArray(); }
        }

        public Series<double>[] Values
        {
            get { return values.ToArray(); }
        }

        public Series<double> Value
        {
            get { return values[0]; }
        }

        public BrushSeries[] PlotBrushes
        {
            get { return plotBrushes.ToArray(); }
        }

        public BrushSeries BarBrushes { get; private set; }
        public BrushSeries CandleOutlineBrushes { get; private set; }
        public BrushSeries BackBrushes { get; private set; }

        public Brush BarBrush
        {
            get { return BarBrushes[0]; }
            set { BarBrushes[0] = value; }
        }

        public Brush CandleOutlineBrush
        {
            get { return CandleOutlineBrushes[0]; }
            set { CandleOutlineBrushes[0] = value; }
        }

        public Brush BackBrush
        {
            get { return BackBrushes[0]; }
            set { BackBrushes[0] = value; }
        }

        public void AddPlot(Brush brush, string name)
        {
            AddPlot(new Stroke(brush), PlotStyle.Line, name);
        }

        public void AddPlot(Stroke stroke, PlotStyle plotStyle, string name)
        {
            if (State != State.SetDefaults && State != State.Configure)
                throw new InvalidOperationException("AddPlot in state " + State);
            plots.Add(new Plot(stroke, plotStyle, name));
            values.Add(new Series<double>(this));
            plotBrushes.Add(new BrushSeries(this));
        }

        public void RemoveDrawObject(string tag)
        {
            lock (Drawn)
                Drawn.Remove(tag);
        }

        public void RemoveDrawObjects()
        {
            lock (Drawn)
                Drawn.Clear();
        }

        /// <summary>What stands on the chart, by tag.</summary>
        internal Dictionary<string, Drawing> Drawn { get; private set; }
    }
}

namespace NinjaTrader.NinjaScript.Indicators
{
    public class Indicator : IndicatorRenderBase
    {
        public EMA EMA(int period)
        {
            return EMA(Close, period);
        }

        public EMA EMA(ISeries<double> input, int period)
        {
            return new EMA(this, input, period);
        }

        public SMA SMA(int period)
        {
            return SMA(Close, period);
        }

        public SMA SMA(ISeries<double> input, int period)
        {
            return new SMA(this, input, period);
        }

        public MAX MAX(ISeries<double> input, int period)
        {
            return new MAX(this, input, period);
        }

        public MIN MIN(ISeries<double> input, int period)
        {
            return new MIN(this, input, period);
        }

        public Bollinger Bollinger(double numStdDev, int period)
        {
            return Bollinger(Close, numStdDev, period);
        }

        public Bollinger Bollinger(ISeries<double> input, double numStdDev, int period)
        {
            return new Bollinger(this, input, numStdDev, period);
        }
    }
}
