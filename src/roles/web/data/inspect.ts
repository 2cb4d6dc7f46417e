import { setImmediate as turn } from 'node:timers/promises';
import { type BarColumns, eachRun, mergeColumns, NO_BARS, sliceColumns } from '../../../domain/bars/columns.js';
import { minutesIn, missingFrom } from '../../../domain/bars/expected.js';
import type { Gap } from '../../../domain/bars/gaps.js';
import { type Month, monthEnd, monthStart, monthsBetween } from '../../../domain/bars/month.js';
import { type Outlier, outlierSearch, REFERENCE_DAYS } from '../../../domain/bars/outliers.js';
import { shiftTradingDay, tradingDayEnd } from '../../../domain/sessions/trading-day.js';
import { hasCode } from '../../../kernel/errors.js';
import { after, type EpochMs, epochMs, MINUTE, type TradingDay } from '../../../kernel/units.js';
import type { BulkBarStore } from '../../../ports/bar-store.js';
import { beginOf, type Facts } from './facts.js';

export type Bars = Pick<BulkBarStore, 'columns'>;

/** What looking at the bars of a trading day one by one found. */
export interface Inspection {
  readonly missing: readonly Gap[];
  readonly outliers: readonly Outlier[];
  /** Bars within the expected minutes, and at others of the trading day. */
  readonly present: number;
  readonly outside: number;
  readonly sources: readonly string[];
  /** Why the day's minutes of the archive are not among these. */
  readonly unreadable: string | undefined;
}

/**
 * Looks at the bars of days in order, one by one; the bars of the days before them say what is usual. The page on which money is
 * risked is served by the same process: each day is a turn of the event loop of its own, and bars are read by the month.
 */
export async function inspect(
  bars: Bars,
  root: string,
  { days, expected }: Pick<Facts, 'days' | 'expected'>,
): Promise<ReadonlyMap<TradingDay, Inspection>> {
  const found = new Map<TradingDay, Inspection>();
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return found;
  const reference = shiftTradingDay(first, -REFERENCE_DAYS);
  const read = dayReader(bars, root, { from: beginOf(reference), to: after(tradingDayEnd(last), MINUTE) });
  const search = outlierSearch();
  for (let day = reference; day <= last; day = shiftTradingDay(day, 1)) {
    const { columns, unreadable } = await read(day);
    const outliers = search.next(day, columns);
    if (day >= first)
      found.set(day, {
        ...comparedWith(expected(root, day), columns, { from: beginOf(day), to: tradingDayEnd(day) }),
        outliers,
        unreadable,
      });
    await turn();
  }
  return found;
}

/** What a day's bars are, and lack, among those that were read. */
function comparedWith(
  expected: readonly Gap[],
  columns: BarColumns,
  { from, to }: Span,
): Pick<Inspection, 'missing' | 'present' | 'outside' | 'sources'> {
  const times: number[] = [];
  const sources = new Set<string>();
  eachRun(columns, ({ source, lengthMs }, first, end) => {
    // A longer bar fills no minute.
    if (lengthMs !== MINUTE) return;
    for (let i = first; i < end; i += 1) {
      const time = columns.at[i] ?? 0;
      if (time < from || time >= to) continue;
      times.push(time);
      sources.add(source);
    }
  });
  const missing = missingFrom(expected, times);
  const present = minutesIn(expected) - minutesIn(missing);
  return { missing, present, outside: times.length - present, sources: [...sources] };
}

interface Span {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

interface Read {
  readonly columns: BarColumns;
  /** Why bars may be lacking here. */
  readonly unreadable: string | undefined;
}

/** Days in order, each with the bar before it and the one after it, which are the neighbours of its own first and last. */
function dayReader(bars: Bars, root: string, span: Span): (day: TradingDay) => Promise<Read> {
  const held = new Map<Month, Read>();
  const monthOf = async (month: Month): Promise<Read> => {
    const known = held.get(month) ?? (await readMonth(bars, root, within(month, span)));
    held.set(month, known);
    return known;
  };
  return async (day) => {
    const [from, to] = [after(beginOf(day), -MINUTE), after(tradingDayEnd(day), MINUTE)];
    const months = monthsBetween(from, to);
    for (const month of held.keys()) if (!months.includes(month)) held.delete(month);
    let columns = NO_BARS;
    let unreadable: string | undefined;
    for (const month of months) {
      const read = await monthOf(month);
      columns = mergeColumns(columns, sliceColumns(read.columns, from, to));
      unreadable ??= read.unreadable;
    }
    return { columns, unreadable };
  };
}

const within = (month: Month, { from, to }: Span): Span => ({
  from: epochMs(Math.max(from, monthStart(month))),
  to: epochMs(Math.min(to, monthEnd(month))),
});

/** One damaged file hides no other month. Only a file can be lost: a database that does not answer is no matter of one month. */
async function readMonth(bars: Bars, root: string, { from, to }: Span): Promise<Read> {
  try {
    return { columns: await bars.columns(root, from, to), unreadable: undefined };
  } catch (error) {
    if (hasCode(error, 'ARCHIVE_INVALID')) return { columns: NO_BARS, unreadable: error.message };
    throw error;
  }
}
