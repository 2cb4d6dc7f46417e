import { after, DAY, type EpochMs, epochMs, HOUR, MINUTE, type TradingDay } from '../../kernel/units.js';
import { dateOf, dayNumberOf, etDayNumber, etInstant } from '../sessions/new-york.js';
import { etMinuteOfDay, nextEtMinute, sessionAt } from '../sessions/session.js';
import { parseTradingDay, shiftTradingDay, tradingDayOf } from '../sessions/trading-day.js';
import type { Span } from './coverage.js';
import { monthEnd, monthsBetween } from './month.js';

/** Dates of New York, both included; each begins at 18:00 of the evening before. */
export interface DateRange {
  readonly from: string;
  readonly to: string;
}

/** A year, and the leap day. */
export const BACKFILL_DAYS_MAX = 366;
/** The nightly run waits until the last focus plan of the morning is out of the way. */
const NIGHT_FROM = 12 * 60 + 5;
const OFF_HOURS_FROM = 12 * 60;
const EVENING = 18 * 60;

const THIN_MS_MAX = 2 * HOUR;
const BROUGHT_AFTER_MS = 12 * HOUR;
const BELIEVED_AFTER_MS = 3 * DAY;

/** The last trading day that has been over long enough for the silence of a thin market at its end to be believed. */
const lastSettledDay = (now: EpochMs): TradingDay => shiftTradingDay(tradingDayOf(after(now, -BROUGHT_AFTER_MS)), -1);

/** What is asked for when nobody says otherwise: the year up to the last trading day whose end is settled. */
export function usualRange(now: EpochMs, wish: Partial<DateRange> = {}): DateRange {
  const to = wish.to ?? lastSettledDay(now);
  return { to, from: wish.from ?? shiftDate(to, -364) };
}

/** Why a range cannot be asked for, as a sentence. */
export function rangeFault({ from, to }: DateRange, now: EpochMs): string | undefined {
  const [first, last] = [dayNumberOf(from), dayNumberOf(to)];
  if (first === undefined) return `"${from}" is no date`;
  if (last === undefined) return `"${to}" is no date`;
  if (first > last) return `${from} is after ${to}`;
  if (last - first >= BACKFILL_DAYS_MAX) return `${from} to ${to} is more than a year; ask for a year at a time`;
  if (etInstant(first - 1, EVENING) > now) return `${from} has not begun`;
  return undefined;
}

/** The instants of a range, as far as they lie in the past. */
export function spanOfDates({ from, to }: DateRange, now: EpochMs): Span {
  const start = etInstant((dayNumberOf(from) ?? 0) - 1, EVENING);
  const end = etInstant(dayNumberOf(to) ?? 0, EVENING);
  const past = Math.floor(now / MINUTE) * MINUTE;
  return { from: start, to: epochMs(Math.max(start, Math.min(end, past))) };
}

/** The store's months of a span, oldest first: what one job does. */
export const monthlySpans = ({ from, to }: Span): readonly (Span & { readonly month: string })[] =>
  monthsBetween(from, to).map((month, i) => ({
    month,
    from: i === 0 ? from : epochMs(Date.parse(`${month}-01T00:00:00Z`)),
    to: epochMs(Math.min(to, monthEnd(month))),
  }));

export const mayBackfill = (now: EpochMs): boolean => sessionAt(now) === 'off-hours';

/** When it may run next, where it may not now. */
export const mayBackfillFrom = (now: EpochMs): EpochMs => nextEtMinute(now, OFF_HOURS_FROM);

/** The trading day whose nightly backfill is the newest due one at an instant. */
export function nightDue(now: EpochMs): TradingDay {
  let number = etDayNumber(now) - (etMinuteOfDay(now) >= NIGHT_FROM ? 0 : 1);
  for (;;) {
    const day = parseTradingDay(dateOf(number));
    if (day !== undefined) return day;
    number -= 1;
  }
}

/**
 * From when on silence at the end of what a vendor brought is believed to mean that there was no trade. The last minutes of a
 * thin market are, half a day later; a longer silence may as well be a vendor that is behind, so it is after three days only.
 */
export const settledFrom = ({ from, to }: Span): EpochMs =>
  after(to, to - from <= THIN_MS_MAX ? BROUGHT_AFTER_MS : BELIEVED_AFTER_MS);

export const isSettledSilence = (span: Span, now: EpochMs): boolean => settledFrom(span) <= now;

const shiftDate = (date: string, days: number): string => dateOf((dayNumberOf(date) ?? 0) + days);
