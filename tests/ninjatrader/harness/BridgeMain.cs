using System;
using System.Collections.Generic;
using FuturesCopilot.Bridge;

namespace FuturesCopilot.Harness
{
    /// <summary>
    /// Runs one scenario against the server at the address it is given. Lines to the test: "step NAME" (and waits for a line
    /// back), "fact NAME VALUE"; the exit code is 0 when everything held.
    /// </summary>
    internal static class BridgeMain
    {
        private static int Main(string[] args)
        {
            World.Url = args[1];
            Dictionary<string, Action> scenarios = new Dictionary<string, Action>();
            scenarios.Add("day", BridgeScenarios.Day);
            scenarios.Add("quiet", BridgeScenarios.Quiet);
            scenarios.Add("burst", BridgeScenarios.Burst);
            scenarios.Add("terminate", BridgeScenarios.Terminate);
            scenarios.Add("two-scripts", BridgeScenarios.TwoScripts);
            scenarios.Add("settings", BridgeScenarios.Settings);
            scenarios.Add("log", BridgeTransportScenarios.Log);
            scenarios.Add("json", BridgeTransportScenarios.Json);
            scenarios.Add("patience", BridgeTransportScenarios.Patience);
            scenarios.Add("fills", BridgeTransportScenarios.Fills);
            scenarios.Add("strategy", BridgeOrderScenarios.Life);
            scenarios.Add("commands", BridgeOrderScenarios.Commands);
            scenarios.Add("intake", BridgeOrderScenarios.Intake);
            scenarios.Add("fast", BridgeTransportScenarios.Fast);
            scenarios.Add("entries", BridgeOrderScenarios.Entries);
            scenarios.Add("bars", BridgeBarScenarios.Bars);
            scenarios.Add("bars-early", BridgeBarScenarios.Early);
            scenarios.Add("bars-refused", BridgeBarScenarios.Refused);
            scenarios.Add("bars-many-refused", BridgeBarScenarios.ManyRefused);
            scenarios.Add("bars-unknown", BridgeBarScenarios.Unknown);
            scenarios.Add("bars-unshown", BridgeBarScenarios.Unshown);
            scenarios.Add("bars-no-key", BridgeBarScenarios.NoKey);
            scenarios.Add("bars-long", BridgeBarScenarios.Long);
            scenarios.Add("bars-older", BridgeBarScenarios.Older);
            scenarios.Add("bar-times", BridgeBarScenarios.BarTimes);
            try
            {
                scenarios[args[0]]();
                Expect.Soon(delegate { return BridgeCore.Alive == 0 && BridgeHttp.Holders == 0; }, "every thread of the bridge ends and the HttpClient is disposed of");
                Expect.Equal(0, World.Subscribers(), "handlers left on accounts and connections");
                Expect.Equal(string.Empty, World.Faults(), "exceptions that left a callback");
                Test.Step("gone");
                return 0;
            }
            catch (Exception e)
            {
                Console.Error.WriteLine(e);
                foreach (string line in NinjaTrader.Code.Output.Lines.ToArray())
                    Console.Error.WriteLine("output: " + line);
                return 1;
            }
        }
    }

    internal static class Test
    {
        /// <summary>Says where the scenario is, and waits until the test has looked.</summary>
        public static void Step(string name)
        {
            Console.WriteLine("step " + name);
            if (Console.ReadLine() == null)
                throw new InvalidOperationException("the test is gone");
        }

        public static void Fact(string name, long value)
        {
            Console.WriteLine("fact " + name + " " + value);
        }
    }
}
