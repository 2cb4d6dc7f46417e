import type { EpochMs, Ticks } from '../../kernel/units.js';
import type { Bar } from './bar.js';

/** A closed bar with the instrument and the listed contract it belongs to. */
export interface FeedBar {
  readonly root: string;
  /** Listed contract, e.g. `MGCZ6`. */
  readonly contract: string;
  readonly bar: Bar;
  /** Length of a bar that is coarser than a minute, as some recorded files are. */
  readonly lengthMs?: number;
  /** The feed that decided it, where a run has several. */
  readonly source?: string;
}

export interface FeedTick {
  readonly root: string;
  readonly contract: string;
  readonly price: Ticks;
  readonly at: EpochMs;
}
