import type { TradingDay } from '../../kernel/units.js';
import type { Gap } from './gaps.js';
import type { Outlier } from './outliers.js';

/** How one trading day of one symbol is covered by bars. */
export interface DayQuality {
  readonly root: string;
  readonly day: TradingDay;
  readonly expected: number;
  readonly present: number;
  /** Bars at minutes at which the calendar says that the market was shut. */
  readonly outside: number;
  readonly isArchived: boolean;
  readonly sources: readonly string[];
  readonly repeated: number;
  readonly late: number;
  readonly refused: number;
  /** Undefined where the bars of the day were not looked at one by one. */
  readonly missing: readonly Gap[] | undefined;
  readonly outliers: readonly Outlier[] | undefined;
}

export type Grade = 'shut' | 'complete' | 'quiet' | 'holes' | 'none';

/** Below this share of its minutes a day has holes; above it what is missing may be minutes without a trade. */
const QUIET_FROM = 0.98;

export const missingOf = ({ expected, present }: Pick<DayQuality, 'expected' | 'present'>): number =>
  Math.max(0, expected - present);

export function gradeOf(day: Pick<DayQuality, 'expected' | 'present'>): Grade {
  const { expected, present } = day;
  if (expected === 0) return 'shut';
  if (present === 0) return 'none';
  if (present >= expected) return 'complete';
  return present >= QUIET_FROM * expected ? 'quiet' : 'holes';
}
