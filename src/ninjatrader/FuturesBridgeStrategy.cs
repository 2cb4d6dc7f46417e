#region Using declarations
using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Threading;
using System.Xml.Serialization;
using FuturesCopilot.Bridge;
using NinjaTrader.Cbi;
using NinjaTrader.Data;
using NinjaTrader.NinjaScript;
#endregion

namespace NinjaTrader.NinjaScript.Strategies
{
    /// <summary>
    /// Reports its account to the co-pilot and, if the trader switches that on, flattens or cancels when the co-pilot asks. It
    /// has no trading idea of its own. Orders are worked off one after the other on the strategy's own turn, in real time only.
    /// </summary>
    public class FuturesBridgeStrategy : Strategy
    {
        private const int WorkMax = 64;
        private const int CheckEveryMs = 500;
        private const string EntrySignal = "copilot";

        private readonly object gate = new object();
        private readonly Queue<Action> work = new Queue<Action>();
        private volatile BridgeCore core;
        private IBridgeClock clock;
        private Timer timer;
        private CommandDesk desk;
        private volatile bool isTerminated;
        private bool isExiting, hasToldNoAccount;

        [Display(Name = "Co-pilot address", Description = "Where the co-pilot listens; another computer only over https.", GroupName = "Co-pilot", Order = 1)]
        public string Url { get; set; }

        // No NinjaScriptProperty: those are shown in the chart's label, and a key is not for a screenshot.
        [Display(Name = "API key", Description = "BRIDGE_API_KEY, or what stands in the file bridge-key of the co-pilot's data folder.", GroupName = "Co-pilot", Order = 2)]
        public string ApiKey { get; set; }

        [Display(Name = "Accept commands", Description = "Off: this strategy only reports. On: the co-pilot may flatten and cancel.", GroupName = "Orders", Order = 3)]
        public bool AcceptCommands { get; set; }

        [Range(1, 1000)]
        [Display(Name = "Max flatten quantity", Description = "More open contracts than this are not closed by a program.", GroupName = "Orders", Order = 4)]
        public int MaxFlattenQuantity { get; set; }

        [Display(Name = "Allow entries", Description = "Off: a command to enter is refused.", GroupName = "Orders", Order = 5)]
        public bool AllowEntries { get; set; }

        [Range(1, 100)]
        [Display(Name = "Max entry quantity", Description = "Contracts of one entry.", GroupName = "Orders", Order = 6)]
        public int MaxEntryQuantity { get; set; }

        /// <summary>Another clock for tests.</summary>
        internal IBridgeClock Clock
        {
            set { clock = value; }
        }

        protected override void OnStateChange()
        {
            BridgeOutput.Guard("FuturesBridge", delegate
            {
                if (State == State.SetDefaults)
                    SetDefaults();
                else if (State == State.Realtime)
                    StartReports();
                else if (State == State.Terminated)
                    StopReports();
            });
        }

        protected override void OnBarUpdate()
        {
            Turn();
        }

        protected override void OnMarketData(MarketDataEventArgs marketDataUpdate)
        {
            Turn();
        }

        protected override void OnConnectionStatusUpdate(ConnectionStatusEventArgs connectionStatusUpdate)
        {
            Turn();
        }

        protected override void OnOrderUpdate(Order order, double limitPrice, double stopPrice, int quantity, int filled, double averageFillPrice, OrderState orderState, DateTime time, ErrorCode error, string nativeError)
        {
            BridgeCore mine = core;
            if (mine == null || orderState != OrderState.Rejected || order == null)
                return;
            mine.Say(BridgeLog.Alarm, "ALARM: order " + order.OrderId + " was rejected: " + nativeError);
            // Without its stop an entry of ours has to go; see RealtimeErrorHandling.
            if (order.OrderType == OrderType.StopMarket || order.OrderType == OrderType.StopLimit)
                Enqueue(delegate { ExitOwn(); });
        }

        private void SetDefaults()
        {
            Name = "FuturesBridgeStrategy";
            Description = "Reports the account to the futures co-pilot; flattens on command if that is switched on. Never enters by itself.";
            Calculate = Calculate.OnBarClose;
            BarsRequiredToTrade = 0;
            IsUnmanaged = false;
            EntriesPerDirection = 1;
            EntryHandling = EntryHandling.AllEntries;
            // Of the strategy's own entries only; positions taken by hand are not touched.
            IsExitOnSessionCloseStrategy = true;
            ExitOnSessionCloseSeconds = 60;
            // Stopping or recalculating at a lost connection would silence the reports just when they matter.
            ConnectionLossHandling = ConnectionLossHandling.KeepRunning;
            // StopCancelClose would end the strategy, and with it the reports, at the first rejected order. A rejected stop is
            // answered in OnOrderUpdate instead.
            RealtimeErrorHandling = RealtimeErrorHandling.IgnoreAllErrors;
            StartBehavior = StartBehavior.WaitUntilFlat;
            TimeInForce = TimeInForce.Day;
            Url = "http://127.0.0.1:8001";
            ApiKey = string.Empty;
            AcceptCommands = false;
            MaxFlattenQuantity = 10;
            AllowEntries = false;
            MaxEntryQuantity = 1;
        }

        /// <summary>Real time only: a backtest or an optimisation goes through the states before it hundreds of times.</summary>
        private void StartReports()
        {
            Account account = Account;
            if (core != null || isTerminated)
                return;
            if (account == null)
            {
                if (!hasToldNoAccount)
                    BridgeOutput.Tell("FuturesBridge: the strategy has no account yet, so nothing is reported");
                hasToldNoAccount = true;
                return;
            }
            BridgeCore mine = new BridgeCore(BridgeOptions.Of("FuturesBridge", Url, ApiKey, clock));
            mine.Follow(new AccountWatch(mine, account.Name));
            core = mine;
            if (!mine.Start() || !AcceptCommands)
                return;
            desk = NewDesk(mine);
            timer = new Timer(OnTimer, null, CheckEveryMs, CheckEveryMs);
            new CommandPoll(mine, account.Name, Take).Start();
        }

        private void StopReports()
        {
            isTerminated = true;
            BridgeCore mine = core;
            Timer ticking = timer;
            core = null;
            timer = null;
            lock (gate)
                work.Clear();
            if (ticking != null)
                ticking.Dispose();
            if (mine != null)
                mine.Dispose();
        }

        private void Turn()
        {
            try
            {
                if (State != State.Realtime)
                    return;
                if (core == null)
                    StartReports();
                Drain(null);
            }
            catch (Exception e)
            {
                Fault("a callback", e);
            }
        }

        private void Fault(string where, Exception e)
        {
            BridgeCore mine = core;
            if (mine != null)
                mine.Fault(where, e);
            else
                BridgeOutput.Tell("FuturesBridge: " + where + " failed: " + e.Message);
        }

        /// <summary>Puts order work in the queue; false when it is full or there is no real time to do it in.</summary>
        internal bool Enqueue(Action action)
        {
            lock (gate)
            {
                if (isTerminated || work.Count >= WorkMax)
                    return false;
                work.Enqueue(action);
            }
            BridgeCore mine = core;
            if (mine != null && State == State.Realtime)
                mine.Guard("TriggerCustomEvent", delegate { TriggerCustomEvent(Drain, null); });
            return true;
        }

        /// <summary>Works the queue off, first in, first out. NinjaTrader calls it in turn with the other callbacks.</summary>
        private void Drain(object state)
        {
            while (State == State.Realtime && !isTerminated)
            {
                Action next;
                lock (gate)
                {
                    if (work.Count == 0)
                        return;
                    next = work.Dequeue();
                }
                try
                {
                    next();
                }
                catch (Exception e)
                {
                    Fault("order work", e);
                }
            }
        }

        private void OnTimer(object state)
        {
            CommandDesk mine = desk;
            if (mine != null && mine.IsBusy)
                Enqueue(mine.Check);
        }

        /// <summary>On the thread of the poll: only a note in the queue.</summary>
        private void Take(BridgeCommand command)
        {
            CommandDesk mine = desk;
            if (mine != null && !Enqueue(delegate { mine.Carry(Account, command); }))
                mine.Answer(command.Id, "refused", "too many commands at once");
        }

        private CommandDesk NewDesk(BridgeCore mine)
        {
            CommandDesk made = new CommandDesk(mine, MaxFlattenQuantity) { ExitOwn = ExitOwn, HoldsOwn = HoldsOwn, WhyNoEntry = WhyNoEntry, Enter = Enter };
            made.Alarm = delegate(string text) { Log("Futures co-pilot: " + text, LogLevel.Alert); };
            return made;
        }

        /// <summary>The only way in: explicit, switched on by the trader, small, on this chart's contract, and never without a stop.</summary>
        private void Enter(BridgeCommand command)
        {
            SetStopLoss(EntrySignal, CalculationMode.Price, command.StopPrice, false);
            if (command.Side == "BUY")
                EnterLong(command.Quantity, EntrySignal);
            else
                EnterShort(command.Quantity, EntrySignal);
            isExiting = false;
        }

        private string WhyNoEntry(BridgeCommand command)
        {
            if (!AllowEntries)
                return "entries are switched off here (Allow entries)";
            if (Instrument == null || Close == null || CurrentBar < 0)
                return "there is no contract or no price yet";
            if (HoldsOwn())
                return "this strategy already holds a position";
            return EntryRules.WhyNot(command, Instrument.FullName, MaxEntryQuantity, Close[0]);
        }

        private bool HoldsOwn()
        {
            Position position = Position;
            return position != null && position.MarketPosition != MarketPosition.Flat;
        }

        /// <summary>Closes the strategy's own position once; false when it has none.</summary>
        private bool ExitOwn()
        {
            Position position = Position;
            if (position == null || position.MarketPosition == MarketPosition.Flat)
            {
                isExiting = false;
                return false;
            }
            if (isExiting)
                return true;
            isExiting = true;
            if (position.MarketPosition == MarketPosition.Long)
                ExitLong();
            else
                ExitShort();
            return true;
        }
    }
}
