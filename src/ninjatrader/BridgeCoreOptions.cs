using System;

namespace FuturesCopilot.Bridge
{
    internal sealed class BridgeOptions
    {
        public BridgeOptions()
        {
            Clock = new SystemBridgeClock();
            TimeoutMs = 5000;
        }

        /// <summary>The options of a script that speaks in NinjaTrader's Output window, with another clock where a test gives one.</summary>
        public static BridgeOptions Of(string owner, string url, string apiKey, IBridgeClock clock)
        {
            BridgeOptions options = new BridgeOptions { Owner = owner, Url = url, ApiKey = apiKey, Write = BridgeOutput.Tell };
            options.Clock = clock ?? options.Clock;
            return options;
        }

        /// <summary>Who speaks in the log.</summary>
        public string Owner { get; set; }
        public string Url { get; set; }
        public string ApiKey { get; set; }
        /// <summary>One line for the trader.</summary>
        public Action<string> Write { get; set; }
        /// <summary>Told on the sender thread when there may be something new to show.</summary>
        public Action Changed { get; set; }
        public IBridgeClock Clock { get; set; }
        public int TimeoutMs { get; set; }
    }
}
