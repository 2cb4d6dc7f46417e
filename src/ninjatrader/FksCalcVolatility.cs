// New York time and the volatility rank of the FKS calculation. No NinjaTrader types in here.
using System;
using System.Collections.Generic;

namespace FuturesCopilot.Fks
{
    /// <summary>New York's wall clock. Instants are milliseconds since 1970-01-01 UTC.</summary>
    public static class FksNewYork
    {
        public const long MinuteMs = 60000;
        private const long HourMs = 60 * MinuteMs;
        private const long DayMs = 24 * HourMs;
        private const int RollMinute = 18 * 60;
        private static readonly DateTime Epoch = new DateTime(1970, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        private static readonly TimeZoneInfo Zone = FindZone();

        public static long MsOf(DateTime utc)
        {
            return (utc.Ticks - Epoch.Ticks) / TimeSpan.TicksPerMillisecond;
        }

        /// <summary>
        /// A platform's wall-clock time as UTC. The zones' clocks change at weekends, when the futures markets are shut, so
        /// no bar lies in an hour that exists twice or not at all; one that claims to is moved behind the gap.
        /// </summary>
        public static DateTime UtcOf(DateTime wallClock, TimeZoneInfo zone)
        {
            DateTime local = DateTime.SpecifyKind(wallClock, DateTimeKind.Unspecified);
            return TimeZoneInfo.ConvertTimeToUtc(zone.IsInvalidTime(local) ? local.AddHours(1) : local, zone);
        }

        /// <summary>Minutes since New York midnight, 0 to 1439.</summary>
        public static int MinuteOfDay(long utcMs)
        {
            long local = LocalMs(utcMs);
            return (int)((local - FloorDiv(local, DayMs) * DayMs) / MinuteMs);
        }

        /// <summary>Day number of the trading day: it rolls at 18:00, and Friday evening to Monday is Monday's.</summary>
        public static int TradingDay(long utcMs)
        {
            int day = (int)FloorDiv(LocalMs(utcMs), DayMs) + (MinuteOfDay(utcMs) >= RollMinute ? 1 : 0);
            while (IsWeekend(day))
                day += 1;
            return day;
        }

        // 1970-01-01 was a Thursday; 0 is Sunday, 6 Saturday.
        private static bool IsWeekend(int day)
        {
            int weekday = ((day + 4) % 7 + 7) % 7;
            return weekday == 0 || weekday == 6;
        }

        private static long LocalMs(long utcMs)
        {
            DateTime utc = Epoch.AddMilliseconds(utcMs);
            return utcMs + (long)Zone.GetUtcOffset(utc).TotalMilliseconds;
        }

        private static long FloorDiv(long a, long b)
        {
            return a >= 0 ? a / b : -((-a + b - 1) / b);
        }

        /// <summary>Windows and the other systems name the zone differently.</summary>
        private static TimeZoneInfo FindZone()
        {
            try
            {
                return TimeZoneInfo.FindSystemTimeZoneById("Eastern Standard Time");
            }
            catch (TimeZoneNotFoundException)
            {
                return TimeZoneInfo.FindSystemTimeZoneById("America/New_York");
            }
        }
    }

    /// <summary>The ATR values of one trading day, each with its New York minute of the day.</summary>
    public sealed class FksAtrDay
    {
        public readonly List<int> Minutes = new List<int>();
        public readonly List<double> Values = new List<double>();

        public void Add(int minute, double atr)
        {
            Minutes.Add(minute);
            Values.Add(atr);
        }
    }

    public sealed class FksVolatilityReading
    {
        /// <summary>0 to 100.</summary>
        public double Percentile { get; internal set; }
        /// <summary>Ranked among the same time of day; false: among the newest values, because history is short.</summary>
        public bool IsTimeOfDay { get; internal set; }
        /// <summary>Earlier trading days with a value at this time of day.</summary>
        public int Days { get; internal set; }

        public string Regime
        {
            get
            {
                if (Percentile < 20)
                    return "very low";
                if (Percentile < 40)
                    return "low";
                if (Percentile < 60)
                    return "normal";
                return Percentile < 80 ? "high" : "very high";
            }
        }
    }

    /// <summary>
    /// Where the current ATR stands among those of the same time of day. Ranking the US open against the night would
    /// call every open extreme; until five earlier days are there it is ranked against the newest 500 values.
    /// </summary>
    public static class FksVolatility
    {
        public const int DaysNeeded = 5;
        private const int SameTimeMinutes = 30;
        private const int RecentValues = 500;
        private const int DayMinutes = 1440;

        public static FksVolatilityReading Of(double atr, int minute, IList<FksAtrDay> earlier, FksAtrDay today)
        {
            int same = 0;
            int below = 0;
            int counted = 0;
            foreach (FksAtrDay day in earlier)
            {
                int before = same;
                for (int i = 0; i < day.Values.Count; i++)
                {
                    if (MinutesApart(day.Minutes[i], minute) > SameTimeMinutes)
                        continue;
                    same += 1;
                    if (day.Values[i] < atr)
                        below += 1;
                }
                if (same > before)
                    counted += 1;
            }
            FksVolatilityReading reading = new FksVolatilityReading();
            reading.Days = counted;
            reading.IsTimeOfDay = counted >= DaysNeeded;
            reading.Percentile = reading.IsTimeOfDay ? 100.0 * below / same : RecentRank(atr, earlier, today);
            return reading;
        }

        /// <summary>Share of the newest values strictly below the current one, itself included in the count.</summary>
        private static double RecentRank(double atr, IList<FksAtrDay> earlier, FksAtrDay today)
        {
            int seen = 0;
            int below = 0;
            for (int d = earlier.Count; d >= 0; d--)
            {
                List<double> values = d == earlier.Count ? today.Values : earlier[d].Values;
                for (int i = values.Count - 1; i >= 0 && seen < RecentValues; i--)
                {
                    seen += 1;
                    if (values[i] < atr)
                        below += 1;
                }
            }
            return seen == 0 ? 0 : 100.0 * below / seen;
        }

        /// <summary>Distance on the clock face: 23:50 and 00:10 are twenty minutes apart.</summary>
        private static int MinutesApart(int a, int b)
        {
            int apart = Math.Abs(a - b);
            return Math.Min(apart, DayMinutes - apart);
        }
    }
}
