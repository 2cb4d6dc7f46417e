#region Using declarations
using System;
using System.ComponentModel.DataAnnotations;
using FuturesCopilot.Bridge;
using NinjaTrader.Cbi;
using NinjaTrader.Data;
using NinjaTrader.NinjaScript;
using NinjaTrader.NinjaScript.DrawingTools;
#endregion

namespace NinjaTrader.NinjaScript.Indicators
{
    /// <summary>
    /// Sends the closed 1-minute bars of its chart to the co-pilot, for a run with FEED=ninjatrader. It reads no account and sends
    /// no order. Copies that NinjaTrader makes for its dialogs never load data and so never send.
    /// </summary>
    public class FuturesBarForwarderIndicator : Indicator
    {
        private const string Owner = "FuturesBarForwarder";
        private volatile BarForwarder forwarder;
        private BarTimes times;
        private IBridgeClock clock;
        private ChartLine line;
        private int taken = -1;

        [Display(Name = "Co-pilot address", Description = "Where the co-pilot listens; another computer only over https.", GroupName = "Co-pilot", Order = 1)]
        public string Url { get; set; }

        // No NinjaScriptProperty: those are shown in the chart's label, and a key is not for a screenshot.
        [Display(Name = "API key", Description = "BRIDGE_API_KEY, or what stands in the file bridge-key of the co-pilot's data folder.", GroupName = "Co-pilot", Order = 2)]
        public string ApiKey { get; set; }

        [Range(1, BarQueue.KeptMax)]
        [Display(Name = "Catch-up bars", Description = "So many of the newest bars are sent at a start and after each trouble.", GroupName = "Co-pilot", Order = 3)]
        public int CatchUpBars { get; set; }

        [Display(Name = "Show status", Description = "One line in the chart's corner.", GroupName = "Co-pilot", Order = 4)]
        public bool ShowStatus { get; set; }

        /// <summary>Another clock for tests.</summary>
        internal IBridgeClock Clock
        {
            set { clock = value; }
        }

        protected override void OnStateChange()
        {
            BridgeOutput.Guard(Owner, delegate
            {
                if (State == State.SetDefaults)
                    SetDefaults();
                else if (State == State.DataLoaded)
                    Prepare();
                else if (State == State.Realtime && forwarder != null)
                    Begin();
                else if (State == State.Terminated)
                    End();
            });
        }

        protected override void OnBarUpdate()
        {
            BridgeOutput.Guard(Owner, TakeBar);
        }

        private void TakeBar()
        {
            BarForwarder mine = forwarder;
            // Calculate may be changed by the trader; then the newest bar is still forming, and the one before it has closed.
            int closed = Calculate == Calculate.OnBarClose || State == State.Historical ? CurrentBar : CurrentBar - 1;
            if (mine == null || closed < 0 || closed <= taken)
                return;
            taken = closed;
            int ago = CurrentBar - closed;
            BarRow bar = new BarRow();
            bar.OpenUtc = times.OpenUtc(Time[ago]);
            bar.Open = Open[ago];
            bar.High = High[ago];
            bar.Low = Low[ago];
            bar.Close = Close[ago];
            bar.Volume = Convert.ToInt64(Volume[ago]);
            mine.Add(bar);
        }

        private void SetDefaults()
        {
            Name = "FuturesBarForwarderIndicator";
            Description = "Sends closed 1-minute bars to the futures co-pilot. Reads no account, sends no orders.";
            Calculate = Calculate.OnBarClose;
            IsOverlay = true;
            DisplayInDataBox = false;
            PaintPriceMarkers = false;
            // A chart behind another tab must go on sending.
            IsSuspendedWhileInactive = false;
            Url = "http://127.0.0.1:8001";
            ApiKey = string.Empty;
            CatchUpBars = 120;
            ShowStatus = true;
        }

        private void Prepare()
        {
            if (forwarder != null)
                return;
            BarsPeriod period = Bars == null ? null : Bars.BarsPeriod;
            if (period == null || period.BarsPeriodType != BarsPeriodType.Minute || period.Value != 1)
            {
                BridgeOutput.Tell(Owner + ": NOT SENDING: this is no 1-minute chart");
                return;
            }
            times = new BarTimes(NinjaTrader.Core.Globals.GeneralOptions.TimeZoneInfo);
            BridgeOptions options = BridgeOptions.Of(Owner, Url, ApiKey, clock);
            options.Changed = Show;
            line = new ChartLine(this, Owner, "copilot-bars", TextPosition.BottomRight);
            forwarder = new BarForwarder(options, Instrument.FullName, CatchUpBars);
        }

        private void Begin()
        {
            forwarder.Start();
            Show();
        }

        private void End()
        {
            BarForwarder mine = forwarder;
            forwarder = null;
            if (line != null)
                line.Close();
            if (mine != null)
                mine.Dispose();
        }

        private void Show()
        {
            BarForwarder mine = forwarder;
            if (mine != null && ShowStatus && State == State.Realtime)
                line.Show(mine.Describe(), TriggerCustomEvent);
        }
    }
}
