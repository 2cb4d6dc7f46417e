import type { DayQuality } from '../../../domain/bars/day-quality.js';
import type { Gap } from '../../../domain/bars/gaps.js';
import type { Month } from '../../../domain/bars/month.js';
import type { Outlier } from '../../../domain/bars/outliers.js';
import type { TradingDay } from '../../../kernel/units.js';
import type { SpanCount, Tally } from '../../../ports/data-quality.js';

/** What the database says of the days that are asked for. */
export interface Facts {
  readonly days: readonly TradingDay[];
  readonly roots: readonly string[];
  readonly tallies: readonly Tally[];
  /** What the database holds, by source, while the market was open and while it was shut. */
  counts(root: string, day: TradingDay): readonly (SpanCount & { readonly isOpen: boolean })[];
  /** The months of the archive in which minutes of the day may lie. */
  archived(root: string, day: TradingDay): readonly { readonly month: Month; readonly sha256: string }[];
  expected(root: string, day: TradingDay): readonly Gap[];
  minutes(root: string, day: TradingDay): number;
}

/** What looking at the bars one by one found. */
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

export interface ReportedDay extends DayQuality {
  /** What was not taken, by the feed that brought it. */
  readonly tallies: readonly Tally[];
  /** Why minutes that are in the archive are not counted. */
  readonly unreadable: string | undefined;
}

/** A day of which minutes may be in the archive is told by its bars, wherever they lie; any other by the database's count. */
export function qualityOf(root: string, day: TradingDay, facts: Facts, inspected: Inspection | undefined): ReportedDay {
  const own = facts.counts(root, day);
  const tallies = facts.tallies.filter((tally) => tally.root === root && tally.day === day);
  const sum = (what: 'repeated' | 'late' | 'refused'): number => tallies.reduce((all, tally) => all + tally[what], 0);
  const barsOf = (isOpen: boolean): number =>
    own.filter((count) => count.isOpen === isOpen).reduce((all, { bars }) => all + bars, 0);
  const mayLieElsewhere = facts.archived(root, day).length > 0;
  const whole = mayLieElsewhere ? inspected : undefined;
  const [present, outside] = [whole?.present ?? barsOf(true), whole?.outside ?? barsOf(false)];
  const unreadable = whole?.unreadable;
  return {
    root,
    day,
    expected: facts.minutes(root, day),
    present,
    outside,
    isArchived: unreadable !== undefined || present + outside > barsOf(true) + barsOf(false),
    sources: [...new Set([...own.map(({ source }) => source), ...(whole?.sources ?? [])])].sort(),
    repeated: sum('repeated'),
    late: sum('late'),
    refused: sum('refused'),
    // What cannot be read is unknown, not missing.
    missing: unreadable === undefined ? inspected?.missing : undefined,
    outliers: unreadable === undefined ? inspected?.outliers : undefined,
    tallies,
    unreadable,
  };
}
