import { type BarColumns, eachRun, mergeColumns, NO_BARS } from '../../../domain/bars/columns.js';
import { minutesIn, missingFrom } from '../../../domain/bars/expected.js';
import type { Gap } from '../../../domain/bars/gaps.js';
import { type Month, monthEnd, monthStart, monthsBetween } from '../../../domain/bars/month.js';
import { type Outlier, outliersIn, REFERENCE_DAYS } from '../../../domain/bars/outliers.js';
import { shiftTradingDay, tradingDayEnd, tradingDayOf } from '../../../domain/sessions/trading-day.js';
import { OperationalError } from '../../../kernel/errors.js';
import { after, DAY, type EpochMs, epochMs, MINUTE, type TradingDay } from '../../../kernel/units.js';
import type { BulkBarStore } from '../../../ports/bar-store.js';
import type { Facts, Inspection } from './day.js';

export type Bars = Pick<BulkBarStore, 'columns'>;

/** Looks at the bars of days in order, one by one; the bars of the days before them say what is usual. */
export async function inspect(
  bars: Bars,
  root: string,
  { days, expected }: Pick<Facts, 'days' | 'expected'>,
): Promise<ReadonlyMap<TradingDay, Inspection>> {
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return new Map();
  const from = beginOf(shiftTradingDay(first, -REFERENCE_DAYS));
  // The last minute of a day has a neighbour after it, too.
  const { columns, lost } = await readable(bars, root, { from, to: after(tradingDayEnd(last), DAY) });
  const all = days.flatMap((day) => expected(root, day));
  const missing = grouped(missingFrom(all, minutesOf(columns)), (gap) => tradingDayOf(gap.from));
  const outliers = grouped(outliersIn(columns), (outlier) => outlier.day);
  const stored = storedIn(columns);
  return new Map(days.map((day) => [day, inspectionOf(day)]));

  function inspectionOf(day: TradingDay): Inspection {
    const gaps: readonly Gap[] = missing.get(day) ?? [];
    const strange: readonly Outlier[] = outliers.get(day) ?? [];
    const present = minutesIn(expected(root, day)) - minutesIn(gaps);
    const { bars: count = 0, sources = new Set<string>() } = stored.get(day) ?? {};
    const unreadable = monthsOfDay(day).map((month) => lost.get(month));
    return {
      missing: gaps,
      outliers: strange,
      present,
      outside: count - present,
      sources: [...sources],
      unreadable: unreadable.find((reason) => reason !== undefined),
    };
  }
}

/** The months of the store and the archive in which minutes of a trading day lie. */
export const monthsOfDay = (day: TradingDay): readonly Month[] => monthsBetween(beginOf(day), tradingDayEnd(day));

/** Where the day before ends: a market that is open through the weekend has Monday's minutes from Friday evening on. */
const beginOf = (day: TradingDay): EpochMs => tradingDayEnd(shiftTradingDay(day, -1));

interface Span {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** The bars of the months that can be read, and why the others cannot: one damaged file hides no other month. */
async function readable(
  bars: Bars,
  root: string,
  { from, to }: Span,
): Promise<{ readonly columns: BarColumns; readonly lost: ReadonlyMap<Month, string> }> {
  const lost = new Map<Month, string>();
  try {
    return { columns: await bars.columns(root, from, to), lost };
  } catch (error) {
    reasonOf(error);
  }
  let columns = NO_BARS;
  for (const month of monthsBetween(from, to)) {
    const [begin, end] = [Math.max(from, monthStart(month)), Math.min(to, monthEnd(month))];
    try {
      columns = mergeColumns(columns, await bars.columns(root, epochMs(begin), epochMs(end)));
    } catch (error) {
      lost.set(month, reasonOf(error));
    }
  }
  return { columns, lost };
}

/** Only a file of the archive can be lost; a database that does not answer is no matter of one month. */
function reasonOf(error: unknown): string {
  if (error instanceof OperationalError && error.code === 'ARCHIVE_INVALID') return error.message;
  throw error;
}

const isWhole = ({ runs }: BarColumns): boolean => runs.every(({ lengthMs }) => lengthMs === MINUTE);

/** Open times of the bars of one minute; longer ones fill no minute. */
function minutesOf(columns: BarColumns): ArrayLike<number> {
  if (isWhole(columns)) return columns.at;
  const times: number[] = [];
  eachRun(columns, ({ lengthMs }, from, until) => {
    if (lengthMs === MINUTE) for (let i = from; i < until; i += 1) times.push(columns.at[i] ?? 0);
  });
  return times;
}

function storedIn(columns: BarColumns): ReadonlyMap<TradingDay, { bars: number; readonly sources: Set<string> }> {
  const stored = new Map<TradingDay, { bars: number; readonly sources: Set<string> }>();
  eachRun(columns, ({ source, lengthMs }, from, until) => {
    if (lengthMs !== MINUTE) return;
    for (let i = from; i < until; i += 1) {
      const day = tradingDayOf(epochMs(columns.at[i] ?? 0));
      const entry = stored.get(day) ?? { bars: 0, sources: new Set<string>() };
      stored.set(day, entry);
      entry.bars += 1;
      entry.sources.add(source);
    }
  });
  return stored;
}

export function grouped<K, T>(all: readonly T[], keyOf: (one: T) => K): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  for (const one of all) {
    const group = groups.get(keyOf(one));
    if (group) group.push(one);
    else groups.set(keyOf(one), [one]);
  }
  return groups;
}
