namespace FuturesCopilot.Bridge
{
    /// <summary>NinjaTrader's Output window. Print belongs to a script, which may be gone while the sender still speaks.</summary>
    internal static class BridgeOutput
    {
        public static void Tell(string line)
        {
            NinjaTrader.Code.Output.Process(line, NinjaTrader.NinjaScript.PrintTo.OutputTab1);
        }
    }
}
