using System;
using System.Globalization;
using System.Text;

namespace FuturesCopilot.Bridge
{
    /// <summary>Writes JSON by hand: a serialiser would be one more reference to add in NinjaTrader.</summary>
    internal sealed class JsonWriter
    {
        // The intake takes names of up to 128 characters.
        private const int NameMax = 128;
        private readonly StringBuilder text = new StringBuilder(512);
        private bool needsComma;

        public JsonWriter Open(char bracket)
        {
            Comma();
            text.Append(bracket);
            needsComma = false;
            return this;
        }

        public JsonWriter Close(char bracket)
        {
            text.Append(bracket);
            needsComma = true;
            return this;
        }

        public JsonWriter Key(string name)
        {
            Comma();
            Quote(name);
            text.Append(':');
            needsComma = false;
            return this;
        }

        public JsonWriter Value(string value)
        {
            Comma();
            if (value == null)
                text.Append("null");
            else
                Quote(value);
            needsComma = true;
            return this;
        }

        public JsonWriter Value(long value)
        {
            Comma();
            text.Append(value.ToString(CultureInfo.InvariantCulture));
            needsComma = true;
            return this;
        }

        /// <summary>JSON has no word for what is not a finite number: null.</summary>
        public JsonWriter Value(double? value)
        {
            Comma();
            bool isNumber = value.HasValue && !double.IsNaN(value.Value) && !double.IsInfinity(value.Value);
            text.Append(isNumber ? value.Value.ToString("R", CultureInfo.InvariantCulture) : "null");
            needsComma = true;
            return this;
        }

        public JsonWriter Field(string name, string value)
        {
            return Key(name).Value(value);
        }

        public JsonWriter Field(string name, long value)
        {
            return Key(name).Value(value);
        }

        public JsonWriter Field(string name, double? value)
        {
            return Key(name).Value(value);
        }

        public override string ToString()
        {
            return text.ToString();
        }

        /// <summary>UTC with milliseconds, as the contract writes instants.</summary>
        public static string Instant(DateTime utc)
        {
            return utc.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        }

        /// <summary>A name the intake accepts: no control characters, no broken Unicode, not too long, never empty.</summary>
        public static string Name(string raw, string whenEmpty)
        {
            string clean = Clean(raw, NameMax);
            return clean.Length == 0 ? whenEmpty : clean;
        }

        public static string Clean(string raw, int max)
        {
            if (raw == null)
                return string.Empty;
            StringBuilder clean = new StringBuilder(raw.Length);
            for (int i = 0; i < raw.Length && clean.Length < max; i++)
            {
                char c = raw[i];
                if (char.IsHighSurrogate(c) && i + 1 < raw.Length && char.IsLowSurrogate(raw[i + 1]))
                {
                    if (clean.Length + 2 <= max)
                        clean.Append(c).Append(raw[i + 1]);
                    i++;
                }
                else
                    clean.Append(char.IsControl(c) || char.IsSurrogate(c) ? ' ' : c);
            }
            return clean.ToString().Trim();
        }

        private void Comma()
        {
            if (needsComma)
                text.Append(',');
        }

        private void Quote(string value)
        {
            text.Append('"');
            foreach (char c in value)
            {
                if (c == '"' || c == '\\')
                    text.Append('\\').Append(c);
                else if (c < ' ' || c == '\u2028' || c == '\u2029' || char.IsSurrogate(c))
                    text.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
                else
                    text.Append(c);
            }
            text.Append('"');
        }
    }
}
