import { setImmediate as turn } from 'node:timers/promises';
import { expectedOf } from '../../../domain/bars/expected.js';
import type { Gap } from '../../../domain/bars/gaps.js';
import { type Month, monthsBetween } from '../../../domain/bars/month.js';
import { instrument } from '../../../domain/instruments/catalogue/index.js';
import { type SessionCalendar, sessionCalendar } from '../../../domain/sessions/calendar.js';
import { shiftTradingDay, tradingDayEnd, tradingDayOf } from '../../../domain/sessions/trading-day.js';
import { after, type EpochMs, epochMs, HOUR, MINUTE, type TradingDay } from '../../../kernel/units.js';
import type { DataQualityStore, Tally } from '../../../ports/data-quality.js';

/** What the calendar and the database say of the days that are asked for. */
export interface Facts {
  readonly days: readonly TradingDay[];
  /** The stretches in which each minute should have a bar. */
  expected(root: string, day: TradingDay): readonly Gap[];
  /** The holiday that shortens the day or keeps the market shut on it. */
  holiday(root: string, day: TradingDay): string | undefined;
  /** What the database holds. */
  counts(root: string, day: TradingDay): readonly BarCount[];
  /** The months of the archive in which minutes of the day may lie. */
  archived(root: string, day: TradingDay): readonly { readonly month: Month; readonly sha256: string }[];
  /** What was not taken. */
  tallies(root: string, day: TradingDay): readonly Tally[];
  /** Rows and messages that name no known symbol, on all these days. */
  readonly refusedUnnamed: number;
}

/** Bars of one source, of a stretch in which the market was open throughout or shut throughout. */
export interface BarCount {
  readonly source: string;
  readonly bars: number;
  readonly isOpen: boolean;
}

/** A bar may be under way for so long before its minute counts as missing. */
const GRACE_MS = MINUTE;
/** The calendar names a holiday at the noon of its date, whether the market is shut by then, still open or shut all day. */
const NOON_BEFORE_END_MS = 6 * HOUR;

export async function factsOf(
  { store, roots }: { readonly store: DataQualityStore; readonly roots: readonly string[] },
  days: readonly TradingDay[],
  now: EpochMs,
): Promise<Facts> {
  const until = epochMs(Math.floor(after(now, -GRACE_MS) / MINUTE) * MINUTE);
  const open = new Map<string, readonly Gap[]>();
  const expected = (root: string, day: TradingDay): readonly Gap[] => open.get(keyOf(root, day)) ?? [];
  const stretches = new Map<string, readonly Stretch[]>();
  for (const root of roots) {
    for (const day of days) open.set(keyOf(root, day), openOf(root, day, until));
    stretches.set(
      root,
      days.flatMap((day) => stretchesOf(day, expected(root, day), until)),
    );
    await turn();
  }
  const edges = new Map([...stretches].map(([root, all]) => [root, edgesOf(all)]));
  const first = days[0] ?? tradingDayOf(now);
  // The database first: a bar that leaves it meanwhile has been listed in the archive before.
  const [spans, tallies] = await Promise.all([store.counts(edges), store.tallies(first)]);
  const files = await store.archived(first);
  const counts = spans.flatMap(({ root, span, source, bars }) => {
    const stretch = stretches.get(root)?.[span - 1];
    return stretch ? [{ root, day: stretch.day, source, bars, isOpen: stretch.isOpen }] : [];
  });
  const countsOf = grouped(counts, ({ root, day }) => keyOf(root, day));
  const talliesOf = grouped(tallies, ({ root, day }) => keyOf(root, day));
  const filesOf = grouped(files, ({ root, month }) => keyOf(root, month));
  return {
    days,
    expected,
    holiday,
    counts: (root, day) => countsOf.get(keyOf(root, day)) ?? [],
    archived: (root, day) => monthsOfDay(day).flatMap((month) => filesOf.get(keyOf(root, month)) ?? []),
    tallies: (root, day) => talliesOf.get(keyOf(root, day)) ?? [],
    refusedUnnamed: tallies.reduce((sum, { root, refused }) => sum + (root === '' ? refused : 0), 0),
  };
}

/** The months of the store and the archive in which minutes of a trading day lie. */
export const monthsOfDay = (day: TradingDay): readonly Month[] => monthsBetween(beginOf(day), tradingDayEnd(day));

/** Where the day before ends: a market that is open through the weekend has Monday's minutes from Friday evening on. */
export const beginOf = (day: TradingDay): EpochMs => tradingDayEnd(shiftTradingDay(day, -1));

const keyOf = (root: string, of: TradingDay | Month): string => `${root} ${of}`;

function calendarOf(root: string): SessionCalendar | undefined {
  const spec = instrument(root);
  return spec && sessionCalendar(spec.calendar);
}

function openOf(root: string, day: TradingDay, until: EpochMs): readonly Gap[] {
  const calendar = calendarOf(root);
  return calendar ? expectedOf(day, calendar, until) : [];
}

const holiday = (root: string, day: TradingDay): string | undefined =>
  calendarOf(root)?.stateAt(after(tradingDayEnd(day), -NOON_BEFORE_END_MS)).note;

interface Stretch {
  readonly day: TradingDay;
  readonly from: EpochMs;
  readonly until: EpochMs;
  readonly isOpen: boolean;
}

/** The whole day in turns, open and shut, as far as it had been over by `until`: a bar belongs to its day on a holiday too. */
function stretchesOf(day: TradingDay, open: readonly Gap[], until: EpochMs): readonly Stretch[] {
  const all: Stretch[] = [];
  let at = beginOf(day);
  const add = (end: EpochMs, isOpen: boolean): void => {
    if (end > at) all.push({ day, from: at, until: end, isOpen });
    at = epochMs(Math.max(at, end));
  };
  for (const gap of open) {
    add(gap.from, false);
    add(gap.until, true);
  }
  add(epochMs(Math.min(tradingDayEnd(day), until)), false);
  return all;
}

/** Each stretch ends where the next one begins, the days being in order without one left out. */
const edgesOf = (stretches: readonly Stretch[]): readonly EpochMs[] => [
  ...stretches.map(({ from }) => from),
  ...stretches.slice(-1).map(({ until }) => until),
];

function grouped<T>(all: readonly T[], keyOf: (one: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const group = groups.get(keyOf(one));
    if (group) group.push(one);
    else groups.set(keyOf(one), [one]);
  }
  return groups;
}
