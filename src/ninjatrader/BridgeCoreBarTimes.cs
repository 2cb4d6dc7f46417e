using System;

namespace FuturesCopilot.Bridge
{
    /// <summary>A closed minute; the time is its open, in UTC.</summary>
    internal struct BarRow
    {
        public DateTime OpenUtc;
        public double Open, High, Low, Close;
        public long Volume;
    }

    /// <summary>
    /// Turns the platform's stamps, which are closes on the wall clock of its options, into opens in UTC. In the hour that autumn
    /// repeats the stamps go over twice; which of the two it is follows from the bar before.
    /// </summary>
    internal sealed class BarTimes
    {
        private readonly TimeZoneInfo zone;
        private DateTime before = DateTime.MinValue;

        public BarTimes(TimeZoneInfo zone)
        {
            this.zone = zone ?? TimeZoneInfo.Local;
        }

        public DateTime OpenUtc(DateTime close)
        {
            DateTime utc = close.Kind == DateTimeKind.Utc ? close : ToUtc(DateTime.SpecifyKind(close, DateTimeKind.Unspecified));
            before = utc;
            return utc.AddMinutes(-1);
        }

        private DateTime ToUtc(DateTime local)
        {
            // The hour that spring leaves out does not exist; a clock that shows it has not been put forward.
            if (zone.IsInvalidTime(local))
                local = local.AddHours(1);
            DateTime later = DateTime.SpecifyKind(local - zone.BaseUtcOffset, DateTimeKind.Utc);
            if (!zone.IsAmbiguousTime(local))
                return TimeZoneInfo.ConvertTimeToUtc(local, zone);
            DateTime earlier = later.AddHours(-1);
            return earlier > before ? earlier : later;
        }
    }
}
