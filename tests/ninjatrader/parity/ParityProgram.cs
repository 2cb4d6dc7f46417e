// Reads closed bars from a CSV file (ts,open,high,low,close,volume; points, opening times in UTC) and prints what the FKS
// calculation says at each of them, one JSON object a line. "clock FILE" prints New York's clock at instants instead.
using System;
using System.Globalization;
using System.IO;
using FuturesCopilot.Fks;

public static class ParityProgram
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    public static int Main(string[] args)
    {
        try
        {
            using (StreamWriter output = new StreamWriter(Console.OpenStandardOutput()))
            {
                if (args.Length == 2 && args[0] == "clock")
                    PrintClock(args[1], output);
                else if (args.Length == 2 && args[0] == "vectors")
                    VectorRunner.Run(args[1], output);
                else if (args.Length == 2 || args.Length == 3)
                    PrintBars(args[0], double.Parse(args[1], Invariant), args.Length == 3 ? int.Parse(args[2], Invariant) : 5, output);
                else
                    throw new ArgumentException("usage: FILE TICKSIZE [BARMINUTES] | clock FILE | vectors FILE");
            }
            return 0;
        }
        catch (Exception e)
        {
            Console.Error.WriteLine(e.Message);
            return 1;
        }
    }

    private static void PrintClock(string path, TextWriter output)
    {
        foreach (string line in File.ReadAllLines(path))
        {
            long ms = long.Parse(line, Invariant);
            output.WriteLine(FksNewYork.MinuteOfDay(ms).ToString(Invariant) + " " + FksNewYork.TradingDay(ms).ToString(Invariant));
        }
    }

    private static void PrintBars(string path, double tickSize, int barMinutes, TextWriter output)
    {
        FksOptions options = new FksOptions();
        options.TickSize = tickSize;
        options.BarMinutes = barMinutes;
        FksCalc calc = new FksCalc(options);
        string[] lines = File.ReadAllLines(path);
        for (int i = 1; i < lines.Length; i++)
        {
            FksReading reading = calc.Push(ParseBar(lines[i], path, i + 1));
            output.WriteLine(reading == null ? "null" : JsonOf(reading, calc));
        }
    }

    private static FksBar ParseBar(string line, string path, int number)
    {
        string[] fields = line.Split(',');
        if (fields.Length != 6)
            throw new FormatException(path + " line " + number.ToString(Invariant) + ": not six fields");
        FksBar bar = new FksBar();
        bar.OpenUtc = DateTime.Parse(fields[0], Invariant, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal);
        bar.Open = double.Parse(fields[1], Invariant);
        bar.High = double.Parse(fields[2], Invariant);
        bar.Low = double.Parse(fields[3], Invariant);
        bar.Close = double.Parse(fields[4], Invariant);
        bar.Volume = double.Parse(fields[5], Invariant);
        return bar;
    }

    private static string JsonOf(FksReading r, FksCalc calc)
    {
        JsonLine json = new JsonLine();
        json.Add("at", r.Bar.OpenMs).Add("atr", r.Atr).Add("ao", r.Ao).Add("ema9", r.Ema9);
        json.Add("upper", r.BandUpper).Add("middle", r.BandMiddle).Add("lower", r.BandLower);
        json.Add("support", r.Support).Add("resistance", r.Resistance).Add("meanBefore", r.VolumeMeanBefore);
        json.Add("side", r.Side.ToString()).Add("isSpike", r.IsSpike);
        json.Add("arrow", r.Arrow.ToString()).Add("hint", r.Hint.ToString());
        if (r.Wave != null)
        {
            json.Add("bull", r.Wave.Bull).Add("bear", r.Wave.Bear).Add("ratio", r.Wave.Ratio);
            json.Add("dominance", r.Wave.Dominance).Add("dominantRatio", r.Wave.DominantRatio);
            json.Add("direction", r.Wave.Direction.ToString());
            json.Add("trendSpeed", r.Wave.TrendSpeed).Add("currentRatio", r.Wave.CurrentRatio);
        }
        FksVolatilityReading volatility = calc.Volatility();
        if (volatility != null)
            json.Add("percentile", volatility.Percentile).Add("isTimeOfDay", volatility.IsTimeOfDay)
                .Add("days", volatility.Days).Add("regime", volatility.Regime);
        FksQualityReading quality = calc.Quality();
        if (quality != null)
            json.Add("quality", quality.Score).Add("context", quality.Context.ToString()).Add("volatility", quality.Volatility)
                .Add("momentum", quality.Momentum).Add("impulse", quality.Impulse).Add("candle", quality.Candle)
                .Add("higherFrame", quality.HigherFrame);
        return json.ToString();
    }
}
