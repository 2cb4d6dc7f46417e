import { DateTime } from 'luxon';
import type { EpochMs } from '../../kernel/units.js';
import { etDayNumber } from './new-york.js';

/** New York's clock with as much of the date as a reader at `now` needs: `10:00` today, `Thu 10:00` within the week, `Thu 19 Nov 10:00`. */
export function etWhen(at: EpochMs, now: EpochMs, clock: 'HH:mm' | 'HH:mm:ss' = 'HH:mm'): string {
  const days = Math.abs(etDayNumber(at) - etDayNumber(now));
  const date = days === 0 ? '' : days < 7 ? 'ccc ' : 'ccc d LLL ';
  return DateTime.fromMillis(at, { zone: 'America/New_York', locale: 'en-US' }).toFormat(date + clock);
}
