import { etDayNumber, weekdayOf } from '../../../domain/sessions/new-york.js';
import { etMinuteOfDay, wallClock } from '../../../domain/sessions/session.js';
import type { EpochMs } from '../../../kernel/units.js';

const [FRIDAY, SATURDAY] = [5, 6];
// IBKR's "System Status" page for North America, read 2026-11: daily reset 00:15 to 01:45 New York, at the weekend Friday
// 23:00 to Saturday 03:00. The reset has begun at 23:45 in other years, and TWS restarts itself at about that time.
const NIGHT_FROM = 23 * 60 + 45;
const NIGHT_UNTIL = 60 + 45;
const WEEKEND_FROM = 23 * 60;
const WEEKEND_UNTIL = 3 * 60;

/** Why IBKR is expected to be away at an instant, as a sentence; undefined where it is expected to be there. */
export function plannedDowntime(at: EpochMs): string | undefined {
  const minute = etMinuteOfDay(at);
  const weekday = weekdayOf(etDayNumber(at));
  if ((weekday === FRIDAY && minute >= WEEKEND_FROM) || (weekday === SATURDAY && minute < WEEKEND_UNTIL))
    return `IBKR's weekend maintenance, Friday ${wallClock(WEEKEND_FROM)} to Saturday ${wallClock(WEEKEND_UNTIL)} New York`;
  if (minute >= NIGHT_FROM || minute < NIGHT_UNTIL)
    return `IBKR's nightly reset, ${wallClock(NIGHT_FROM)} to ${wallClock(NIGHT_UNTIL)} New York`;
  return undefined;
}
