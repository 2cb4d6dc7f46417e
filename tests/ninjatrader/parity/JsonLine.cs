using System.Globalization;
using System.Text;

/// <summary>One flat JSON object; NaN is null.</summary>
public sealed class JsonLine
{
    private readonly StringBuilder text = new StringBuilder();

    public JsonLine Add(string name, double value)
    {
        bool isNumber = !double.IsNaN(value) && !double.IsInfinity(value);
        return Raw(name, isNumber ? value.ToString("G17", CultureInfo.InvariantCulture) : "null");
    }

    public JsonLine Add(string name, bool value)
    {
        return Raw(name, value ? "true" : "false");
    }

    public JsonLine Add(string name, string value)
    {
        return Raw(name, Quoted(value));
    }

    public override string ToString()
    {
        return "{" + text + "}";
    }

    /// <summary>Adds a value that is JSON already.</summary>
    public JsonLine AddJson(string name, string json)
    {
        return Raw(name, json);
    }

    public static string Quoted(string value)
    {
        StringBuilder quoted = new StringBuilder("\"");
        foreach (char c in value)
        {
            if (c == '"' || c == '\\')
                quoted.Append('\\').Append(c);
            else if (c < ' ')
                quoted.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
            else
                quoted.Append(c);
        }
        return quoted.Append('"').ToString();
    }

    private JsonLine Raw(string name, string value)
    {
        if (text.Length > 0)
            text.Append(',');
        text.Append('"').Append(name).Append("\":").Append(value);
        return this;
    }
}
