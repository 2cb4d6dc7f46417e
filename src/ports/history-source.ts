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

/** A row of a vendor's answer that could not be read, so that its minute is neither a bar nor known to be empty. */
export interface RefusedRow {
  readonly where: string;
  readonly reason: string;
  /** The row's minute lies in `from <= t < to`; without both it may be any minute of what was asked. */
  readonly from?: EpochMs;
  readonly to?: EpochMs;
}

/** A vendor that can be asked for closed 1-minute bars of the past. It minds the vendor's own pace by itself. */
export interface HistorySource {
  readonly name: string;
  /**
   * Bars with `from <= open < to`, oldest first, a page at a time; nothing where the vendor has none. Throws a coded
   * OperationalError where the vendor cannot or will not answer; what was yielded before stands. Every row that cannot be
   * read is told before the end.
   */
  bars(
    wish: HistoryWish,
    signal: AbortSignal,
    onRefused?: (row: RefusedRow) => void,
  ): AsyncIterable<readonly FeedBar[]>;
  close(): Promise<void>;
}
