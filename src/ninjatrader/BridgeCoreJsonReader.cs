using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace FuturesCopilot.Bridge
{
    /// <summary>Reads JSON into dictionaries, lists, strings, doubles, booleans and null. What is not JSON reads as null.</summary>
    internal sealed class JsonReader
    {
        private const int DepthMax = 32;
        private readonly string text;
        private int at;

        private JsonReader(string text)
        {
            this.text = text;
        }

        public static object Read(string text)
        {
            if (string.IsNullOrEmpty(text))
                return null;
            try
            {
                JsonReader reader = new JsonReader(text);
                object value = reader.ReadValue(0);
                reader.Space();
                return reader.at == text.Length ? value : null;
            }
            catch (FormatException)
            {
                return null;
            }
        }

        /// <summary>A member of what was read, however deep, or null.</summary>
        public static object Find(object value, params string[] path)
        {
            foreach (string name in path)
            {
                Dictionary<string, object> members = value as Dictionary<string, object>;
                if (members == null || !members.TryGetValue(name, out value))
                    return null;
            }
            return value;
        }

        public static string FindText(object value, params string[] path)
        {
            return Find(value, path) as string;
        }

        private object ReadValue(int depth)
        {
            if (depth > DepthMax)
                throw new FormatException("too deep");
            Space();
            switch (Peek())
            {
                case '{': return ReadObject(depth);
                case '[': return ReadList(depth);
                case '"': return ReadString();
                case 't': return Word("true", true);
                case 'f': return Word("false", false);
                case 'n': return Word("null", null);
                default: return ReadNumber();
            }
        }

        private object ReadObject(int depth)
        {
            Dictionary<string, object> members = new Dictionary<string, object>(StringComparer.Ordinal);
            at++;
            Space();
            if (Take('}'))
                return members;
            do
            {
                Space();
                string name = ReadString();
                Space();
                Need(':');
                members[name] = ReadValue(depth + 1);
                Space();
            }
            while (Take(','));
            Need('}');
            return members;
        }

        private object ReadList(int depth)
        {
            List<object> list = new List<object>();
            at++;
            Space();
            if (Take(']'))
                return list;
            do
            {
                list.Add(ReadValue(depth + 1));
                Space();
            }
            while (Take(','));
            Need(']');
            return list;
        }

        private string ReadString()
        {
            Need('"');
            StringBuilder value = new StringBuilder();
            while (Peek() != '"')
            {
                char c = text[at++];
                if (c == '\\')
                    c = ReadEscape();
                value.Append(c);
            }
            at++;
            return value.ToString();
        }

        private char ReadEscape()
        {
            char c = Peek();
            at++;
            switch (c)
            {
                case 'n': return '\n';
                case 't': return '\t';
                case 'r': return '\r';
                case 'b': return '\b';
                case 'f': return '\f';
                case 'u':
                    int code;
                    if (at + 4 > text.Length || !int.TryParse(text.Substring(at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out code))
                        throw new FormatException("escape");
                    at += 4;
                    return (char)code;
                default: return c;
            }
        }

        private object ReadNumber()
        {
            int from = at;
            while (at < text.Length && "+-.eE0123456789".IndexOf(text[at]) >= 0)
                at++;
            double value;
            if (!double.TryParse(text.Substring(from, at - from), NumberStyles.Float, CultureInfo.InvariantCulture, out value))
                throw new FormatException("number");
            return value;
        }

        private object Word(string word, object value)
        {
            if (string.CompareOrdinal(text, at, word, 0, word.Length) != 0)
                throw new FormatException("word");
            at += word.Length;
            return value;
        }

        private void Space()
        {
            while (at < text.Length && (text[at] == ' ' || text[at] == '\n' || text[at] == '\r' || text[at] == '\t'))
                at++;
        }

        private char Peek()
        {
            if (at >= text.Length)
                throw new FormatException("end");
            return text[at];
        }

        private bool Take(char c)
        {
            if (at >= text.Length || text[at] != c)
                return false;
            at++;
            return true;
        }

        private void Need(char c)
        {
            if (!Take(c))
                throw new FormatException("expected " + c);
        }
    }
}
