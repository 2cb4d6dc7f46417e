import { after, type EpochMs, MINUTE, type Ticks, type TradingDay, ticks } from '../../kernel/units.js';
import type { Bar } from '../bars/bar.js';
import { etDate, etMinuteOfDay } from '../sessions/session.js';
import { tradingDayOf } from '../sessions/trading-day.js';

/** The first close beyond the opening range and its margin. */
export interface OpeningRangeSignal {
  readonly type: 'ORB';
  readonly direction: 'LONG' | 'SHORT';
  readonly triggerPrice: Ticks;
  readonly orHigh: Ticks;
  readonly orLow: Ticks;
  /** ATR 14 of the 5-minute bars closed with the trigger bar, in the unit it was handed in. */
  readonly atr: number;
  /** Close of the trigger bar. */
  readonly at: EpochMs;
}

export interface OpeningRange {
  readonly day: TradingDay;
  readonly high: Ticks;
  readonly low: Ticks;
  /** The half hour is over: the range will not change any more. */
  readonly over: boolean;
  /** Minutes of the half hour that are past and brought no bar. */
  readonly missing: number;
  /** Over, with a bar for each of its minutes. */
  readonly complete: boolean;
  readonly signal: OpeningRangeSignal | undefined;
}

export interface OpeningRangeFollower {
  /** The next 1-minute bar, with the ATR in ticks of the 5-minute bars that are closed when it closes. */
  push(bar: Bar, atr: number | undefined): void;
  /** Of the newest bar's trading day; undefined until a minute of its half hour is there. */
  read(): OpeningRange | undefined;
}

/** New York minutes of the day. */
export const OPENS = 9 * 60 + 30;
export const RANGE_MINUTES = 30;
export const OVER = OPENS + RANGE_MINUTES;
/** A signal comes with a close by noon or not at all. */
export const ENDS = 12 * 60;
export const MARGIN_ATR = 0.5;

/**
 * The range of the first half hour of the US stock session and the first break of it. A minute without trades leaves a
 * hole that is counted, not filled; a range with holes still gives its signal, and whoever shows it says how many there
 * are. At the roll of the trading day everything is forgotten, so no signal can come from yesterday's range.
 */
export function createOpeningRange(): OpeningRangeFollower {
  let day: TradingDay | undefined;
  let range: OpeningRange | undefined;
  let seen = 0;

  const widen = (bar: Bar, minute: number): OpeningRange => {
    seen += 1;
    const over = minute === OVER - 1;
    const missing = minute - OPENS + 1 - seen;
    return {
      day: tradingDayOf(bar.at),
      high: ticks(Math.max(bar.high, range?.high ?? bar.high)),
      low: ticks(Math.min(bar.low, range?.low ?? bar.low)),
      over,
      missing,
      complete: over && missing === 0,
      signal: undefined,
    };
  };

  return {
    push(bar, atr) {
      const its = tradingDayOf(bar.at);
      if (its !== day) [day, range, seen] = [its, undefined, 0];
      const minute = etMinuteOfDay(bar.at);
      // The evening before and a weekend belong to the day, but only its own morning has the range.
      if (minute < OPENS || etDate(bar.at) !== its) return;
      if (minute < OVER) range = widen(bar, minute);
      else if (range) range = judged(range.over ? range : closed(range, seen), { bar, atr, minute });
    },
    read: () => range,
  };
}

const closed = (range: OpeningRange, seen: number): OpeningRange => ({
  ...range,
  over: true,
  missing: RANGE_MINUTES - seen,
  complete: seen === RANGE_MINUTES,
});

interface Moment {
  readonly bar: Bar;
  readonly atr: number | undefined;
  readonly minute: number;
}

function judged(range: OpeningRange, { bar, atr, minute }: Moment): OpeningRange {
  if (range.signal || minute >= ENDS || atr === undefined) return range;
  const { high: orHigh, low: orLow } = range;
  const margin = MARGIN_ATR * atr;
  const direction = bar.close - orHigh > margin ? 'LONG' : orLow - bar.close > margin ? 'SHORT' : undefined;
  if (!direction) return range;
  const at = after(bar.at, MINUTE);
  return { ...range, signal: { type: 'ORB', direction, triggerPrice: bar.close, orHigh, orLow, atr, at } };
}
