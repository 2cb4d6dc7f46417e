import type { EpochMs, Ticks } from '../../kernel/units.js';

export type IctKind = 'gap' | 'order-block' | 'breaker' | 'sweep';

/** A zone of prices that is expected to hold: a LONG one carries the price from below, a SHORT one caps it from above. */
export interface IctLevel {
  readonly kind: IctKind;
  readonly side: 'LONG' | 'SHORT';
  /** The zone; of a gap, what is still unfilled of it. */
  readonly low: Ticks;
  readonly high: Ticks;
  /** Open of the bar that drew the zone. */
  readonly at: EpochMs;
  /** Bars since then. */
  readonly ageBars: number;
  /** `fresh` until price comes back to the zone; then a gap is `part-filled`, anything else `tested`. */
  readonly state: 'fresh' | 'tested' | 'part-filled';
  /** Share of a gap that was filled, 0 to 1. */
  readonly fill: number | undefined;
}

/**
 * Bars a level, or a swing nobody has traded beyond, is remembered: three full trading days of 5-minute bars. Less than
 * the four days that survive a roll of the focus window, so a roll takes no level away that is still of use.
 */
export const LEVEL_BARS_MAX = 3 * 276;
