import type { DayQuality } from '../../../domain/bars/day-quality.js';
import { expectedOf, minutesIn, missingFrom } from '../../../domain/bars/expected.js';
import type { Gap } from '../../../domain/bars/gaps.js';
import { outliersIn, REFERENCE_DAYS } from '../../../domain/bars/outliers.js';
import { instrument } from '../../../domain/instruments/catalogue/index.js';
import { sessionCalendar } from '../../../domain/sessions/calendar.js';
import { shiftTradingDay, tradingDayEnd, tradingDayOf, tradingDayStart } from '../../../domain/sessions/trading-day.js';
import { after, DAY, type EpochMs, MINUTE, SECOND, type TradingDay } from '../../../kernel/units.js';
import type { BarHistory } from '../../../ports/bar-history.js';
import type { BulkBarStore } from '../../../ports/bar-store.js';
import type { Clock } from '../../../ports/clock.js';
import type { DataQualityStore } from '../../../ports/data-quality.js';
import { type Facts, type Inspection, qualityOf } from './day.js';

export interface QualityParts {
  readonly store: DataQualityStore;
  /** What is in the database; the overview looks at nothing else bar by bar. */
  readonly hot: Pick<BulkBarStore, 'columns'>;
  /** The archive as well, for one day that is asked for. */
  readonly history: Pick<BarHistory, 'columns'>;
  readonly roots: readonly string[];
}

export interface QualityReport {
  readonly asOf: EpochMs;
  /** Oldest first; the last one is under way. */
  readonly days: readonly TradingDay[];
  readonly rows: readonly { readonly root: string; readonly days: readonly DayQuality[] }[];
  /** Rows and messages that name no known symbol. */
  readonly refusedUnnamed: number;
}

export interface QualityReader {
  report(days: number): Promise<QualityReport>;
  /** One day with its missing minutes and outliers, wherever its bars lie. */
  day(root: string, day: TradingDay): Promise<DayQuality>;
}

/** Within so long the same question gets the same answer: twenty open pages are one look at the database. Wall milliseconds. */
const KEPT_MS = 15 * SECOND;
/** A bar may be under way for so long before its minute counts as missing. */
const GRACE_MS = MINUTE;

export function createQualityReader(parts: QualityParts, clock: Clock): QualityReader {
  const inspections = new Map<string, Inspection>();
  const kept = new Map<number, { readonly at: number; readonly report: Promise<QualityReport> }>();
  const look = async (count: number): Promise<QualityReport> => {
    const now = clock.now();
    const facts = await factsOf(parts, lastDays(now, count), now);
    for (const root of parts.roots) await inspectStale({ hot: parts.hot, inspections, root, facts });
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
      const inspected = inspect(
        await columnsAround(parts.history, root, { first: day, last: day }),
        facts.expected(root, day),
      );
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
  const [first] = days;
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
  const [counts, archived, tallies] =
    first === undefined
      ? [[], [], []]
      : await Promise.all([parts.store.counts(edges), parts.store.archivedDays(first), parts.store.tallies(first)]);
  return {
    days,
    roots: parts.roots,
    counts: counts.map((count) => ({
      ...count,
      // Odd spans are open stretches, even ones what lies behind them.
      isOpen: count.span % 2 === 1,
      day: dayOfSpan.get(count.root)?.[Math.ceil(count.span / 2) - 1],
    })),
    archived,
    tallies,
    expected: (root, day) => stretches.get(`${root} ${day}`) ?? [],
    minutes: (root, day) => minutesIn(stretches.get(`${root} ${day}`) ?? []),
  };
}

interface Stale {
  readonly hot: Pick<BulkBarStore, 'columns'>;
  readonly inspections: Map<string, Inspection>;
  readonly root: string;
  readonly facts: Facts;
}

/** Looks bar by bar at the days whose count changed since they were looked at; a finished day is looked at once. */
async function inspectStale({ hot, inspections, root, facts }: Stale): Promise<void> {
  const stale = facts.days.filter((day) => {
    const print = fingerprint(root, day, facts);
    return print !== '' && inspections.get(`${root} ${day}`)?.fingerprint !== print;
  });
  const [first, last] = [stale[0], stale.at(-1)];
  if (first === undefined || last === undefined) return;
  const columns = await columnsAround(hot, root, { first, last });
  const wanted = facts.days.filter((day) => day >= first && day <= last);
  const found = inspect(
    columns,
    wanted.flatMap((day) => facts.expected(root, day)),
  );
  for (const day of wanted) {
    const { missing = [], outliers = [] } = found.get(day) ?? {};
    inspections.set(`${root} ${day}`, { fingerprint: fingerprint(root, day, facts), missing, outliers });
  }
}

const fingerprint = (root: string, day: TradingDay, { counts, minutes }: Facts): string => {
  const own = counts
    .filter((count) => count.root === root && count.day === day)
    .map(({ source, bars }) => `${source} ${bars}`);
  return own.length === 0 ? '' : `${own.join(' ')} of ${minutes(root, day)}`;
};

/** With the days before it that say what is usual. */
function columnsAround(
  from: Pick<BulkBarStore, 'columns'>,
  root: string,
  { first, last }: { readonly first: TradingDay; readonly last: TradingDay },
) {
  const begin = tradingDayStart(shiftTradingDay(first, -REFERENCE_DAYS));
  return from.columns(root, begin, after(tradingDayEnd(last), DAY));
}

function inspect(columns: Awaited<ReturnType<BarHistory['columns']>>, expected: readonly Gap[]) {
  const found = new Map<TradingDay, { missing: Gap[]; outliers: ReturnType<typeof outliersIn>[number][] }>();
  const of = (day: TradingDay) => {
    const entry = found.get(day) ?? { missing: [], outliers: [] };
    found.set(day, entry);
    return entry;
  };
  for (const { from } of expected) of(tradingDayOf(from));
  for (const gap of missingFrom(expected, columns.at)) of(tradingDayOf(gap.from)).missing.push(gap);
  for (const outlier of outliersIn(columns)) of(outlier.day).outliers.push(outlier);
  return found;
}

function reportOf(facts: Facts, asOf: EpochMs, inspections: ReadonlyMap<string, Inspection>): QualityReport {
  const rows = facts.roots.map((root) => ({
    root,
    days: facts.days.map((day) => qualityOf(root, day, facts, inspections.get(`${root} ${day}`))),
  }));
  const refusedUnnamed = facts.tallies.filter(({ root }) => root === '').reduce((sum, { refused }) => sum + refused, 0);
  return { asOf, days: facts.days, rows, refusedUnnamed };
}
