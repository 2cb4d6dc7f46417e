using System;
using NinjaTrader.Cbi;

namespace FuturesCopilot.Bridge
{
    /// <summary>
    /// Carries out commands, one at a time, and acknowledges each once with what became of it. Everything but Answer happens on
    /// the strategy's own turn.
    /// </summary>
    internal sealed class CommandDesk
    {
        /// <summary>An order from before the coffee break is not carried out after it.</summary>
        private const double AgeMaxSeconds = 30;
        private readonly BridgeCore core;
        private readonly int maxFlattenQuantity;
        private volatile FlattenJob job;

        public CommandDesk(BridgeCore core, int maxFlattenQuantity)
        {
            this.core = core;
            this.maxFlattenQuantity = maxFlattenQuantity;
        }

        /// <summary>Closes the strategy's own position; false when it has none.</summary>
        public Func<bool> ExitOwn { get; set; }
        public Func<bool> HoldsOwn { get; set; }
        /// <summary>Why an entry is refused, or null.</summary>
        public Func<BridgeCommand, string> WhyNoEntry { get; set; }
        public Action<BridgeCommand> Enter { get; set; }
        /// <summary>Something only a person can put right.</summary>
        public Action<string> Alarm { get; set; }

        public bool IsBusy
        {
            get { return job != null; }
        }

        public void Carry(Account account, BridgeCommand command)
        {
            string refusal = WhyNot(account, command);
            if (refusal != null)
            {
                Answer(command.Id, "refused", refusal);
                return;
            }
            try
            {
                if (command.Kind == "enter")
                {
                    Enter(command);
                    Answer(command.Id, "done", "entry of " + command.Quantity + " handed to NinjaTrader with its stop; the fill comes with the reports");
                    return;
                }
                FlattenJob started = new FlattenJob(account, command, maxFlattenQuantity, ExitOwn, HoldsOwn);
                job = started;
                started.Begin(core.Now);
                EndIfOver(started);
            }
            catch (Exception e)
            {
                job = null;
                Fail(command.Id, "NinjaTrader did not take it (" + JsonWriter.Clean(e.Message, 200) + "): look at the account");
            }
        }

        /// <summary>Looks after the command that is under way.</summary>
        public void Check()
        {
            FlattenJob running = job;
            if (running == null)
                return;
            try
            {
                running.Check(core.Now);
                EndIfOver(running);
            }
            catch (Exception e)
            {
                job = null;
                Fail(running.CommandId, "NinjaTrader did not take it (" + JsonWriter.Clean(e.Message, 200) + "): look at the account");
            }
        }

        public void Answer(string id, string result, string text)
        {
            core.Acknowledge(id, result, text);
            core.Say(result == "done" ? BridgeLog.Info : BridgeLog.Alarm, "command " + result + ": " + text);
        }

        private string WhyNot(Account account, BridgeCommand command)
        {
            if (account == null || !string.Equals(command.Account, account.Name, StringComparison.OrdinalIgnoreCase))
                return "this strategy trades another account";
            double age = Math.Abs((core.UtcNow - command.IssuedUtc).TotalSeconds);
            if (age > AgeMaxSeconds)
                return "the command's time is " + (age > 86400 ? "more than a day" : Math.Round(age) + " s") + " off this computer's clock; only what was asked within " + AgeMaxSeconds + " s is carried out";
            if (command.Kind != "flatten" && command.Kind != "cancel" && command.Kind != "enter")
                return "this strategy does not know how to \"" + JsonWriter.Clean(command.Kind, 40) + "\"";
            if (job != null)
                return "another command is still being carried out";
            return command.Kind == "enter" ? WhyNoEntry(command) : null;
        }

        private void EndIfOver(FlattenJob ended)
        {
            if (ended.Result == null)
                return;
            job = null;
            if (ended.Result == "failed")
                Fail(ended.CommandId, ended.Text);
            else
                Answer(ended.CommandId, ended.Result, ended.Text);
        }

        private void Fail(string id, string text)
        {
            Answer(id, "failed", text);
            Alarm(text);
        }
    }

    /// <summary>What an entry that was switched on must still be: on this contract, small, and with a stop on its right side.</summary>
    internal static class EntryRules
    {
        public static string WhyNot(BridgeCommand command, string contract, int maxQuantity, double lastPrice)
        {
            if (!string.Equals(command.Symbol, contract, StringComparison.OrdinalIgnoreCase))
                return "this strategy's chart shows another contract";
            if (command.Side != "BUY" && command.Side != "SELL")
                return "the side is neither BUY nor SELL";
            if (command.Quantity < 1 || command.Quantity > maxQuantity)
                return "the quantity is not between 1 and " + maxQuantity + " (Max entry quantity)";
            bool isRightSide = command.Side == "BUY" ? command.StopPrice < lastPrice : command.StopPrice > lastPrice;
            return isRightSide && command.StopPrice > 0 ? null : "the stop is missing or on the wrong side of the price";
        }
    }
}
