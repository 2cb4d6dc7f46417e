import { openStretches } from '../../../domain/bars/gaps.js';
import type { SessionCalendar } from '../../../domain/sessions/calendar.js';
import { tradingDayEnd, tradingDayOf } from '../../../domain/sessions/trading-day.js';
import { type EpochMs, epochMs, HOUR, iso, MINUTE, SECOND } from '../../../kernel/units.js';

/** One request of 1-minute bars: it goes back `duration` from `end`; of what comes, `from <= open < to` is meant. */
export interface DayAsk {
  readonly from: EpochMs;
  readonly to: EpochMs;
  readonly end: EpochMs;
  /** As IBKR writes it: `600 S` or `1 D`. */
  readonly duration: string;
}

/** IBKR's step sizes give 1-minute bars for at most a day; a stretch in seconds for at most eight hours. */
const SECONDS_MAX = 8 * HOUR;
const SHORTEST = 2 * MINUTE;

/**
 * A stretch as requests of at most one trading day each, oldest first; days without an open minute are not asked for.
 * Each ends where a session ends, so that "1 D" means the same whether IBKR counts it as a session or as 24 hours.
 */
export function dayAsks(from: EpochMs, to: EpochMs, calendar: SessionCalendar): readonly DayAsk[] {
  const asks: DayAsk[] = [];
  for (let at = from; at < to; ) {
    const until = epochMs(Math.min(to, tradingDayEnd(tradingDayOf(at))));
    const open = openStretches(at, until, calendar);
    const [first, last] = [open[0], open.at(-1)];
    if (first && last) {
      const spanMs = Math.max(SHORTEST, last.until - first.from);
      const duration = spanMs <= SECONDS_MAX ? `${Math.ceil(spanMs / SECOND)} S` : '1 D';
      asks.push({ from: at, to: until, end: last.until, duration });
    }
    at = until;
  }
  return asks;
}

/** `20261120-14:31:00`, which IBKR reads as UTC. */
export const endText = (at: EpochMs): string => `${iso(at).slice(0, 10).replaceAll('-', '')}-${iso(at).slice(11, 19)}`;
