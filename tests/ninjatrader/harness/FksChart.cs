// What FKS_Core left on the chart, as JSON.
using System;
using System.Collections.Generic;
using System.Reflection;
using System.Windows.Media;
using NinjaTrader.NinjaScript;
using NinjaTrader.NinjaScript.Indicators;

internal static class FksChart
{
    public static string JsonOf(FKS_Core script, FKS_Core copy)
    {
        List<string> bars = new List<string>();
        for (int i = 0; i < script.AllBars.Count; i++)
            bars.Add(BarOf(script, i));
        List<string> drawn = new List<string>();
        foreach (Drawing drawing in script.Drawn.Values)
            drawn.Add(DrawingOf(drawing));
        List<string> plots = new List<string>();
        foreach (NinjaTrader.Gui.Plot plot in script.Plots)
            plots.Add(JsonLine.Quoted(plot.Name + " " + plot.Brush));
        JsonLine json = new JsonLine();
        json.AddJson("bars", ArrayOf(bars)).AddJson("drawn", ArrayOf(drawn)).AddJson("plots", ArrayOf(plots));
        json.AddJson("faults", WordsOf(script.Faults)).AddJson("printed", WordsOf(script.Printed));
        json.Add("copyFaults", copy.Faults.Count).Add("copyDrawn", copy.Drawn.Count).Add("copyPrinted", copy.Printed.Count);
        json.AddJson("parameters", ArrayOf(Parameters()));
        return json.ToString();
    }

    private static string BarOf(FKS_Core script, int index)
    {
        JsonLine bar = new JsonLine();
        bar.Add("body", NameOf(script.BarBrushes.Get(index))).Add("outline", NameOf(script.CandleOutlineBrushes.Get(index)));
        for (int i = 0; i < script.Plots.Length; i++)
            bar.Add(script.Plots[i].Name, script.Values[i].GetValueAt(index));
        return bar.ToString();
    }

    private static string DrawingOf(Drawing drawing)
    {
        JsonLine json = new JsonLine();
        json.Add("kind", drawing.Kind).Add("tag", drawing.Tag).Add("text", drawing.Text).Add("bar", drawing.BarIndex);
        return json.Add("y", drawing.Y).Add("brush", NameOf(drawing.Brush)).Add("position", drawing.Position.ToString()).ToString();
    }

    private static string NameOf(Brush brush)
    {
        return brush == null ? "none" : brush.ToString();
    }

    /// <summary>Name of every property the indicator dialog shows, with the attributes it carries.</summary>
    private static List<string> Parameters()
    {
        List<string> names = new List<string>();
        foreach (PropertyInfo property in typeof(FKS_Core).GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
        {
            List<string> words = new List<string>();
            foreach (object attribute in property.GetCustomAttributes(false))
                words.Add(attribute.GetType().Name.Replace("Attribute", string.Empty));
            words.Sort(StringComparer.Ordinal);
            names.Add(JsonLine.Quoted(property.Name + ": " + string.Join(" ", words.ToArray())));
        }
        return names;
    }

    private static string WordsOf<T>(IEnumerable<T> items)
    {
        List<string> words = new List<string>();
        foreach (T item in items)
            words.Add(JsonLine.Quoted(Convert.ToString(item)));
        return ArrayOf(words);
    }

    private static string ArrayOf(List<string> items)
    {
        return "[" + string.Join(",", items.ToArray()) + "]";
    }
}
