import type { Bar } from '../../../domain/bars/bar.js';
import { after, type EpochMs, epochMs, MINUTE, SECOND, type Ticks, ticks } from '../../../kernel/units.js';

export const INTERVAL_MS = 5 * SECOND;
export const INTERVALS = MINUTE / INTERVAL_MS;

/** Five seconds of trading in one contract. */
export interface Interval {
  /** The instant it opens. */
  readonly at: EpochMs;
  readonly open: Ticks;
  readonly high: Ticks;
  readonly low: Ticks;
  readonly close: Ticks;
  readonly volume: number;
  /** Trades in it. */
  readonly trades: number;
}

/** Without a trade an interval's prices only repeat the last. */
export const hasTraded = ({ trades, volume }: Interval): boolean => trades > 0 || volume > 0;

/** A minute, made. */
export interface BuiltMinute {
  /** The instant it opens. */
  readonly at: EpochMs;
  /** Intervals that were heard, of twelve. */
  readonly heard: number;
  /** Undefined when nothing was traded: a market that stood still has no bar. */
  readonly bar: Bar | undefined;
}

/** Lays 5-second intervals of one contract into minutes, in whatever order they come. */
export interface Minutes {
  /** False for one that is there already, or whose minute was taken away. */
  take(interval: Interval): boolean;
  /** Takes away the oldest minute when all of its intervals are there, or when it closes by `until`. */
  next(until: EpochMs): BuiltMinute | undefined;
}

export const minuteOf = (at: EpochMs): EpochMs => epochMs(Math.floor(at / MINUTE) * MINUTE);

export function createMinutes(): Minutes {
  const minutes = new Map<EpochMs, Map<EpochMs, Interval>>();
  let takenAway = Number.NEGATIVE_INFINITY;
  return {
    take(interval) {
      const minute = minuteOf(interval.at);
      if (minute <= takenAway) return false;
      const heard = minutes.get(minute) ?? new Map<EpochMs, Interval>();
      if (heard.has(interval.at)) return false;
      minutes.set(minute, heard.set(interval.at, interval));
      return true;
    },
    next(until) {
      const at = epochMs(Math.min(...minutes.keys()));
      const heard = minutes.get(at);
      if (!heard || (heard.size < INTERVALS && after(at, MINUTE) > until)) return undefined;
      minutes.delete(at);
      takenAway = at;
      return { at, heard: heard.size, bar: joined(at, [...heard.values()]) };
    },
  };
}

function joined(at: EpochMs, heard: readonly Interval[]): Bar | undefined {
  const traded = heard.filter(hasTraded).sort((a, b) => a.at - b.at);
  const [first, last] = [traded[0], traded.at(-1)];
  if (!first || !last) return undefined;
  return {
    at,
    open: first.open,
    high: ticks(Math.max(...traded.map(({ high }) => high))),
    low: ticks(Math.min(...traded.map(({ low }) => low))),
    close: last.close,
    volume: traded.reduce((sum, { volume }) => sum + volume, 0),
  };
}

/** The next whole minute after an instant. */
export const nextMinute = (at: EpochMs): EpochMs => after(minuteOf(at), MINUTE);
