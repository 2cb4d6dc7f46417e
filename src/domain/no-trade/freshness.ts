import { type EpochMs, FIVE_MINUTES } from '../../kernel/units.js';
import type { NewestBar } from '../focus/analysis.js';
import { isStale } from '../focus/card.js';
import type { Reading } from '../focus/types.js';

/** How old the data of one watched instrument is. */
export interface Freshness {
  readonly root: string;
  readonly marketOpen: boolean;
  /** Close time of the newest closed bar; undefined when none ever came. */
  readonly newestAt: EpochMs | undefined;
  readonly stale: boolean;
}

export interface FreshnessFacts {
  readonly root: string;
  readonly reading: Reading | undefined;
  readonly last: NewestBar | undefined;
  readonly marketOpen: boolean;
  readonly now: EpochMs;
}

/** The bound of a reading: two 5-minute bars. */
const HEARD_WITHIN_MS = 2 * FIVE_MINUTES;

/** An instrument that was never heard is as stale as one that fell silent. */
export function freshnessOf({ root, reading, last, marketOpen, now }: FreshnessFacts): Freshness {
  // Between a change of contract and its first 5-minute bar there is no reading, and data all the same.
  const stale = reading ? isStale({ reading, last, now }) : !last || now - last.closedAt > HEARD_WITHIN_MS;
  return { root, marketOpen, newestAt: last?.closedAt, stale };
}
