// Stand-ins for NinjaTrader's script base classes, written from the documented signatures. Members marked `internal` are the
// test's handle: the real classes do not have them.
using System;
using System.Collections.Generic;
using NinjaTrader.Cbi;
using NinjaTrader.Data;

namespace NinjaTrader.NinjaScript
{
    public enum State { SetDefaults, Configure, Active, DataLoaded, Historical, Transition, Realtime, Terminated, Finalized }

    public enum Calculate { OnBarClose, OnEachTick, OnPriceChange }

    public enum PrintTo { OutputTab1, OutputTab2 }

    [AttributeUsage(AttributeTargets.Property)]
    public sealed class NinjaScriptPropertyAttribute : Attribute
    {
    }

    public interface ISeries<T>
    {
        T this[int barsAgo] { get; }
        int Count { get; }
        T GetValueAt(int barIndex);
        bool IsValidDataPoint(int barsAgo);
    }

    /// <summary>One value a bar, in step with the owner. Reading before the first bar throws, as the real one does.</summary>
    public class Series<T> : ISeries<T>
    {
        private readonly NinjaScriptBase owner;
        private readonly Dictionary<int, T> values = new Dictionary<int, T>();

        public Series(NinjaScriptBase owner)
        {
            if (owner == null)
                throw new ArgumentNullException("owner");
            this.owner = owner;
        }

        public T this[int barsAgo]
        {
            get { return GetValueAt(IndexOf(barsAgo)); }
            set { values[IndexOf(barsAgo)] = value; }
        }

        public int Count
        {
            get { return owner.CurrentBar + 1; }
        }

        public T GetValueAt(int barIndex)
        {
            T value;
            return values.TryGetValue(barIndex, out value) ? value : default(T);
        }

        public bool IsValidDataPoint(int barsAgo)
        {
            return values.ContainsKey(owner.CurrentBar - barsAgo);
        }

        public void Reset()
        {
            values.Remove(owner.CurrentBar);
        }

        private int IndexOf(int barsAgo)
        {
            int index = owner.CurrentBar - barsAgo;
            if (barsAgo < 0 || index < 0)
                throw new ArgumentOutOfRangeException("barsAgo", "no bar " + barsAgo + " ago at bar " + owner.CurrentBar);
            return index;
        }
    }

    public abstract class NinjaScriptBase
    {
        private readonly List<TestBar> bars = new List<TestBar>();
        private readonly object running = new object();

        protected NinjaScriptBase()
        {
            CurrentBar = -1;
            BarsRequiredToPlot = 20;
            Open = new BarSeries(this, Part.Open);
            High = new BarSeries(this, Part.High);
            Low = new BarSeries(this, Part.Low);
            Close = new BarSeries(this, Part.Close);
            Volume = new BarSeries(this, Part.Volume);
            Median = new BarSeries(this, Part.Median);
            Typical = new BarSeries(this, Part.Typical);
            Time = new TimeSeries(this);
            Printed = new List<string>();
            Logged = new List<string>();
            Faults = new List<Exception>();
        }

        public string Name { get; set; }
        public string Description { get; set; }
        public State State { get; private set; }
        public Calculate Calculate { get; set; }
        public Instrument Instrument { get; set; }
        public Bars Bars { get; set; }
        public int CurrentBar { get; private set; }
        public int BarsInProgress { get; internal set; }
        public int BarsRequiredToPlot { get; set; }
        public bool IsFirstTickOfBar { get; internal set; }
        public bool IsResetOnNewTradingDays { get; set; }

        public double TickSize
        {
            get { return Instrument == null || Instrument.MasterInstrument == null ? 0 : Instrument.MasterInstrument.TickSize; }
        }

        public ISeries<double> Open { get; internal set; }
        public ISeries<double> High { get; internal set; }
        public ISeries<double> Low { get; internal set; }
        public ISeries<double> Close { get; internal set; }
        public ISeries<double> Volume { get; internal set; }
        public ISeries<double> Median { get; internal set; }
        public ISeries<double> Typical { get; internal set; }
        public ISeries<DateTime> Time { get; internal set; }

        public ISeries<double> Input
        {
            get { return Close; }
        }

        protected virtual void OnStateChange()
        {
        }

        protected virtual void OnBarUpdate()
        {
        }

        protected virtual void OnMarketData(MarketDataEventArgs marketDataUpdate)
        {
        }

        protected virtual void OnConnectionStatusUpdate(ConnectionStatusEventArgs connectionStatusUpdate)
        {
        }

        public void Print(object value)
        {
            lock (Printed)
                Printed.Add(Convert.ToString(value));
        }

        public void Log(string message, LogLevel logLevel)
        {
            lock (Logged)
                Logged.Add(logLevel + ": " + message);
        }

        /// <summary>Runs the event in turn with the other callbacks. Before DataLoaded and after Terminated it is an error.</summary>
        public void TriggerCustomEvent(Action<object> customEvent, object state)
        {
            if (State < State.DataLoaded || State >= State.Terminated)
                throw new InvalidOperationException("TriggerCustomEvent in state " + State);
            if (customEvent == null)
                throw new ArgumentNullException("customEvent");
            System.Threading.ThreadPool.QueueUserWorkItem(delegate { Run(delegate { customEvent(state); }, true); });
        }

        internal List<string> Printed { get; private set; }
        internal List<string> Logged { get; private set; }

        /// <summary>Exceptions that left a callback.</summary>
        internal List<Exception> Faults { get; private set; }

        internal IList<TestBar> AllBars
        {
            get { return bars; }
        }


        internal void Drive(State state)
        {
            State = state;
            Run(OnStateChange, state != State.Terminated);
        }

        internal void DriveBar(TestBar bar)
        {
            bars.Add(bar);
            CurrentBar = bars.Count - 1;
            IsFirstTickOfBar = true;
            Run(OnBarUpdate, true);
        }

        /// <summary>Another tick of the bar that is forming.</summary>
        internal void DriveTick(TestBar bar)
        {
            bars[bars.Count - 1] = bar;
            IsFirstTickOfBar = false;
            Run(OnBarUpdate, true);
        }

        /// <summary>OnBarUpdate without a bar, as in a session break.</summary>
        internal void DriveBarUpdate()
        {
            Run(OnBarUpdate, true);
        }

        internal void DriveMarketData(MarketDataEventArgs e)
        {
            Run(delegate { OnMarketData(e); }, true);
        }

        internal void DriveConnection(ConnectionStatusEventArgs e)
        {
            Run(delegate { OnConnectionStatusUpdate(e); }, true);
        }

        /// <summary>Terminated is not in turn with the others: it may come while OnBarUpdate runs.</summary>
        internal void Run(Action callback, bool isInTurn)
        {
            try
            {
                if (!isInTurn)
                    callback();
                else
                    lock (running)
                        callback();
            }
            catch (Exception e)
            {
                lock (Faults)
                    Faults.Add(e);
            }
        }
    }

    internal sealed class TestBar
    {
        public DateTime Time { get; set; }
        public double Open { get; set; }
        public double High { get; set; }
        public double Low { get; set; }
        public double Close { get; set; }
        public double Volume { get; set; }
    }

    internal enum Part { Open, High, Low, Close, Volume, Median, Typical }

    internal sealed class BarSeries : ISeries<double>
    {
        private readonly NinjaScriptBase owner;
        private readonly Part part;

        public BarSeries(NinjaScriptBase owner, Part part)
        {
            this.owner = owner;
            this.part = part;
        }

        public double this[int barsAgo]
        {
            get
            {
                if (barsAgo < 0 || owner.CurrentBar - barsAgo < 0)
                    throw new ArgumentOutOfRangeException("barsAgo", "no bar " + barsAgo + " ago at bar " + owner.CurrentBar);
                return GetValueAt(owner.CurrentBar - barsAgo);
            }
        }

        public int Count
        {
            get { return owner.CurrentBar + 1; }
        }

        public bool IsValidDataPoint(int barsAgo)
        {
            return barsAgo >= 0 && owner.CurrentBar - barsAgo >= 0;
        }

        public double GetValueAt(int barIndex)
        {
            TestBar bar = owner.AllBars[barIndex];
            switch (part)
            {
                case Part.Open: return bar.Open;
                case Part.High: return bar.High;
                case Part.Low: return bar.Low;
                case Part.Volume: return bar.Volume;
                case Part.Median: return (bar.High + bar.Low) / 2;
                case Part.Typical: return (bar.High + bar.Low + bar.Close) / 3;
                default: return bar.Close;
            }
        }
    }

    internal sealed class TimeSeries : ISeries<DateTime>
    {
        private readonly NinjaScriptBase owner;

        public TimeSeries(NinjaScriptBase owner)
        {
            this.owner = owner;
        }

        public DateTime this[int barsAgo]
        {
            get
            {
                if (barsAgo < 0 || owner.CurrentBar - barsAgo < 0)
                    throw new ArgumentOutOfRangeException("barsAgo", "no bar " + barsAgo + " ago at bar " + owner.CurrentBar);
                return GetValueAt(owner.CurrentBar - barsAgo);
            }
        }

        public int Count
        {
            get { return owner.CurrentBar + 1; }
        }

        public bool IsValidDataPoint(int barsAgo)
        {
            return barsAgo >= 0 && owner.CurrentBar - barsAgo >= 0;
        }

        public DateTime GetValueAt(int barIndex)
        {
            return owner.AllBars[barIndex].Time;
        }
    }
}

namespace NinjaTrader.Code
{
    public static class Output
    {
        internal static readonly List<string> Lines = new List<string>();

        public static void Process(string message, NinjaTrader.NinjaScript.PrintTo outputTab)
        {
            lock (Lines)
                Lines.Add(message);
        }
    }
}
