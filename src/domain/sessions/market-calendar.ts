import { assert } from '../../kernel/assert.js';
import type { EpochMs, TradingDay } from '../../kernel/units.js';
import type { CalendarId, HolidayRow, MarketPhase, MarketState, SessionCalendar, WeeklyHours } from './calendar.js';
import { dateOf, dayNumberOf, etDayNumber, etInstant, etMinuteOfDay, minuteOf, weekdayOf } from './new-york.js';
import { parseTradingDay, shiftTradingDay } from './trading-day.js';

/** A stretch of one New York calendar date, in minutes of its wall clock. */
interface Stretch {
  readonly from: number;
  readonly until: number;
  readonly phase: MarketPhase;
  readonly note: string | undefined;
}

interface Facts {
  readonly id: CalendarId;
  readonly weekly: readonly WeeklyHours[];
  readonly holidays: readonly HolidayRow[];
}

type Window = MarketState & { readonly from: EpochMs };

const [SUNDAY, MONDAY, FRIDAY, SATURDAY] = [0, 1, 5, 6];
const EVENING = 18 * 60;
const MIDNIGHT = 24 * 60;
const DATES_KEPT_MAX = 1_000;
const LONGEST_PHASE_DAYS = 10;

/** Turns dated weekly hours and holiday rows into the questions the rest of the program asks. */
export function createCalendar(facts: Facts): SessionCalendar {
  const rows = new Map(facts.holidays.map((row) => [row.date, row]));
  const kept = new Map<number, readonly Stretch[]>();
  let window: Window | undefined;

  const stretchesOf = (day: number): readonly Stretch[] => {
    const known = kept.get(day);
    if (known) return known;
    if (kept.size >= DATES_KEPT_MAX) kept.clear();
    const stretches = planDate(day, { hours: hoursFrom(facts.weekly, dateOf(day)), row: (n) => rows.get(dateOf(n)) });
    kept.set(day, stretches);
    return stretches;
  };

  const stateAt = (at: EpochMs): MarketState => {
    if (!window || at < window.from || at >= window.changesAt) window = windowAt(at, stretchesOf);
    return window;
  };

  const hoursOf = (day: TradingDay) => {
    const number = dayNumberOf(day);
    const row = rows.get(day);
    if (number === undefined || parseTradingDay(day) === undefined || isShut(row)) return undefined;
    const hours = hoursFrom(facts.weekly, day);
    if (hours.pausesDaily === false) return throughWeekHours(number, minuteOf(hours.closesAt));
    const close = etInstant(number, minuteOf(row?.closesAt ?? hours.closesAt));
    if (hours.opensAt !== undefined) return { open: etInstant(number, minuteOf(hours.opensAt)), close };
    return { open: etInstant(number - 1, EVENING), close };
  };

  return {
    id: facts.id,
    zone: 'America/New_York',
    rollHour: 18,
    holidays: facts.holidays,
    stateAt,
    isOpen: (at) => stateAt(at).isOpen,
    hoursOf,
    lastTradingDays(day, n) {
      const days: TradingDay[] = [];
      for (let next = day; days.length < n; next = shiftTradingDay(next, -1)) if (hoursOf(next)) days.push(next);
      return days.reverse();
    },
    isBusinessDay: (day) =>
      parseTradingDay(day) !== undefined && !isShut(rows.get(day)) && rows.get(day)?.settles !== false,
  };
}

const isShut = (row: HolidayRow | undefined): boolean => row !== undefined && row.closesAt === undefined;

const noteOf = (row: HolidayRow): string => (row.projected ? `${row.name} (projected)` : row.name);

function hoursFrom(weekly: readonly WeeklyHours[], date: string): WeeklyHours {
  const hours = weekly.findLast(({ from }) => from <= date) ?? weekly[0];
  assert(hours !== undefined, 'a calendar without weekly hours');
  return hours;
}

interface DatePlan {
  readonly hours: WeeklyHours;
  row(day: number): HolidayRow | undefined;
}

/** The day session of a date, the pause after it, and the evening that belongs to the next trading day. */
function planDate(day: number, { hours, row }: DatePlan): readonly Stretch[] {
  const weekday = weekdayOf(day);
  const plan: Stretch[] = [];
  const add = (until: number, phase: MarketPhase, note?: string): void => {
    const from = plan.at(-1)?.until ?? 0;
    if (until > from) plan.push({ from, until, phase, note });
  };
  if (hours.pausesDaily === false) {
    addThroughWeek(add, { weekday, turns: minuteOf(hours.closesAt) });
    return plan;
  }
  if (hours.opensAt !== undefined) {
    addDayMarket(add, { weekday, opens: minuteOf(hours.opensAt), closes: minuteOf(hours.closesAt), row: row(day) });
    return plan;
  }
  if (weekday === SATURDAY) add(MIDNIGHT, 'weekend');
  else if (weekday === SUNDAY) add(EVENING, 'weekend');
  else addDaySession(add, { hours, row: row(day), isFriday: weekday === FRIDAY });

  const next = row(day + 1);
  if (weekday === FRIDAY) add(MIDNIGHT, 'weekend');
  else if (next && isShut(next)) add(MIDNIGHT, 'holiday', noteOf(next));
  else add(MIDNIGHT, 'open', next && noteOf(next));
  return plan;
}

type Add = (until: number, phase: MarketPhase, note?: string) => void;

/** Open from Sunday to Friday at the same minute of the clock; there is no exchange that keeps holidays. */
function addThroughWeek(add: Add, { weekday, turns }: { weekday: number; turns: number }): void {
  if (weekday === SUNDAY) add(turns, 'weekend');
  if (weekday === FRIDAY) add(turns, 'open');
  add(MIDNIGHT, weekday === FRIDAY || weekday === SATURDAY ? 'weekend' : 'open');
}

/** The first and last minute of a trading day of such a market: days turn at 18:00, the week begins and ends with it. */
function throughWeekHours(day: number, turns: number): { readonly open: EpochMs; readonly close: EpochMs } {
  const weekday = weekdayOf(day);
  const open = etInstant(day - 1, weekday === MONDAY ? turns : EVENING);
  return { open, close: etInstant(day, weekday === FRIDAY ? turns : EVENING) };
}

interface DayMarket {
  readonly weekday: number;
  readonly opens: number;
  readonly closes: number;
  readonly row: HolidayRow | undefined;
}

/** One session a day, shut in between. */
function addDayMarket(add: Add, { weekday, opens, closes, row }: DayMarket): void {
  const isWeekend = weekday === SATURDAY || weekday === SUNDAY;
  if (isWeekend) add(MIDNIGHT, 'weekend');
  else if (row && isShut(row)) add(MIDNIGHT, 'holiday', noteOf(row));
  else {
    add(opens, weekday === MONDAY ? 'weekend' : 'daily-break');
    if (row?.closesAt !== undefined) add(minuteOf(row.closesAt), 'open', noteOf(row));
    add(closes, row ? 'early-close' : 'open', row && noteOf(row));
    add(MIDNIGHT, weekday === FRIDAY ? 'weekend' : 'daily-break');
  }
}

function addDaySession(
  add: Add,
  { hours, row, isFriday }: { hours: WeeklyHours; row: HolidayRow | undefined; isFriday: boolean },
): void {
  const regularClose = minuteOf(hours.closesAt);
  // After Friday's regular close it is the weekend that keeps the market shut, whatever ended the session.
  const shutUntil = isFriday ? regularClose : EVENING;
  if (!row) {
    addOpen(add, { hours, until: regularClose });
    if (!isFriday) add(EVENING, 'daily-break');
  } else if (row.closesAt === undefined) {
    add(shutUntil, 'holiday', noteOf(row));
  } else {
    addOpen(add, { hours, until: minuteOf(row.closesAt), note: noteOf(row) });
    add(shutUntil, 'early-close', noteOf(row));
  }
}

function addOpen(add: Add, { hours, until, note }: { hours: WeeklyHours; until: number; note?: string }): void {
  const { halt } = hours;
  if (halt && minuteOf(halt.until) < until) {
    add(minuteOf(halt.from), 'open', note);
    add(minuteOf(halt.until), 'halt', note);
  }
  add(until, 'open', note);
}

/** The whole phase around an instant, joined across midnights and weekends. */
function windowAt(at: EpochMs, stretchesOf: (day: number) => readonly Stretch[]): Window {
  const day = etDayNumber(at);
  const minute = etMinuteOfDay(at);
  const stretch = stretchesOf(day).find(({ from, until }) => minute >= from && minute < until);
  assert(stretch !== undefined, `no market phase at ${at}`);
  const { phase, note } = stretch;
  const from = etInstant(day, stretch.from);
  return { phase, isOpen: phase === 'open', note, from, changesAt: endOf(day, stretch, stretchesOf) };
}

function endOf(day: number, stretch: Stretch, stretchesOf: (day: number) => readonly Stretch[]): EpochMs {
  if (stretch.until < MIDNIGHT) return etInstant(day, stretch.until);
  for (let ahead = 1; ahead <= LONGEST_PHASE_DAYS; ahead += 1) {
    const first = stretchesOf(day + ahead)[0];
    assert(first !== undefined, 'a date without a plan');
    if (first.phase !== stretch.phase) return etInstant(day + ahead, 0);
    if (first.until < MIDNIGHT) return etInstant(day + ahead, first.until);
  }
  throw new Error(`impossible: a ${stretch.phase} longer than ${LONGEST_PHASE_DAYS} days`);
}
