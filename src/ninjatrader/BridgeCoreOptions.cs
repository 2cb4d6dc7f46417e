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
