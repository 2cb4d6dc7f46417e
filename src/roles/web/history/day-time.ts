import { etClockInstant, wallClock } from '../../../domain/sessions/session.js';
import { tradingDayOf, tradingDayStart } from '../../../domain/sessions/trading-day.js';
import { err, ok, type Result } from '../../../kernel/result.js';
import { after, type EpochMs, epochMs, MINUTE, type TradingDay } from '../../../kernel/units.js';

/** Minutes of a trading day on the slider: from 18:00 of the evening before to 17:00 New York. */
export const MINUTES_OF_DAY = 23 * 60;
const ROLL_MINUTE = 18 * 60;
const MINUTES_OF_A_DATE = 24 * 60;

/** `at` as `04:50` New York or as an ISO instant, within a trading day. Clock times from 18:00 on are those of the evening before. */
export function instantOf(text: string, day: TradingDay): Result<EpochMs, string> {
  const clock = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text);
  if (clock)
    return ok(
      atMinute(day, (Number(clock[1]) * 60 + Number(clock[2]) - ROLL_MINUTE + MINUTES_OF_A_DATE) % MINUTES_OF_A_DATE),
    );
  const ms = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  if (Number.isNaN(ms))
    return err(`at is "${text.slice(0, 40)}"; expected a New York minute such as 04:50, or an ISO instant`);
  const at = epochMs(ms);
  return tradingDayOf(at) === day ? ok(at) : err(`at is ${text}, which is not in the trading day ${day}`);
}

/** The instant of a slider position. */
export function atMinute(day: TradingDay, minute: number): EpochMs {
  const wall = ROLL_MINUTE + minute;
  // A Monday begins on Sunday evening; from midnight on its own date counts.
  return wall < MINUTES_OF_A_DATE
    ? after(tradingDayStart(day), minute * MINUTE)
    : etClockInstant(day, wallClock(wall - MINUTES_OF_A_DATE));
}

/** The slider position of an instant of the day. */
export function minuteOf(day: TradingDay, at: EpochMs): number {
  const minute = Math.floor((at - tradingDayStart(day)) / MINUTE);
  return Math.min(MINUTES_OF_DAY, Math.max(0, minute));
}
