using System;
using System.Collections.Generic;
using System.Globalization;

namespace FuturesCopilot.Bridge
{
    internal static class BarBody
    {
        /// <summary>`intake` names the start of the co-pilot that the bars are meant for; null where none was heard of.</summary>
        public static string Of(string symbol, string intake, List<BarRow> some)
        {
            JsonWriter json = new JsonWriter();
            json.Open('{').Field("symbol", symbol);
            if (intake != null)
                json.Field("intake", intake);
            json.Key("bars").Open('[');
            foreach (BarRow bar in some)
            {
                json.Open('{').Field("ts", JsonWriter.Instant(bar.OpenUtc)).Field("open", (double?)bar.Open).Field("high", (double?)bar.High);
                json.Field("low", (double?)bar.Low).Field("close", (double?)bar.Close).Field("volume", bar.Volume).Close('}');
            }
            return json.Close(']').Close('}').ToString();
        }
    }

    /// <summary>What the co-pilot said to a body of bars.</summary>
    internal sealed class BarReply
    {
        private const int TextMax = 200;
        private readonly BridgeAnswer answer;
        private readonly string reason;
        private readonly List<string> others = new List<string>();

        public BarReply(BridgeAnswer answer)
        {
            this.answer = answer;
            Faults = new SortedDictionary<int, string>();
            object read = JsonReader.Read(answer.Text);
            Intake = JsonReader.FindText(read, "intake");
            reason = JsonReader.FindText(read, "reason");
            DateTime at;
            DateTimeStyles utc = DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal;
            if (DateTime.TryParse(JsonReader.FindText(read, "at"), CultureInfo.InvariantCulture, utc, out at))
                At = at;
            List<object> errors = JsonReader.Find(read, "errors") as List<object>;
            if (errors != null)
                foreach (object error in errors)
                    Take(JsonReader.FindText(error, "field") ?? string.Empty, JsonReader.FindText(error, "problem") ?? string.Empty);
        }

        /// <summary>Names one start of the co-pilot; null from an older one.</summary>
        public string Intake { get; private set; }

        /// <summary>The co-pilot's clock when it answered; null from an older one.</summary>
        public DateTime? At { get; private set; }

        /// <summary>What is wrong with which bar, by its place in the body.</summary>
        public SortedDictionary<int, string> Faults { get; private set; }

        /// <summary>True when single bars are refused, and without them the rest would be taken.</summary>
        public bool RefusesBarsOf(List<BarRow> some)
        {
            foreach (int place in Faults.Keys)
                if (place >= some.Count)
                    return false;
            return answer.Status == 400 && Faults.Count > 0 && others.Count == 0;
        }

        /// <summary>True when nothing was taken because the body was meant for an earlier start of the co-pilot.</summary>
        public bool IsOfAnotherStart(string known)
        {
            return answer.Status == 409 && Intake != null && Intake != known;
        }

        /// <summary>How long a refused bar still lasts by the co-pilot's clock; zero or less for one that is over, or where that is unknown.</summary>
        public double EarlyMs(BarRow bar)
        {
            return At.HasValue ? (bar.OpenUtc.AddMinutes(1) - At.Value).TotalMilliseconds : 0;
        }

        public string Describe()
        {
            if (answer.Status == 400 && others.Count > 0)
                return "the co-pilot refuses " + JsonWriter.Clean(string.Join("; ", others.ToArray()), TextMax);
            if (reason == null || answer.Status == 401 || answer.Status == 404)
                return answer.Describe();
            return "the co-pilot says: " + JsonWriter.Clean(reason, TextMax) + " (" + answer.Status + ")";
        }

        private void Take(string field, string problem)
        {
            string[] path = field.Split('.');
            int place;
            if (path.Length > 1 && path[0] == "bars" && int.TryParse(path[1], NumberStyles.None, CultureInfo.InvariantCulture, out place))
            {
                string text = path.Length > 2 && path[2] != "ts" ? path[2] + ": " + problem : problem;
                Faults[place] = Faults.ContainsKey(place) ? Faults[place] + "; " + text : text;
            }
            // Of the whole body it is said how many more faults there are than are named.
            else if (field != "body" || Faults.Count == 0)
                others.Add(field.Length == 0 ? problem : field + ": " + problem);
        }
    }
}
