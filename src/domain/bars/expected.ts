import { after, type EpochMs, epochMs, MINUTE, type TradingDay } from '../../kernel/units.js';
import type { SessionCalendar } from '../sessions/calendar.js';
import { tradingDayEnd, tradingDayStart } from '../sessions/trading-day.js';
import { type Gap, openStretches } from './gaps.js';

/** The open stretches of a trading day, as far as they had been over by `until`: each of their minutes should have a bar. */
export function expectedOf(day: TradingDay, calendar: SessionCalendar, until?: EpochMs): readonly Gap[] {
  // A market through the week opens on Sunday before the day's own 18:00.
  const opens = calendar.hoursOf(day)?.open ?? tradingDayStart(day);
  const from = epochMs(Math.min(opens, tradingDayStart(day)));
  const end = epochMs(Math.min(tradingDayEnd(day), until ?? Number.POSITIVE_INFINITY));
  return openStretches(from, epochMs(Math.floor(end / MINUTE) * MINUTE), calendar);
}

export const minutesIn = (stretches: readonly Gap[]): number =>
  stretches.reduce((sum, { minutes }) => sum + minutes, 0);

/** The minutes of the stretches that are not among the open times, which are in order. */
export function missingFrom(stretches: readonly Gap[], times: ArrayLike<number>): readonly Gap[] {
  const missing: Gap[] = [];
  const miss = (from: number, until: number): void => {
    if (until > from) missing.push({ from: epochMs(from), until: epochMs(until), minutes: (until - from) / MINUTE });
  };
  let i = 0;
  for (const { from, until } of stretches) {
    let next: EpochMs = from;
    while (i < times.length && (times[i] ?? 0) < from) i += 1;
    for (; i < times.length && (times[i] ?? 0) < until; i += 1) {
      const at = epochMs(times[i] ?? 0);
      miss(next, at);
      next = after(at, MINUTE);
    }
    miss(next, until);
  }
  return missing;
}
