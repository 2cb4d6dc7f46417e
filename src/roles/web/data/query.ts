import { z } from 'zod';
import { calendarCoversFrom } from '../../../domain/sessions/calendar.js';
import { dayNumberOf } from '../../../domain/sessions/new-york.js';
import { parseTradingDay, tradingDayOf } from '../../../domain/sessions/trading-day.js';
import { err, ok, type Result } from '../../../kernel/result.js';
import type { EpochMs, TradingDay } from '../../../kernel/units.js';
import { type FieldError, fieldErrors } from '../fields.js';

const DAYS = 60;
/** A year of trading days. */
const DAYS_MAX = 260;
const NO_DATE = 'must be one date such as 2026-11-18';

/** What a day must be beyond a text depends on the clock, and is checked apart. */
export const query = z.strictObject({
  days: z
    .string()
    .regex(/^\d+$/)
    .transform(Number)
    .pipe(z.int().min(1).max(DAYS_MAX))
    .default(DAYS)
    .describe('Trading days, the newest last'),
  symbol: z.string().trim().min(1).max(12).toUpperCase().optional().describe('One symbol of the watch list'),
  day: z.string().optional().describe('With a symbol: that trading day alone, from the archive too'),
});

const WANTED = {
  days: `must be a whole number from 1 to ${DAYS_MAX}`,
  symbol: 'must be one symbol of the watch list',
  day: NO_DATE,
};

export interface Asked {
  readonly days: number;
  readonly symbol: string | undefined;
  /** Comes with a symbol only. */
  readonly day: TradingDay | undefined;
}

/** What is asked for, or each field that cannot be answered. */
export function askedOf(given: unknown, now: EpochMs): Result<Asked, readonly FieldError[]> {
  const read = query.safeParse(given);
  if (!read.success) return err(fieldErrors(read.error, WANTED));
  const { days, symbol, day } = read.data;
  if (day === undefined) return ok({ days, symbol, day });
  const wanted = parseTradingDay(day);
  const problem = wanted === undefined ? whyNoDay(day) : whyUnknown(wanted, now);
  const errors: readonly FieldError[] = [
    ...(problem === undefined ? [] : [{ field: 'day', problem }]),
    ...(symbol === undefined ? [{ field: 'symbol', problem: 'must be given with a day' }] : []),
  ];
  return errors.length > 0 ? err(errors) : ok({ days, symbol, day: wanted });
}

const whyNoDay = (day: string): string =>
  dayNumberOf(day) === undefined ? NO_DATE : `must be a trading day, Monday to Friday: ${day} is on a weekend`;

function whyUnknown(day: TradingDay, now: EpochMs): string | undefined {
  const today = tradingDayOf(now);
  if (day < calendarCoversFrom)
    return `must not lie before ${calendarCoversFrom}: no exchange hours are known from before`;
  return day > today ? `must not lie ahead: the trading day under way is ${today}` : undefined;
}
