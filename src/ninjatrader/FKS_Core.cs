// FKS_Core: what the co-pilot's engine says, on the price chart. It draws and computes; it sends nothing and places no
// orders. The calculation stands in the FksCalc files, which know nothing of NinjaTrader. C# 5, .NET Framework 4.8.
#region Using declarations
using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Windows;
using System.Windows.Media;
using System.Xml.Serialization;
using FuturesCopilot.Fks;
using NinjaTrader.Data;
using NinjaTrader.Gui;
using NinjaTrader.Gui.Tools;
using NinjaTrader.NinjaScript;
using NinjaTrader.NinjaScript.DrawingTools;
#endregion

namespace NinjaTrader.NinjaScript.Indicators
{
    public class FKS_Core : Indicator
    {
        private const string Prefix = "FKS_";
        // Older drawings are taken off the chart: each costs time whenever the chart is painted.
        private const int DrawingsKeptMax = 400;
        private const int BandBars = 20;
        // Each sentence is printed once; whoever has read twenty of them knows that something is wrong.
        private const int PrintsMax = 20;

        private FksCalc calc;
        private FksOptions options;
        private FksLabels labels;
        private Queue<string> tags;
        private EMA ema;
        private Bollinger bands;
        private SimpleFont font;
        private string fault, shownBox;
        private readonly HashSet<string> printed = new HashSet<string>();
        private double support, resistance;
        private int committed;

        protected override void OnStateChange()
        {
            // Also called for copies that only fill the indicator dialog: those see SetDefaults and Terminated and must
            // neither read the instrument nor make anything.
            try
            {
                if (State == State.SetDefaults)
                    SetUsual();
                else if (State == State.DataLoaded)
                    Begin();
                else if (State == State.Terminated)
                    calc = null; // nothing else is held: no event, no timer, no file
            }
            catch (Exception e)
            {
                fault = "FKS_Core is off: " + e.Message;
                PrintFirst(fault);
            }
        }

        protected override void OnBarUpdate()
        {
            // Terminated may come from another thread while this runs, so the field is read once.
            FksCalc current = calc;
            try
            {
                if (BarsInProgress != 0 || CurrentBar < 0 || LacksSeries())
                    return;
                if (current != null)
                {
                    CommitClosedBars(current);
                    DrawLines();
                }
                else if (fault != null)
                    ShowBox(fault);
            }
            catch (Exception e)
            {
                PrintFirst("FKS_Core: " + e.Message);
            }
        }

        private void SetUsual()
        {
            Description = "Wave, quality, volume colours, support and resistance as the futures co-pilot reads them.";
            Name = "FKS_Core";
            Calculate = Calculate.OnBarClose;
            IsOverlay = true;
            PaintPriceMarkers = false;
            IsSuspendedWhileInactive = true;
            BarsRequiredToPlot = 0;
            FksOptions usual = new FksOptions();
            SR_Lookback = usual.SrLookback;
            AO_Fast = usual.AoFast;
            AO_Slow = usual.AoSlow;
            WaveLookback = usual.WaveLookback;
            MinWaveRatio = usual.MinWaveRatio;
            ShowLabels = true;
            AddPlot(new Stroke(Brushes.Blue, 2), PlotStyle.Line, "EMA9");
            AddPlot(Brushes.Red, "Upper");
            AddPlot(Brushes.Magenta, "Middle");
            AddPlot(Brushes.Lime, "Lower");
            AddPlot(new Stroke(Brushes.Gold, 1), PlotStyle.Hash, "Support");
            AddPlot(new Stroke(Brushes.Gold, 1), PlotStyle.Hash, "Resistance");
        }

        private void Begin()
        {
            labels = new FksLabels();
            tags = new Queue<string>();
            font = new SimpleFont("Consolas", 12);
            support = resistance = double.NaN;
            shownBox = fault = null;
            committed = -1;
            options = OptionsOf();
            ema = EMA(9);
            bands = Bollinger(2, BandBars);
            calc = new FksCalc(options);
        }

        private FksOptions OptionsOf()
        {
            if (Instrument == null || Instrument.MasterInstrument == null)
                throw new ArgumentException("the chart has no instrument");
            if (AO_Fast >= AO_Slow)
                throw new ArgumentException("AO_Fast must be smaller than AO_Slow");
            FksOptions chosen = new FksOptions();
            chosen.TickSize = Instrument.MasterInstrument.TickSize;
            chosen.BarMinutes = MinutesOf(Bars);
            chosen.SrLookback = SR_Lookback;
            chosen.AoFast = AO_Fast;
            chosen.AoSlow = AO_Slow;
            chosen.WaveLookback = WaveLookback;
            chosen.MinWaveRatio = MinWaveRatio;
            return chosen;
        }

        private static int MinutesOf(Bars bars)
        {
            BarsPeriod period = bars == null ? null : bars.BarsPeriod;
            return period != null && period.BarsPeriodType == BarsPeriodType.Minute ? period.Value : 0;
        }

        /// <summary>Only closed bars are counted, whatever Calculate says; the bar that forms is left alone.</summary>
        private void CommitClosedBars(FksCalc current)
        {
            bool isReplayedTick = Bars != null && Bars.IsTickReplay;
            bool isClosed = Calculate == Calculate.OnBarClose || (State == State.Historical && !isReplayedTick);
            int newest = isClosed ? CurrentBar : CurrentBar - 1;
            FksReading reading = null;
            for (int index = committed + 1; index <= newest; index++)
            {
                FksBar bar = BarAt(CurrentBar - index);
                committed = index; // not before the bar was read: one that could not be is tried again
                FksReading closed = current.Push(bar);
                if (closed == null)
                    continue;
                reading = closed;
                Paint(closed, CurrentBar - index);
                DrawArrow(closed, index);
                DrawLabels(closed, index);
            }
            if (reading == null)
                return;
            support = reading.Support * options.TickSize;
            resistance = reading.Resistance * options.TickSize;
            if (State != State.Historical || (Bars != null && CurrentBar >= Bars.Count - 2))
                ShowBox(FksText.Box(reading, current.Volatility(), current.Quality(), options));
        }

        /// <summary>Series have been null during a session break or a reconnect.</summary>
        private bool LacksSeries()
        {
            return Close == null || Time == null || Open == null || High == null || Low == null || Volume == null;
        }

        private FksBar BarAt(int barsAgo)
        {
            // Bars carry the time of their close, in the zone of NinjaTrader's general options.
            TimeZoneInfo zone = NinjaTrader.Core.Globals.GeneralOptions.TimeZoneInfo ?? TimeZoneInfo.Local;
            FksBar bar = new FksBar();
            bar.OpenUtc = FksNewYork.UtcOf(Time[barsAgo], zone).AddMinutes(-options.BarMinutes);
            bar.Open = Open[barsAgo];
            bar.High = High[barsAgo];
            bar.Low = Low[barsAgo];
            bar.Close = Close[barsAgo];
            bar.Volume = Volume[barsAgo];
            return bar;
        }

        /// <summary>The body tells side and volume, the outline and the wick the side alone.</summary>
        private void Paint(FksReading reading, int barsAgo)
        {
            BarBrushes[barsAgo] = FksColours.BodyOf(reading.Side, reading.IsSpike);
            CandleOutlineBrushes[barsAgo] = FksColours.OutlineOf(reading.Side);
        }

        private void DrawLines()
        {
            Values[0][0] = ema[0];
            if (CurrentBar >= BandBars - 1)
            {
                Values[1][0] = bands.Upper[0];
                Values[2][0] = bands.Middle[0];
                Values[3][0] = bands.Lower[0];
            }
            if (double.IsNaN(support) || double.IsNaN(resistance))
                return;
            Values[4][0] = support;
            Values[5][0] = resistance;
        }

        private void DrawArrow(FksReading reading, int index)
        {
            if (reading.Arrow == FksArrow.None)
                return;
            string tag = Prefix + reading.Arrow + "_" + index;
            double price = FksLabels.ArrowY(reading) * options.TickSize;
            if (reading.Arrow == FksArrow.Buy)
                Draw.ArrowUp(this, tag, false, CurrentBar - index, price, Brushes.Lime);
            else
                Draw.ArrowDown(this, tag, false, CurrentBar - index, price, Brushes.Red);
            Keep(tag);
        }

        private void DrawLabels(FksReading reading, int index)
        {
            if (!ShowLabels)
                return;
            foreach (FksLabel label in labels.Push(index, reading))
            {
                string tag = Prefix + "Label_" + label.BarIndex;
                double price = label.Y * options.TickSize;
                Draw.Text(this, tag, false, label.Text, CurrentBar - label.BarIndex, price, 0, FksColours.LabelOf(label.Text), font,
                    TextAlignment.Center, Brushes.Transparent, Brushes.Transparent, 0);
                if (label.BarIndex == index)
                    Keep(tag);
            }
        }

        private void Keep(string tag)
        {
            tags.Enqueue(tag);
            while (tags.Count > DrawingsKeptMax)
                RemoveDrawObject(tags.Dequeue());
        }

        private void ShowBox(string text)
        {
            if (text == shownBox)
                return;
            shownBox = text;
            Draw.TextFixed(this, Prefix + "Box", text, TextPosition.TopRight, Brushes.WhiteSmoke, font, Brushes.DimGray, Brushes.Black, 80);
        }

        private void PrintFirst(string text)
        {
            if (printed.Count < PrintsMax && printed.Add(text))
                Print(text);
        }

        #region Parameters
        [NinjaScriptProperty]
        [Range(2, 500)]
        [Display(Name = "SR_Lookback", Description = "Bars whose low and high make support and resistance.", Order = 1, GroupName = "FKS")]
        public int SR_Lookback { get; set; }

        [NinjaScriptProperty]
        [Range(1, 500)]
        [Display(Name = "AO_Fast", Description = "Awesome oscillator, short mean.", Order = 2, GroupName = "FKS")]
        public int AO_Fast { get; set; }

        [NinjaScriptProperty]
        [Range(2, 500)]
        [Display(Name = "AO_Slow", Description = "Awesome oscillator, long mean.", Order = 3, GroupName = "FKS")]
        public int AO_Slow { get; set; }

        [NinjaScriptProperty]
        [Range(1, 5000)]
        [Display(Name = "WaveLookback", Description = "Finished waves of each side that are compared.", Order = 4, GroupName = "FKS")]
        public int WaveLookback { get; set; }

        [NinjaScriptProperty]
        [Range(0.1, 20.0)]
        [Display(Name = "MinWaveRatio", Description = "Strong wave; arrows and ADD want 0.7 of it.", Order = 5, GroupName = "FKS")]
        public double MinWaveRatio { get; set; }

        [NinjaScriptProperty]
        [Display(Name = "ShowLabels", Description = "TP/BE, ADD and LOW VOL beside the bars.", Order = 6, GroupName = "FKS")]
        public bool ShowLabels { get; set; }

        [Browsable(false), XmlIgnore]
        public Series<double> Ema9 { get { return Values[0]; } }
        [Browsable(false), XmlIgnore]
        public Series<double> Support { get { return Values[4]; } }
        [Browsable(false), XmlIgnore]
        public Series<double> Resistance { get { return Values[5]; } }
        #endregion
    }
}
