// Stand-in for the strategy base: managed orders are written down, not filled, unless the test fills them.
using System;
using System.Collections.Generic;
using NinjaTrader.Cbi;

namespace NinjaTrader.NinjaScript
{
    public enum CalculationMode { Currency, Percent, Price, Ticks, Pips }

    public enum ConnectionLossHandling { KeepRunning, Recalculate, StopStrategy }

    public enum EntryHandling { AllEntries, UniqueEntries }

    public enum RealtimeErrorHandling { IgnoreAllErrors, StopCancelClose, StopCancelCloseIgnoreRejects }

    public enum StartBehavior { AdoptAccountPosition, ImmediatelySubmit, ImmediatelySubmitSynchronizeAccount, WaitUntilFlat, WaitUntilFlatSynchronizeAccount }
}

namespace NinjaTrader.NinjaScript.Strategies
{
    public class Strategy : NinjaScriptBase
    {
        public Strategy()
        {
            Asked = new List<string>();
            ConnectionLossHandling = ConnectionLossHandling.Recalculate;
            RealtimeErrorHandling = RealtimeErrorHandling.StopCancelClose;
            IsExitOnSessionCloseStrategy = true;
        }

        public Account Account { get; set; }
        public Position Position { get; set; }
        public int BarsRequiredToTrade { get; set; }
        public ConnectionLossHandling ConnectionLossHandling { get; set; }
        public RealtimeErrorHandling RealtimeErrorHandling { get; set; }
        public StartBehavior StartBehavior { get; set; }
        public EntryHandling EntryHandling { get; set; }
        public int EntriesPerDirection { get; set; }
        public bool IsExitOnSessionCloseStrategy { get; set; }
        public int ExitOnSessionCloseSeconds { get; set; }
        public bool IsInstantiatedOnEachOptimizationIteration { get; set; }
        public bool IsUnmanaged { get; set; }
        public bool TraceOrders { get; set; }
        public TimeInForce TimeInForce { get; set; }

        protected virtual void OnOrderUpdate(Order order, double limitPrice, double stopPrice, int quantity, int filled, double averageFillPrice, OrderState orderState, DateTime time, ErrorCode error, string nativeError)
        {
        }

        protected virtual void OnExecutionUpdate(Execution execution, string executionId, double price, int quantity, MarketPosition marketPosition, string orderId, DateTime time)
        {
        }

        protected virtual void OnPositionUpdate(Position position, double averagePrice, int quantity, MarketPosition marketPosition)
        {
        }

        protected virtual void OnAccountItemUpdate(Account account, AccountItem accountItem, double value)
        {
        }

        public Order EnterLong(int quantity, string signalName)
        {
            return Ask("enter long " + quantity + " " + signalName);
        }

        public Order EnterShort(int quantity, string signalName)
        {
            return Ask("enter short " + quantity + " " + signalName);
        }

        public Order ExitLong()
        {
            return Ask("exit long");
        }

        public Order ExitShort()
        {
            return Ask("exit short");
        }

        public void SetStopLoss(string fromEntrySignal, CalculationMode mode, double value, bool isSimulatedStop)
        {
            Ask("stop " + fromEntrySignal + " " + mode + " " + value.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        /// <summary>What the script asked through the strategy's own order methods, in order.</summary>
        internal List<string> Asked { get; private set; }

        internal void DriveOrder(Order order, OrderState state)
        {
            Run(delegate { OnOrderUpdate(order, 0, 0, 0, 0, 0, state, DateTime.UtcNow, state == OrderState.Rejected ? ErrorCode.OrderRejected : ErrorCode.NoError, string.Empty); }, true);
        }

        private Order Ask(string what)
        {
            if (State != State.Realtime)
                throw new InvalidOperationException("an order in state " + State);
            lock (Asked)
                Asked.Add(what);
            return new Order();
        }
    }
}
