import { DateTime, IANAZone } from 'luxon';
import { assert } from '../../kernel/assert.js';
import { DAY, type EpochMs, epochMs, HOUR, MINUTE } from '../../kernel/units.js';

// New York wall-clock arithmetic. The zone data comes from luxon once per year; a bar costs two comparisons.

interface Span {
  readonly from: number;
  readonly until: number;
  readonly offset: number;
}

const zone = IANAZone.create('America/New_York');
const YEARS_KEPT_MAX = 200;
const DATES_KEPT_MAX = 20_000;
const spansByYear = new Map<number, readonly Span[]>();
const datesByNumber = new Map<number, string>();
const numbersByDate = new Map<string, number>();
let span: Span = { from: 0, until: 0, offset: 0 };

/** Days since 1970-01-01 of the New York calendar date at an instant. */
export const etDayNumber = (at: EpochMs): number => Math.floor((at + offsetAt(at)) / DAY);

/** Minutes since New York midnight on the wall clock, 0-1439. */
export function etMinuteOfDay(at: EpochMs): number {
  const local = at + offsetAt(at);
  return Math.floor((local - Math.floor(local / DAY) * DAY) / MINUTE);
}

/** The New York calendar date, `yyyy-MM-dd`. */
export const etDate = (at: EpochMs): string => dateOf(etDayNumber(at));

/** The instant at which New York's wall clock shows a minute of a day. Meant for minutes the clock change never touches (not 01:00-03:00). */
export function etInstant(dayNumber: number, minuteOfDay: number): EpochMs {
  const local = dayNumber * DAY + minuteOfDay * MINUTE;
  const guess = local - offsetAt(epochMs(local + 5 * HOUR));
  return epochMs(local - offsetAt(epochMs(guess)));
}

/** `yyyy-MM-dd` of a day number. */
export function dateOf(dayNumber: number): string {
  const known = datesByNumber.get(dayNumber);
  if (known !== undefined) return known;
  const text = DateTime.fromMillis(dayNumber * DAY, { zone: 'utc' }).toISODate();
  assert(text !== null, `no date for day number ${dayNumber}`);
  return remember(datesByNumber, dayNumber, text, DATES_KEPT_MAX);
}

/** Day number of a `yyyy-MM-dd` date, or undefined when it is not a date of the calendar. */
export function dayNumberOf(date: string): number | undefined {
  const known = numbersByDate.get(date);
  if (known !== undefined) return known;
  const parsed = DateTime.fromFormat(date, 'yyyy-MM-dd', { zone: 'utc' });
  return parsed.isValid ? remember(numbersByDate, date, parsed.toMillis() / DAY, DATES_KEPT_MAX) : undefined;
}

/** 0 Sunday to 6 Saturday; 1970-01-01 was a Thursday. */
export const weekdayOf = (dayNumber: number): number => (((dayNumber + 4) % 7) + 7) % 7;

/** Minutes since midnight of "HH:mm". */
export function minuteOf(clock: string): number {
  const match = /^(\d\d):(\d\d)$/.exec(clock);
  assert(match !== null, `not a wall clock time: ${clock}`);
  return Number(match[1]) * 60 + Number(match[2]);
}

function offsetAt(at: EpochMs): number {
  if (at < span.from || at >= span.until) span = spanOf(at);
  return span.offset;
}

function spanOf(at: EpochMs): Span {
  const { year } = DateTime.fromMillis(at, { zone: 'utc' });
  const spans = spansByYear.get(year) ?? remember(spansByYear, year, spansOf(year), YEARS_KEPT_MAX);
  const found = spans.find(({ from, until }) => at >= from && at < until);
  assert(found !== undefined, `no New York offset at ${at}`);
  return found;
}

/** The stretches of equal offset within a UTC year; New York changes its clock at most once in each half. */
function spansOf(year: number): readonly Span[] {
  const edges = [utc(year, 1), utc(year, 7), utc(year + 1, 1)];
  return edges.slice(1).flatMap((until, i) => {
    const from = edges[i] ?? until;
    const [first, last] = [zone.offset(from), zone.offset(until - 1)];
    if (first === last) return [{ from, until, offset: first * MINUTE }];
    const change = changeBetween(from, until - 1);
    return [
      { from, until: change, offset: first * MINUTE },
      { from: change, until, offset: last * MINUTE },
    ];
  });
}

const utc = (year: number, month: number): number => DateTime.utc(year, month, 1).toMillis();

function changeBetween(from: number, until: number): number {
  const before = zone.offset(from);
  let [low, high] = [from, until];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (zone.offset(middle) === before) low = middle;
    else high = middle;
  }
  return high;
}

function remember<K, V>(cache: Map<K, V>, key: K, value: V, max: number): V {
  if (cache.size >= max) cache.clear();
  cache.set(key, value);
  return value;
}
