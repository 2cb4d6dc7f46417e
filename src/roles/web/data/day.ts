import type { DayQuality } from '../../../domain/bars/day-quality.js';
import type { Gap } from '../../../domain/bars/gaps.js';
import type { Outlier } from '../../../domain/bars/outliers.js';
import type { TradingDay } from '../../../kernel/units.js';
import type { SpanCount, Tally } from '../../../ports/data-quality.js';

/** What the database says of the days that are asked for. */
export interface Facts {
  readonly days: readonly TradingDay[];
  readonly roots: readonly string[];
  readonly counts: readonly (SpanCount & { readonly isOpen: boolean; readonly day: TradingDay | undefined })[];
  readonly archived: readonly { readonly root: string; readonly day: TradingDay; readonly minutes: number }[];
  readonly tallies: readonly Tally[];
  expected(root: string, day: TradingDay): readonly Gap[];
  minutes(root: string, day: TradingDay): number;
}

/** What looking at the bars one by one found. */
export interface Inspection {
  readonly fingerprint: string;
  readonly missing: readonly Gap[];
  readonly outliers: readonly Outlier[];
}

/** A day whose minutes have left for the archive is told by its daily bar, unless it was looked at. */
export function qualityOf(
  root: string,
  day: TradingDay,
  facts: Facts,
  inspected: Pick<Inspection, 'missing' | 'outliers'> | undefined,
): DayQuality {
  const own = facts.counts.filter((count) => count.root === root && count.day === day);
  const tallies = facts.tallies.filter((tally) => tally.root === root && tally.day === day);
  const sum = (what: 'repeated' | 'late' | 'refused'): number => tallies.reduce((all, tally) => all + tally[what], 0);
  const expected = facts.minutes(root, day);
  const hot = own.filter(({ isOpen }) => isOpen).reduce((all, { bars }) => all + bars, 0);
  const archived = facts.archived.find((it) => it.root === root && it.day === day)?.minutes ?? 0;
  const isArchived = archived > hot;
  return {
    root,
    day,
    expected,
    present: isArchived ? archived : hot,
    outside: own.filter(({ isOpen }) => !isOpen).reduce((all, { bars }) => all + bars, 0),
    isArchived,
    sources: [...new Set(own.map(({ source }) => source))].sort(),
    repeated: sum('repeated'),
    late: sum('late'),
    refused: sum('refused'),
    missing: inspected?.missing,
    outliers: inspected?.outliers,
  };
}
