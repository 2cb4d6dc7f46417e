using System;
using System.Globalization;

namespace FuturesCopilot.Bridge
{
    /// <summary>How times are said to the trader.</summary>
    internal static class BarWords
    {
        public static string Minute(DateTime utc)
        {
            return utc.ToString("HH:mm", CultureInfo.InvariantCulture) + " UTC";
        }

        public static string Seconds(double seconds)
        {
            return Math.Ceiling(seconds).ToString("#,0", CultureInfo.InvariantCulture) + " s";
        }

        /// <summary>Why a bar may be ahead of the co-pilot's clock, and what to do.</summary>
        public static string Clocks(DateTime ours, DateTime theirs)
        {
            double ahead = (ours - theirs).TotalSeconds;
            // The answer's way here takes a moment too.
            if (Math.Abs(ahead) < 2)
                return "this computer's clock and the co-pilot's agree, so the bar's stamp is ahead: check the time zone in NinjaTrader's options";
            return "this computer's clock is " + Seconds(Math.Abs(ahead)) + (ahead > 0 ? " ahead of" : " behind") + " the co-pilot's: set both by a time server";
        }
    }
}
