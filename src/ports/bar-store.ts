import type { BarColumns } from '../domain/bars/columns.js';
import type { EpochMs } from '../kernel/units.js';
import type { FeedBar } from './feed.js';

/** History of closed 1-minute bars. Writes are idempotent: the same bar twice changes nothing. */
export interface BarStore {
  /** Returns how many rows were new. */
  save(bars: readonly FeedBar[], source: string): Promise<number>;
  /** Bars of one root with `from <= at < to`, oldest first. */
  range(root: string, from: EpochMs, to: EpochMs): Promise<readonly FeedBar[]>;
  /** Open time of the newest stored bar of a root. */
  newest(root: string): Promise<EpochMs | undefined>;
}

/** A bar store that also moves months and years at once. */
export interface BulkBarStore extends BarStore {
  /**
   * Saves many bars, of any roots and in any order; returns how many rows were new. It is one piece: when it rejects nothing of
   * it was written (or, where only the answer was lost, all of it), and the same call again completes it.
   */
  load(bars: readonly FeedBar[], source: string): Promise<number>;
  /** The same for bars of one root that know their sources. */
  loadColumns(root: string, columns: BarColumns): Promise<number>;
  columns(root: string, from: EpochMs, to: EpochMs): Promise<BarColumns>;
  /** Open times of the stored bars with `from <= at < to`, in order: what is not among them is missing. */
  minutes(root: string, from: EpochMs, to: EpochMs): Promise<Float64Array>;
}
