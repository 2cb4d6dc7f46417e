using System.Collections.Generic;
using System.Globalization;

namespace FuturesCopilot.Bridge
{
    /// <summary>What the trader should know about the reports: the co-pilot's last answers, or why there are none.</summary>
    internal sealed class BridgeStatus
    {
        /// <summary>As long as the co-pilot itself waits until it calls an account STALE.</summary>
        private const long SilentAfterMs = 10000;
        private readonly object gate = new object();
        private readonly SortedDictionary<string, string> answers = new SortedDictionary<string, string>();
        private string trouble;
        private long heardAt = long.MinValue;

        /// <summary>Takes an answer to a snapshot; true when it says something else than the one before.</summary>
        public bool Heard(string account, object answer, long now)
        {
            string verdict = JsonReader.FindText(answer, "verdict") ?? "taken";
            object mayTrade = JsonReader.Find(answer, "risk", "can_trade");
            string entries = ", no word on entries";
            if (mayTrade is bool)
                entries = (bool)mayTrade ? ", entries allowed" : ", NO ENTRY: " + JsonWriter.Clean(JsonReader.FindText(answer, "risk", "block_reason"), 200);
            string text = account + " " + verdict + entries;
            lock (gate)
            {
                string before;
                bool isNews = !answers.TryGetValue(account, out before) || before != text || trouble != null;
                answers[account] = text;
                trouble = null;
                heardAt = now;
                return isNews;
            }
        }

        public void Trouble(string text)
        {
            lock (gate)
                trouble = text;
        }

        public string Describe(long now)
        {
            lock (gate)
            {
                if (heardAt == long.MinValue)
                    return trouble == null ? "co-pilot: starting" : "co-pilot: NOT REPORTING: " + trouble;
                if (now - heardAt > SilentAfterMs)
                    return "co-pilot: NOT REPORTING for " + ((now - heardAt) / 1000).ToString(CultureInfo.InvariantCulture) + " s: " + (trouble ?? "no answer");
                return "co-pilot: " + string.Join(" | ", new List<string>(answers.Values).ToArray());
            }
        }
    }

    /// <summary>Says that the script lives, whatever its accounts do.</summary>
    internal sealed class HeartbeatWork : IBridgeWork
    {
        private const long EveryMs = 10000;
        /// <summary>An older intake does not know heartbeats.</summary>
        private const long UnknownMs = 300000;
        private readonly BridgeCore core;
        private long dueAt;

        public HeartbeatWork(BridgeCore core)
        {
            this.core = core;
        }

        public long DueAt
        {
            get { return dueAt; }
        }

        public void Run()
        {
            BridgeAnswer answer = core.Post("heartbeat", BridgeBody.Heartbeat(core.Epoch, core.UtcNow, core.Accounts));
            dueAt = core.Now + (answer.Status == 404 ? UnknownMs : EveryMs);
            // Where snapshots go out their own answers say how things are.
            if (!answer.IsOk && !core.HasAttached)
                core.Failed(answer, null);
        }
    }
}
