// Drives FKS_Core through its life on bars of a CSV file (ts,open,high,low,close,volume; opening times in UTC) and prints what
// stands on the chart as one JSON object. Words: FILE name=value..., see Setup.
using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Threading;
using NinjaTrader.Cbi;
using NinjaTrader.Core;
using NinjaTrader.Data;
using NinjaTrader.NinjaScript;
using NinjaTrader.NinjaScript.Indicators;

internal sealed class Setup
{
    public string File;
    public Calculate Calculate = Calculate.OnBarClose;
    public TimeZoneInfo Zone = TimeZoneInfo.Utc;
    public int Minutes = 5;
    public double TickSize = 0.25;
    /// <summary>Bars that are history; the rest comes live.</summary>
    public int History = int.MaxValue;
    public bool HasInstrument = true;
    public bool HasBars = true;
    public bool IsTickReplay;
    /// <summary>Bar at which another thread terminates the script.</summary>
    public int TerminateAt = -1;
    /// <summary>Bar that comes in a session break: updates without news, series that are null.</summary>
    public int BreakAt = -1;
    public readonly Dictionary<string, string> Properties = new Dictionary<string, string>();

    public static Setup Of(string[] args)
    {
        Setup setup = new Setup();
        setup.File = args[0];
        for (int i = 1; i < args.Length; i++)
        {
            string[] pair = args[i].Split('=');
            string value = pair[1];
            switch (pair[0])
            {
                case "calculate": setup.Calculate = (Calculate)Enum.Parse(typeof(Calculate), value); break;
                case "zone": setup.Zone = TimeZoneInfo.FindSystemTimeZoneById(value); break;
                case "minutes": setup.Minutes = int.Parse(value, CultureInfo.InvariantCulture); break;
                case "tick": setup.TickSize = double.Parse(value, CultureInfo.InvariantCulture); break;
                case "history": setup.History = int.Parse(value, CultureInfo.InvariantCulture); break;
                case "instrument": setup.HasInstrument = value != "none"; break;
                case "bars": setup.HasBars = value != "none"; break;
                case "tickReplay": setup.IsTickReplay = value == "yes"; break;
                case "terminateAt": setup.TerminateAt = int.Parse(value, CultureInfo.InvariantCulture); break;
                case "breakAt": setup.BreakAt = int.Parse(value, CultureInfo.InvariantCulture); break;
                default: setup.Properties[pair[0]] = value; break;
            }
        }
        return setup;
    }
}

internal static class FksHarness
{
    public static int Main(string[] args)
    {
        try
        {
            Setup setup = Setup.Of(args);
            Globals.GeneralOptions.TimeZoneInfo = setup.Zone;
            FKS_Core copy = new FKS_Core();
            copy.Drive(State.SetDefaults);
            copy.Drive(State.Terminated);
            FKS_Core script = Prepare(setup);
            Live(script, setup, Bars(setup));
            Console.Out.WriteLine(FksChart.JsonOf(script, copy));
            return 0;
        }
        catch (Exception e)
        {
            Console.Error.WriteLine(e);
            return 1;
        }
    }

    private static FKS_Core Prepare(Setup setup)
    {
        FKS_Core script = new FKS_Core();
        script.Drive(State.SetDefaults);
        foreach (KeyValuePair<string, string> pair in setup.Properties)
        {
            System.Reflection.PropertyInfo property = typeof(FKS_Core).GetProperty(pair.Key);
            if (property == null)
                throw new ArgumentException("no parameter " + pair.Key);
            property.SetValue(script, Convert.ChangeType(pair.Value, property.PropertyType, CultureInfo.InvariantCulture), null);
        }
        script.Calculate = setup.Calculate;
        script.Drive(State.Configure);
        if (setup.HasInstrument)
        {
            script.Instrument = new Instrument();
            script.Instrument.FullName = "MES 12-26";
            script.Instrument.MasterInstrument = new MasterInstrument();
            script.Instrument.MasterInstrument.TickSize = setup.TickSize;
        }
        if (setup.HasBars)
        {
            script.Bars = new Bars();
            script.Bars.IsTickReplay = setup.IsTickReplay;
            script.Bars.BarsPeriod = new BarsPeriod();
            script.Bars.BarsPeriod.BarsPeriodType = setup.Minutes > 0 ? BarsPeriodType.Minute : BarsPeriodType.Tick;
            script.Bars.BarsPeriod.Value = setup.Minutes > 0 ? setup.Minutes : 500;
        }
        script.Drive(State.DataLoaded);
        return script;
    }

    private static void Live(FKS_Core script, Setup setup, IList<TestBar> bars)
    {
        int history = Math.Min(setup.History, bars.Count);
        if (script.Bars != null)
            script.Bars.Count = history;
        script.Drive(State.Historical);
        for (int i = 0; i < bars.Count; i++)
        {
            if (i == history)
            {
                script.Drive(State.Transition);
                script.Drive(State.Realtime);
            }
            if (i == setup.TerminateAt)
                TerminateWhileRunning(script, bars, i);
            if (setup.TerminateAt >= 0 && i >= setup.TerminateAt)
                break;
            if (script.Bars != null && i >= history)
                script.Bars.Count = i + 1;
            if (i == setup.BreakAt)
            {
                SessionBreak(script, bars[i]);
                continue;
            }
            bool isWhole = setup.Calculate == Calculate.OnBarClose || (i < history && !setup.IsTickReplay);
            if (isWhole)
                script.DriveBar(bars[i]);
            else
                DriveTicks(script, bars[i]);
        }
        script.Drive(State.Terminated);
        script.DriveBarUpdate();
    }

    /// <summary>A bar that grows: its first trade, its extremes, its close.</summary>
    private static void DriveTicks(FKS_Core script, TestBar bar)
    {
        script.DriveBar(Part(bar, bar.Open, bar.Open, bar.Open, bar.Volume / 4));
        script.DriveTick(Part(bar, bar.High, bar.Open, bar.High, bar.Volume / 2));
        script.DriveTick(Part(bar, bar.High, bar.Low, bar.Low, bar.Volume * 3 / 4));
        script.DriveTick(bar);
    }

    private static TestBar Part(TestBar whole, double high, double low, double close, double volume)
    {
        TestBar bar = new TestBar();
        bar.Time = whole.Time;
        bar.Open = whole.Open;
        bar.High = high;
        bar.Low = low;
        bar.Close = close;
        bar.Volume = volume;
        return bar;
    }

    /// <summary>What a break and a reconnect have done to scripts: a bar that comes while the series and Bars are gone.</summary>
    private static void SessionBreak(FKS_Core script, TestBar bar)
    {
        ISeries<double> close = script.Close;
        ISeries<DateTime> time = script.Time;
        Bars kept = script.Bars;
        script.DriveBarUpdate();
        script.Close = null;
        script.DriveBar(bar);
        script.Time = null;
        script.Bars = null;
        script.DriveBarUpdate();
        script.Close = close;
        script.DriveBarUpdate();
        script.Time = time;
        script.BarsInProgress = 1;
        script.DriveBarUpdate();
        script.BarsInProgress = 0;
        script.DriveBarUpdate();
        script.Bars = kept;
    }

    private static void TerminateWhileRunning(FKS_Core script, IList<TestBar> bars, int from)
    {
        ManualResetEvent started = new ManualResetEvent(false);
        Thread thread = new Thread(delegate()
        {
            for (int i = from; i < bars.Count; i++)
            {
                script.DriveBar(bars[i]);
                started.Set();
            }
        });
        thread.Start();
        started.WaitOne();
        script.Drive(State.Terminated);
        thread.Join();
        script.DriveBar(bars[bars.Count - 1]); // one more, which must leave no trace
    }

    /// <summary>Stamped as the platform stamps them: with the close, in the zone of its options.</summary>
    private static IList<TestBar> Bars(Setup setup)
    {
        List<TestBar> bars = new List<TestBar>();
        string[] lines = File.ReadAllLines(setup.File);
        for (int i = 1; i < lines.Length; i++)
        {
            string[] f = lines[i].Split(',');
            DateTime open = DateTime.Parse(f[0], CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal);
            TestBar bar = new TestBar();
            bar.Time = TimeZoneInfo.ConvertTimeFromUtc(open.AddMinutes(setup.Minutes), setup.Zone);
            bar.Open = double.Parse(f[1], CultureInfo.InvariantCulture);
            bar.High = double.Parse(f[2], CultureInfo.InvariantCulture);
            bar.Low = double.Parse(f[3], CultureInfo.InvariantCulture);
            bar.Close = double.Parse(f[4], CultureInfo.InvariantCulture);
            bar.Volume = double.Parse(f[5], CultureInfo.InvariantCulture);
            bars.Add(bar);
        }
        return bars;
    }
}
