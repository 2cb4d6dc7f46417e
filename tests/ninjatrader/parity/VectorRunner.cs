// Feeds hand-worked small cases, written as lines of fields, to the signals of the FKS calculation; one answer a line.
// new,LOOKBACK,MINWAVERATIO | volume,open,close,volume | arrow,ms,high,low,close,atr,ao,direction,ratio |
// hint,high,low,volume,side,isSpike,mean,upper,lower,direction,ratio. An empty number or direction is "not known".
using System;
using System.Globalization;
using System.IO;
using FuturesCopilot.Fks;

public static class VectorRunner
{
    public static void Run(string path, TextWriter output)
    {
        FksVolumeBars volumes = null;
        FksArrows arrows = null;
        FksHints hints = null;
        foreach (string line in File.ReadAllLines(path))
        {
            string[] f = line.Split(',');
            switch (f[0])
            {
                case "new":
                    volumes = new FksVolumeBars();
                    arrows = new FksArrows(int.Parse(f[1], CultureInfo.InvariantCulture), NumberOf(f[2]));
                    hints = new FksHints(NumberOf(f[2]));
                    break;
                case "volume":
                    volumes.Push(NumberOf(f[1]), NumberOf(f[2]), NumberOf(f[3]));
                    output.WriteLine(new JsonLine().Add("side", volumes.Side.ToString()).Add("isSpike", volumes.IsSpike)
                        .Add("meanBefore", volumes.MeanBefore));
                    break;
                case "arrow":
                    FksArrow arrow = arrows.Push(BarOf(f), NumberOf(f[5]), NumberOf(f[6]), WaveOf(f[7], f[8]));
                    output.WriteLine(new JsonLine().Add("arrow", arrow.ToString()).Add("support", arrows.Support)
                        .Add("resistance", arrows.Resistance));
                    break;
                case "hint":
                    output.WriteLine(new JsonLine().Add("hint", hints.Push(FactsOf(f)).ToString()));
                    break;
                default:
                    throw new FormatException("unknown line: " + line);
            }
        }
    }

    private static FksTickBar BarOf(string[] f)
    {
        FksTickBar bar = new FksTickBar();
        bar.OpenMs = long.Parse(f[1], CultureInfo.InvariantCulture);
        bar.High = NumberOf(f[2]);
        bar.Low = NumberOf(f[3]);
        bar.Close = NumberOf(f[4]);
        return bar;
    }

    private static FksHintFacts FactsOf(string[] f)
    {
        FksHintFacts facts = new FksHintFacts();
        facts.High = NumberOf(f[1]);
        facts.Low = NumberOf(f[2]);
        facts.Volume = NumberOf(f[3]);
        facts.Side = (FksSide)Enum.Parse(typeof(FksSide), f[4], true);
        facts.IsSpike = bool.Parse(f[5]);
        facts.MeanBefore = NumberOf(f[6]);
        facts.BandUpper = NumberOf(f[7]);
        facts.BandLower = NumberOf(f[8]);
        facts.Wave = WaveOf(f[9], f[10]);
        return facts;
    }

    private static FksWaveReading WaveOf(string direction, string dominantRatio)
    {
        if (direction.Length == 0)
            return null;
        FksWaveReading wave = new FksWaveReading();
        wave.Direction = (FksDirection)Enum.Parse(typeof(FksDirection), direction, true);
        wave.DominantRatio = NumberOf(dominantRatio);
        return wave;
    }

    private static double NumberOf(string text)
    {
        return text.Length == 0 ? double.NaN : double.Parse(text, CultureInfo.InvariantCulture);
    }
}
