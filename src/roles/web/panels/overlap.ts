import { etDayNumber, etInstant, weekdayOf } from '../../../domain/sessions/new-york.js';
import { etMinuteOfDay } from '../../../domain/sessions/session.js';
import { type EpochMs, iso } from '../../../kernel/units.js';
import { etWhen } from '../format.js';

// Usual hours of the two share markets, as they publish them: London 08:00-16:30, New York 09:30-16:00, each in its own
// time. Their holidays are not known here, so the line speaks of usual hours.
const LONDON = { opens: 8 * 60, closes: 16 * 60 + 30 };
const NEW_YORK = { opens: 9 * 60 + 30, closes: 16 * 60 };
const DAY_MINUTES = 24 * 60;

const londonClock = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/London',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

/** Which of London and New York trades shares now, and when that changes; undefined when neither does today any more. */
export function overlapView(now: EpochMs) {
  const day = etDayNumber(now);
  const weekday = weekdayOf(day);
  if (weekday === 0 || weekday === 6) return undefined;
  const minute = etMinuteOfDay(now);
  const ahead = (((londonMinute(now) - minute) % DAY_MINUTES) + DAY_MINUTES) % DAY_MINUTES;
  const london = { opens: LONDON.opens - ahead, closes: LONDON.closes - ahead };
  const at = (change: number) => ({ at: iso(etInstant(day, change)), when: etWhen(etInstant(day, change), now) });
  if (minute < london.opens) return { isBoth: false, text: 'London opens', ...at(london.opens) };
  if (minute < NEW_YORK.opens)
    return { isBoth: false, text: 'London; overlap with New York from', ...at(NEW_YORK.opens) };
  if (minute < london.closes) return { isBoth: true, text: 'London and New York overlap until', ...at(london.closes) };
  if (minute < NEW_YORK.closes) return { isBoth: false, text: 'New York until', ...at(NEW_YORK.closes) };
  return undefined;
}

function londonMinute(now: EpochMs): number {
  const [hour, minute] = londonClock.format(now).split(':').map(Number);
  return (hour ?? 0) * 60 + (minute ?? 0);
}
