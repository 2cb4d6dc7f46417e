import { setImmediate as turn } from 'node:timers/promises';
import { minutesIn } from '../../../domain/bars/expected.js';
import { REFERENCE_DAYS } from '../../../domain/bars/outliers.js';
import { shiftTradingDay, tradingDayEnd, tradingDayOf } from '../../../domain/sessions/trading-day.js';
import { type EpochMs, SECOND, type TradingDay } from '../../../kernel/units.js';
import type { Clock } from '../../../ports/clock.js';
import type { DataQualityStore } from '../../../ports/data-quality.js';
import { qualityOf, type ReportedDay } from './day.js';
import { beginOf, type Facts, factsOf } from './facts.js';
import { type Bars, type Inspection, inspect } from './inspect.js';

export interface QualityParts {
  readonly store: DataQualityStore;
  /** Database and archive as one. */
  readonly history: Bars;
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
  /** One day with its missing minutes, what is known of them, and its outliers, wherever its bars lie. */
  day(root: string, day: TradingDay): Promise<ReportedDay>;
}

/** Within so long the same question gets the same answer: twenty open pages are one look at the database. Wall milliseconds. */
const KEPT_MS = 15 * SECOND;

export function createQualityReader(parts: QualityParts, clock: Clock): QualityReader {
  const inspections: Inspections = new Map();
  let kept: { readonly count: number; readonly at: number; readonly report: Promise<QualityReport> } | undefined;
  let before: Promise<unknown> = Promise.resolve();
  /** One look at a time: what the one before has inspected the next one need not. */
  const inTurn = <T>(look: () => Promise<T>): Promise<T> => {
    const looked = before.then(look);
    before = looked.catch(() => {});
    return looked;
  };
  const reportOf = async (count: number): Promise<QualityReport> => {
    const now = clock.now();
    const facts = await factsOf(parts, lastDays(now, count), now);
    const rows: QualityReport['rows'][number][] = [];
    for (const root of parts.roots) {
      await inspectStale({ parts, inspections, root, facts });
      const days = facts.days.map((day) => qualityOf(root, day, facts, inspections.get(keyOf(root, day))?.found));
      rows.push({ root, days });
      await turn();
    }
    return { asOf: now, days: facts.days, rows, refusedUnnamed: facts.refusedUnnamed };
  };
  return {
    report(count) {
      if (kept?.count === count && clock.elapsed() - kept.at < KEPT_MS) return kept.report;
      const report = inTurn(() => reportOf(count));
      const mine = { count, at: clock.elapsed(), report };
      kept = mine;
      report.catch(() => {
        if (kept === mine) kept = undefined;
      });
      return report;
    },
    day: (root, day) =>
      inTurn(async () => {
        const now = clock.now();
        const facts = await factsOf({ ...parts, roots: [root] }, [day], now);
        await inspectStale({ parts, inspections, root, facts });
        const found = inspections.get(keyOf(root, day))?.found;
        const knownEmpty = await parts.store.knownEmpty(root, beginOf(day), tradingDayEnd(day));
        return { ...qualityOf(root, day, facts, found ?? nothingIn(facts.expected(root, day))), knownEmpty };
      }),
  };
}

function lastDays(now: EpochMs, count: number): readonly TradingDay[] {
  const today = tradingDayOf(now);
  return Array.from({ length: count }, (_, i) => shiftTradingDay(today, i + 1 - count));
}

const keyOf = (root: string, day: TradingDay): string => `${root} ${day}`;

/** What was found on days that were looked at, and what it was found in. */
type Inspections = Map<string, { readonly fingerprint: string; readonly found: Inspection }>;

interface Looking {
  readonly parts: QualityParts;
  readonly inspections: Inspections;
  readonly root: string;
  readonly facts: Facts;
}

/** Looks bar by bar at the days whose count or file changed since they were looked at; at a finished day once. */
async function inspectStale({ parts, inspections, root, facts }: Looking): Promise<void> {
  const isStale = (day: TradingDay): boolean => {
    const print = fingerprint(root, day, facts);
    const known = inspections.get(keyOf(root, day));
    // A file that could not be read may have been put right since.
    return print !== '' && (known?.fingerprint !== print || known.found.unreadable !== undefined);
  };
  for (const days of runsOf(facts.days, isStale)) {
    const found = await inspect(parts.history, root, { ...facts, days });
    for (const [day, inspection] of found)
      inspections.set(keyOf(root, day), { fingerprint: fingerprint(root, day, facts), found: inspection });
  }
}

/** Runs of days that begin and end with a stale one; two runs are one where reading them apart would read more. */
function runsOf(
  days: readonly TradingDay[],
  isStale: (day: TradingDay) => boolean,
): readonly (readonly TradingDay[])[] {
  const runs: { first: number; last: number }[] = [];
  days.forEach((day, i) => {
    if (!isStale(day)) return;
    const run = runs.at(-1);
    if (run && i - run.last <= REFERENCE_DAYS) run.last = i;
    else runs.push({ first: i, last: i });
  });
  return runs.map(({ first, last }) => days.slice(first, last + 1));
}

/** Empty where no bar is stored. */
function fingerprint(root: string, day: TradingDay, { counts, expected, archived }: Facts): string {
  const own = counts(root, day).map(({ source, isOpen, bars }) => `${source} ${isOpen} ${bars}`);
  const files = archived(root, day).map(({ sha256 }) => sha256);
  if (own.length + files.length === 0) return '';
  return `${own.sort().join(' ')} ${files.join(' ')} of ${minutesIn(expected(root, day))}`;
}

const nothingIn = (expected: Inspection['missing']): Inspection => ({
  missing: expected,
  outliers: [],
  present: 0,
  outside: 0,
  sources: [],
  unreadable: undefined,
});
