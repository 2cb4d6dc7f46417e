import type { EpochMs } from '../kernel/units.js';

/** The one source of time. Live it is the system's clock; a replay or demo supplies its own, shared by every process. */
export interface Clock {
  /** Market time. */
  now(): EpochMs;
  /** Monotonic milliseconds of this process, for time-outs and liveness; never for market logic. */
  elapsed(): number;
  /** Market milliseconds that pass in one wall millisecond; Infinity when the data drives the clock. */
  readonly speed: number;
}

/** How the processes of one run agree on the time: each is started with the same specification. */
export type ClockSpec =
  | { readonly kind: 'system' }
  /** Market time was `marketStart` when the wall said `wallStart` and runs `speed` times as fast since. */
  | { readonly kind: 'scaled'; readonly marketStart: EpochMs; readonly wallStart: EpochMs; readonly speed: number }
  /** Stands at `marketStart` until the data move it. */
  | { readonly kind: 'driven'; readonly marketStart: EpochMs };
