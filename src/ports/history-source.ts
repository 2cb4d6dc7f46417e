import type { FeedBar } from '../domain/bars/feed-bar.js';
import type { EpochMs } from '../kernel/units.js';

/** One stretch of one listed contract. */
export interface HistoryWish {
  readonly root: string;
  /** Listed contract, e.g. `MGCZ6`. */
  readonly contract: string;
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** A vendor that can be asked for closed 1-minute bars of the past. It minds the vendor's own pace by itself. */
export interface HistorySource {
  readonly name: string;
  /**
   * Bars with `from <= open < to`, oldest first, a page at a time; nothing where the vendor has none. Throws a coded
   * OperationalError where the vendor cannot or will not answer; what was yielded before stands.
   */
  bars(wish: HistoryWish, signal: AbortSignal): AsyncIterable<readonly FeedBar[]>;
  close(): Promise<void>;
}
