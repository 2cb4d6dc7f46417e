import { expectedOf, minutesIn } from '../../../domain/bars/expected.js';
import type { Gap } from '../../../domain/bars/gaps.js';
import { REFERENCE_DAYS } from '../../../domain/bars/outliers.js';
import { instrument } from '../../../domain/instruments/catalogue/index.js';
import { sessionCalendar } from '../../../domain/sessions/calendar.js';
import { shiftTradingDay, tradingDayOf } from '../../../domain/sessions/trading-day.js';
import { after, type EpochMs, MINUTE, SECOND, type TradingDay } from '../../../kernel/units.js';
import type { BarHistory } from '../../../ports/bar-history.js';
import type { Clock } from '../../../ports/clock.js';
import type { DataQualityStore, SpanCount } from '../../../ports/data-quality.js';
import { type Facts, type Inspection, qualityOf, type ReportedDay } from './day.js';
import { type Bars, grouped, inspect, monthsOfDay } from './inspect.js';

export interface QualityParts {
  readonly store: DataQualityStore;
  /** What is in the database: all there is of days that no month of the archive touches. */
  readonly hot: Bars;
  /** The archive as well. */
  readonly history: Pick<BarHistory, 'columns'>;
  readonly roots: readonly string[];
}

export interface QualityReport {
  readonly asOf: EpochMs;
  /** Oldest first; the last one is under way. */
  readonly days: readonly TradingDay[];
  readonly rows: readonly { readonly root: string; readonly days: readonly ReportedDay[] }[];
  /** Rows and messages that name no known symbol. */
  readonly refusedUnnamed: number;
}

export interface QualityReader {
  report(days: number): Promise<QualityReport>;
  /** One day with its missing minutes and outliers, wherever its bars lie. */
  day(root: string, day: TradingDay): Promise<ReportedDay>;
}

/** Within so long the same question gets the same answer: twenty open pages are one look at the database. Wall milliseconds. */
const KEPT_MS = 15 * SECOND;
/** A bar may be under way for so long before its minute counts as missing. */
const GRACE_MS = MINUTE;

export function createQualityReader(parts: QualityParts, clock: Clock): QualityReader {
  const inspections = new Map<string, Remembered>();
  const kept = new Map<number, { readonly at: number; readonly report: Promise<QualityReport> }>();
  const look = async (count: number): Promise<QualityReport> => {
    const now = clock.now();
    const facts = await factsOf(parts, lastDays(now, count), now);
    for (const root of parts.roots) await inspectStale({ parts, inspections, root, facts });
    return reportOf(facts, now, inspections);
  };
  return {
    report(count) {
      const known = kept.get(count);
      if (known && clock.elapsed() - known.at < KEPT_MS) return known.report;
      const report = look(count);
      kept.clear();
      kept.set(count, { at: clock.elapsed(), report });
      report.catch(() => kept.delete(count));
      return report;
    },
    async day(root, day) {
      const now = clock.now();
      const facts = await factsOf({ ...parts, roots: [root] }, [day], now);
      const inspected = await inspect(barsFor(parts, root, facts), root, facts);
      return qualityOf(root, day, facts, inspected.get(day));
    },
  };
}

function lastDays(now: EpochMs, count: number): readonly TradingDay[] {
  const today = tradingDayOf(now);
  return Array.from({ length: count }, (_, i) => shiftTradingDay(today, i + 1 - count));
}

export const calendarOf = (root: string) => {
  const spec = instrument(root);
  return spec && sessionCalendar(spec.calendar);
};

async function factsOf(parts: QualityParts, days: readonly TradingDay[], now: EpochMs): Promise<Facts> {
  const stretches = new Map<string, readonly Gap[]>();
  const edges = new Map<string, readonly EpochMs[]>();
  const dayOfSpan = new Map<string, readonly TradingDay[]>();
  for (const root of parts.roots) {
    const calendar = calendarOf(root);
    const own = days.map((day) => ({ day, open: calendar ? expectedOf(day, calendar, after(now, -GRACE_MS)) : [] }));
    for (const { day, open } of own) stretches.set(`${root} ${day}`, open);
    edges.set(
      root,
      own.flatMap(({ open }) => open.flatMap(({ from, until }) => [from, until])),
    );
    dayOfSpan.set(
      root,
      own.flatMap(({ day, open }) => open.map(() => day)),
    );
  }
  const first = days[0] ?? tradingDayOf(now);
  // The database first: a bar that leaves it meanwhile has been listed in the archive before.
  const [counts, tallies] = await Promise.all([parts.store.counts(edges), parts.store.tallies(first)]);
  const files = await parts.store.archived(shiftTradingDay(first, -REFERENCE_DAYS));
  const dayOf = ({ root, span }: SpanCount) => dayOfSpan.get(root)?.[Math.ceil(span / 2) - 1];
  const countsOf = grouped(counts, (count) => `${count.root} ${dayOf(count)}`);
  const filesOf = grouped(files, ({ root, month }) => `${root} ${month}`);
  return {
    days,
    roots: parts.roots,
    tallies,
    // Odd spans are open stretches, even ones what lies behind them.
    counts: (root, day) =>
      (countsOf.get(`${root} ${day}`) ?? []).map((count) => ({ ...count, isOpen: count.span % 2 === 1 })),
    archived: (root, day) => monthsOfDay(day).flatMap((month) => filesOf.get(`${root} ${month}`) ?? []),
    expected: (root, day) => stretches.get(`${root} ${day}`) ?? [],
    minutes: (root, day) => minutesIn(stretches.get(`${root} ${day}`) ?? []),
  };
}

interface Remembered {
  readonly fingerprint: string;
  readonly found: Inspection;
}

interface Stale {
  readonly parts: QualityParts;
  readonly inspections: Map<string, Remembered>;
  readonly root: string;
  readonly facts: Facts;
}

/** Looks bar by bar at the days whose count or file changed since they were looked at; at a finished day once. */
async function inspectStale({ parts, inspections, root, facts }: Stale): Promise<void> {
  const isStale = (day: TradingDay): boolean => {
    const print = fingerprint(root, day, facts);
    const known = inspections.get(`${root} ${day}`);
    // A file that could not be read may have been put right since.
    return print !== '' && (known?.fingerprint !== print || known.found.unreadable !== undefined);
  };
  for (const days of stretchesOf(facts.days, isStale)) {
    const found = await inspect(barsFor(parts, root, { ...facts, days }), root, { ...facts, days });
    for (const [day, inspection] of found)
      inspections.set(`${root} ${day}`, { fingerprint: fingerprint(root, day, facts), found: inspection });
  }
}

/** Runs of days that begin and end with a stale one; two runs are one where reading them apart would read more. */
function stretchesOf(days: readonly TradingDay[], isStale: (day: TradingDay) => boolean) {
  const runs: { first: number; last: number }[] = [];
  days.forEach((day, i) => {
    if (!isStale(day)) return;
    const run = runs.at(-1);
    if (run && i - run.last <= REFERENCE_DAYS) run.last = i;
    else runs.push({ first: i, last: i });
  });
  return runs.map(({ first, last }) => days.slice(first, last + 1));
}

/** The database alone answers where neither the days nor those that say what is usual are in the archive. */
function barsFor({ hot, history }: QualityParts, root: string, { days, archived }: Facts): Bars {
  const [first] = days;
  const all = first === undefined ? days : [shiftTradingDay(first, -REFERENCE_DAYS), ...days];
  return all.some((day) => archived(root, day).length > 0) ? history : hot;
}

const fingerprint = (root: string, day: TradingDay, { counts, minutes, archived }: Facts): string => {
  const own = counts(root, day).map(({ source, isOpen, bars }) => `${source} ${isOpen} ${bars}`);
  const files = archived(root, day).map(({ sha256 }) => sha256);
  return own.length + files.length === 0 ? '' : `${own.sort().join(' ')} ${files.join(' ')} of ${minutes(root, day)}`;
};

function reportOf(facts: Facts, asOf: EpochMs, inspections: ReadonlyMap<string, Remembered>): QualityReport {
  const rows = facts.roots.map((root) => ({
    root,
    days: facts.days.map((day) => qualityOf(root, day, facts, inspections.get(`${root} ${day}`)?.found)),
  }));
  const refusedUnnamed = facts.tallies.filter(({ root }) => root === '').reduce((sum, { refused }) => sum + refused, 0);
  return { asOf, days: facts.days, rows, refusedUnnamed };
}
