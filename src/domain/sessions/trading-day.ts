import { assert } from '../../kernel/assert.js';
import type { EpochMs, TradingDay } from '../../kernel/units.js';
import { dateOf, dayNumberOf, etDayNumber, etInstant, etMinuteOfDay, weekdayOf } from './new-york.js';

/** ET minute at which the trading day rolls: 18:00 New York, 17:00 Chicago. */
const ROLL_MINUTE = 18 * 60;
const [SUNDAY, SATURDAY] = [0, 6];

let window: { readonly from: number; readonly until: number; readonly day: TradingDay } | undefined;

/**
 * The trading day an instant belongs to. Days roll at 18:00 New York; everything from Friday 18:00 to Monday 18:00 is
 * Monday's. Holidays do not shift it: a short holiday session (or a shut day) is a day of its own here, although the
 * exchange clears such a session with the next business day, because limits and P&L reset by the clock.
 */
export function tradingDayOf(at: EpochMs): TradingDay {
  if (!window || at < window.from || at >= window.until) window = windowOf(at);
  return window.day;
}

/** 18:00 New York on the evening before the day: where its session, its VWAP and its P&L begin (Sunday for a Monday). */
export const tradingDayStart = (day: TradingDay): EpochMs => etInstant(numberOf(day) - 1, ROLL_MINUTE);

/** 18:00 New York on the day itself. */
export const tradingDayEnd = (day: TradingDay): EpochMs => etInstant(numberOf(day), ROLL_MINUTE);

/** Reads `yyyy-MM-dd`; undefined when it is no date or falls on a weekend, which has no trading day. */
export function parseTradingDay(text: string): TradingDay | undefined {
  const number = dayNumberOf(text);
  return number === undefined || isWeekend(number) ? undefined : (text as TradingDay);
}

/** A trading day written in code. */
export function tradingDay(text: string): TradingDay {
  const day = parseTradingDay(text);
  assert(day !== undefined, `not a trading day: ${text}`);
  return day;
}

/** The weekday `count` weekdays after a trading day (before it, when negative). */
export function shiftTradingDay(day: TradingDay, count: number): TradingDay {
  const step = Math.sign(count);
  let number = numberOf(day);
  for (let left = Math.abs(count); left > 0; left -= 1) {
    number += step;
    while (isWeekend(number)) number += step;
  }
  return dateOf(number) as TradingDay;
}

function windowOf(at: EpochMs): NonNullable<typeof window> {
  let number = etDayNumber(at) + (etMinuteOfDay(at) >= ROLL_MINUTE ? 1 : 0);
  while (isWeekend(number)) number += 1;
  let before = number - 1;
  while (isWeekend(before)) before -= 1;
  const day = dateOf(number) as TradingDay;
  return { from: etInstant(before, ROLL_MINUTE), until: etInstant(number, ROLL_MINUTE), day };
}

function isWeekend(dayNumber: number): boolean {
  const weekday = weekdayOf(dayNumber);
  return weekday === SUNDAY || weekday === SATURDAY;
}

function numberOf(day: TradingDay): number {
  const number = dayNumberOf(day);
  assert(number !== undefined, `not a trading day: ${day}`);
  return number;
}
