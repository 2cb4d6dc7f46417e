using System;

namespace FuturesCopilot.Bridge
{
    /// <summary>NinjaTrader's Output window. Print belongs to a script, which may be gone while the sender still speaks.</summary>
    internal static class BridgeOutput
    {
        public static void Tell(string line)
        {
            NinjaTrader.Code.Output.Process(line, NinjaTrader.NinjaScript.PrintTo.OutputTab1);
        }

        /// <summary>Runs what a callback does: an exception that left it would stop the script.</summary>
        public static void Guard(string owner, Action what)
        {
            try
            {
                what();
            }
            catch (Exception e)
            {
                Tell(owner + ": " + e.Message);
            }
        }
    }
}
