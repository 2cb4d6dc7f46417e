using System;
using System.Text.RegularExpressions;
using System.Windows.Media;
using NinjaTrader.Gui.Tools;
using NinjaTrader.NinjaScript.DrawingTools;
using NinjaTrader.NinjaScript.Indicators;

namespace FuturesCopilot.Bridge
{
    /// <summary>
    /// One line in a corner of an indicator's chart. It is told on a sender's thread and drawn on the chart's turn. The settings of
    /// the indicators stay in the scripts although they are alike: NinjaTrader lists and saves what a script declares, and a
    /// common base would be one more indicator to choose, untried in NinjaTrader.
    /// </summary>
    internal sealed class ChartLine
    {
        private readonly Indicator script;
        private readonly string owner, tag;
        private readonly TextPosition corner;
        private string shown;
        private volatile bool isClosed;

        public ChartLine(Indicator script, string owner, string tag, TextPosition corner)
        {
            this.script = script;
            this.owner = owner;
            this.tag = tag;
            this.corner = corner;
        }

        /// <summary>True when this text is not what the chart shows.</summary>
        public bool IsNews(string text)
        {
            return text != shown;
        }

        /// <summary>Hands the text to the script's TriggerCustomEvent: waiting for the chart's turn would block the sender.</summary>
        public void Show(string text, Action<Action<object>, object> turn)
        {
            if (isClosed || !IsNews(text))
                return;
            shown = text;
            turn(Draw, text);
        }

        /// <summary>After this nothing is drawn, even if its turn comes late.</summary>
        public void Close()
        {
            isClosed = true;
        }

        private void Draw(object text)
        {
            BridgeOutput.Guard(owner, delegate
            {
                if (isClosed)
                    return;
                string line = (string)text;
                // What needs the trader's eye says NO or NOT.
                Brush brush = Regex.IsMatch(line, @"\bNOT?\b") ? Brushes.Orange : Brushes.Gray;
                NinjaTrader.NinjaScript.DrawingTools.Draw.TextFixed(script, tag, line, corner, brush, new SimpleFont("Arial", 12), Brushes.Transparent, Brushes.Transparent, 0);
            });
        }
    }
}
