import { type DayQuality, type Grade, gradeOf, missingOf } from '../../../domain/bars/day-quality.js';
import { minutesIn } from '../../../domain/bars/expected.js';
import type { TradingDay } from '../../../kernel/units.js';
import type { KnownEmpty, Tally } from '../../../ports/data-quality.js';
import type { Facts } from './facts.js';
import type { Inspection } from './inspect.js';

/** One trading day of one symbol as page and JSON tell it. */
export interface ReportedDay extends DayQuality {
  /** The holiday because of which fewer minutes are expected, or none. */
  readonly holiday: string | undefined;
  /** What was not taken, by the feed that brought it. */
  readonly tallies: readonly Tally[];
  /** Why minutes that are in the archive are not counted. */
  readonly unreadable: string | undefined;
  /** What a vendor was asked for and has no bar in; undefined where that was not looked up. */
  readonly knownEmpty: readonly KnownEmpty[] | undefined;
}

/** A day of which minutes may be in the archive is told by its bars, wherever they lie; any other by the database's count. */
export function qualityOf(root: string, day: TradingDay, facts: Facts, inspected: Inspection | undefined): ReportedDay {
  const counts = facts.counts(root, day);
  const tallies = facts.tallies(root, day);
  const sum = (what: 'repeated' | 'late' | 'refused'): number => tallies.reduce((all, tally) => all + tally[what], 0);
  const barsOf = (isOpen: boolean): number =>
    counts.filter((count) => count.isOpen === isOpen).reduce((all, { bars }) => all + bars, 0);
  const mayLieElsewhere = facts.archived(root, day).length > 0;
  const whole = mayLieElsewhere ? inspected : undefined;
  const [present, outside] = [whole?.present ?? barsOf(true), whole?.outside ?? barsOf(false)];
  const unreadable = whole?.unreadable;
  return {
    root,
    day,
    expected: minutesIn(facts.expected(root, day)),
    holiday: facts.holiday(root, day),
    present,
    outside,
    isArchived: unreadable !== undefined || present + outside > barsOf(true) + barsOf(false),
    sources: [...new Set([...counts.map(({ source }) => source), ...(whole?.sources ?? [])])].sort(),
    repeated: sum('repeated'),
    late: sum('late'),
    refused: sum('refused'),
    // What cannot be read is unknown, not missing.
    missing: unreadable === undefined ? inspected?.missing : undefined,
    outliers: unreadable === undefined ? inspected?.outliers : undefined,
    tallies,
    unreadable,
    knownEmpty: undefined,
  };
}

/** Unknown while a file of the archive that may hold the rest cannot be read. */
export const shadeOf = (day: ReportedDay): Grade | 'unknown' =>
  day.unreadable === undefined ? gradeOf(day) : 'unknown';
export const lackingOf = (day: ReportedDay): number | undefined =>
  day.unreadable === undefined ? missingOf(day) : undefined;
