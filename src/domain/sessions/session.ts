import { assert } from '../../kernel/assert.js';
import type { EpochMs, TradingDay } from '../../kernel/units.js';
import { dayNumberOf, etDayNumber, etInstant, etMinuteOfDay, minuteOf } from './new-york.js';

export { etDate, etMinuteOfDay } from './new-york.js';

/** The trader's day in New York wall-clock time: 00:00-05:00, 05:00-12:00, 12:00-24:00. */
export type Session = 'pre-market' | 'active' | 'off-hours';

export interface SessionChange {
  readonly at: EpochMs;
  readonly session: Session;
}

const ACTIVE_FROM = 5 * 60;
const OFF_HOURS_FROM = 12 * 60;

/** A minute of the day as a wall clock shows it: 600 is "10:00". */
export const wallClock = (minuteOfDay: number): string =>
  `${String(Math.floor(minuteOfDay / 60)).padStart(2, '0')}:${String(minuteOfDay % 60).padStart(2, '0')}`;

export function sessionAt(at: EpochMs): Session {
  const minute = etMinuteOfDay(at);
  if (minute < ACTIVE_FROM) return 'pre-market';
  return minute < OFF_HOURS_FROM ? 'active' : 'off-hours';
}

/** The next session after the one of `at`, and the instant it begins. */
export function nextSessionChange(at: EpochMs): SessionChange {
  const day = etDayNumber(at);
  switch (sessionAt(at)) {
    case 'pre-market':
      return { at: etInstant(day, ACTIVE_FROM), session: 'active' };
    case 'active':
      return { at: etInstant(day, OFF_HOURS_FROM), session: 'off-hours' };
    case 'off-hours':
      return { at: etInstant(day + 1, 0), session: 'pre-market' };
  }
}

/** The session of `at` and the instant it began. */
export function currentSession(at: EpochMs): SessionChange {
  const day = etDayNumber(at);
  const session = sessionAt(at);
  if (session === 'pre-market') return { at: etInstant(day, 0), session };
  return { at: etInstant(day, session === 'active' ? ACTIVE_FROM : OFF_HOURS_FROM), session };
}

/** The first instant at which New York's clock shows `minuteOfDay` and that lies after `at` (minutes outside 01:00-03:00). */
export function nextEtMinute(at: EpochMs, minuteOfDay: number): EpochMs {
  const today = etInstant(etDayNumber(at), minuteOfDay);
  return today > at ? today : etInstant(etDayNumber(at) + 1, minuteOfDay);
}

/** The instant at which New York's clock shows "HH:mm" on a trading day's own date. */
export function etClockInstant(day: TradingDay, clock: string): EpochMs {
  const number = dayNumberOf(day);
  assert(number !== undefined, `not a trading day: ${day}`);
  return etInstant(number, minuteOf(clock));
}
