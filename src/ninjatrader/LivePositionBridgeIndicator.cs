#region Using declarations
using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Xml.Serialization;
using FuturesCopilot.Bridge;
using NinjaTrader.Cbi;
using NinjaTrader.NinjaScript;
using NinjaTrader.NinjaScript.DrawingTools;
#endregion

namespace NinjaTrader.NinjaScript.Indicators
{
    /// <summary>
    /// Reports one or more accounts to the co-pilot: every change at once, and the whole account every 5 seconds. It sends no
    /// order and has no way to. NinjaTrader also makes copies of an indicator for its dialogs; only the one that gets data
    /// (DataLoaded) does anything, and only that one cleans up.
    /// </summary>
    public class LivePositionBridgeIndicator : Indicator
    {
        private const string Owner = "LivePositionBridge";
        private const long ShowEveryMs = 1000;
        private volatile BridgeCore core;
        private IBridgeClock clock;
        private ChartLine line;
        private long showAt = long.MinValue;

        [Display(Name = "Co-pilot address", Description = "Where the co-pilot listens; another computer only over https.", GroupName = "Co-pilot", Order = 1)]
        public string Url { get; set; }

        // No NinjaScriptProperty: those are shown in the chart's label, and a key is not for a screenshot.
        [Display(Name = "API key", Description = "BRIDGE_API_KEY, or what stands in the file bridge-key of the co-pilot's data folder.", GroupName = "Co-pilot", Order = 2)]
        public string ApiKey { get; set; }

        [Display(Name = "Accounts", Description = "One name, or several with commas between them.", GroupName = "Co-pilot", Order = 3)]
        public string AccountNames { get; set; }

        [Display(Name = "Show status", Description = "The co-pilot's answer in the chart's corner.", GroupName = "Co-pilot", Order = 4)]
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
                    StartReports();
                else if (State == State.Realtime)
                    Show();
                else if (State == State.Terminated)
                    StopReports();
            });
        }

        protected override void OnBarUpdate()
        {
            // Bars play no part: the account's events and the core's own clock do all of it.
        }

        private void SetDefaults()
        {
            Name = "LivePositionBridgeIndicator";
            Description = "Reports positions, orders and fills to the futures co-pilot. Sends no orders.";
            Calculate = Calculate.OnBarClose;
            IsOverlay = true;
            DisplayInDataBox = false;
            PaintPriceMarkers = false;
            // A chart behind another tab must go on reporting.
            IsSuspendedWhileInactive = false;
            Url = "http://127.0.0.1:8001";
            ApiKey = string.Empty;
            AccountNames = "Sim101";
            ShowStatus = true;
        }

        private void StartReports()
        {
            if (core != null)
                return;
            BridgeOptions options = BridgeOptions.Of(Owner, Url, ApiKey, clock);
            options.Changed = Show;
            line = new ChartLine(this, Owner, "copilot-bridge", TextPosition.BottomLeft);
            BridgeCore mine = new BridgeCore(options);
            foreach (string name in (AccountNames ?? string.Empty).Split(','))
                if (name.Trim().Length > 0)
                    mine.Follow(new AccountWatch(mine, name.Trim()));
            core = mine;
            mine.Start();
        }

        private void StopReports()
        {
            // Terminated may come while another callback runs: take the field first.
            BridgeCore mine = core;
            core = null;
            if (line != null)
                line.Close();
            if (mine != null)
                mine.Dispose();
        }

        private void Show()
        {
            BridgeCore mine = core;
            if (mine == null || !ShowStatus || (State != State.Historical && State != State.Realtime))
                return;
            string text = mine.Describe();
            if (!line.IsNews(text) || mine.Now < showAt)
                return;
            showAt = mine.Now + ShowEveryMs;
            line.Show(text, TriggerCustomEvent);
        }
    }
}
