import type { Month } from '../domain/bars/month.js';
import type { EpochMs, TradingDay } from '../kernel/units.js';

/** Bars of one source between two edges. */
export interface SpanCount {
  readonly root: string;
  /** Bars with `edges[span - 1] <= at < edges[span]`. */
  readonly span: number;
  readonly source: string;
  readonly bars: number;
}

/** What was not taken on one trading day, counted on the day on which it came. */
export interface Tally {
  /** Empty for what names no known symbol. */
  readonly root: string;
  readonly day: TradingDay;
  /** Which feed brought it, several with commas. */
  readonly source: string;
  readonly repeated: number;
  readonly late: number;
  readonly refused: number;
}

/** A stretch that a source was asked for and had no bar in. */
export interface KnownEmpty {
  readonly source: string;
  readonly from: EpochMs;
  readonly until: EpochMs;
  readonly askedAt: EpochMs;
}

export interface DataQualityStore {
  /** Counts the stored minutes between the edges of each root, which are in order. */
  counts(edges: ReadonlyMap<string, readonly EpochMs[]>): Promise<readonly SpanCount[]>;
  /** The months of the archive that may hold minutes of a day or later, by the checksum of their file. */
  archived(
    from: TradingDay,
  ): Promise<readonly { readonly root: string; readonly month: Month; readonly sha256: string }[]>;
  tallies(from: TradingDay): Promise<readonly Tally[]>;
  /** Those that touch `from <= t < until`, oldest first. */
  knownEmpty(root: string, from: EpochMs, until: EpochMs): Promise<readonly KnownEmpty[]>;
}

export interface TallyStore {
  /** Adds to what is there. */
  add(tallies: readonly Tally[]): Promise<void>;
}
