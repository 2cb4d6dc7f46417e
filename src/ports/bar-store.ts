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
