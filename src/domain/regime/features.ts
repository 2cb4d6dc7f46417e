import { createAtr } from '../indicators/atr.js';
import { createSma } from '../indicators/sma.js';

/** What the regime model sees of one 5-minute bar: log return, ATR14 as a share of the price, volume against its 20-bar mean. */
export const REGIME_DIMS = 3;
export const ATR_DIM = 1;

/** One bar's prices in any unit, oldest first; only ratios leave. */
export interface PricedBar {
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

export interface RegimeFeatures {
  /**
   * Puts the bar's features into a row. False until warm, and for a bar whose price or the one before is not above zero:
   * such a price has no logarithm.
   */
  into(row: Float64Array, bar: PricedBar): boolean;
}

export function createRegimeFeatures(): RegimeFeatures {
  const atr = createAtr(14);
  const volumes = createSma(20);
  const before = new Float64Array(1).fill(Number.NaN);
  return {
    into(row, bar) {
      const range = atr.push(bar);
      const usual = volumes.push(bar.volume);
      const last = before[0] ?? Number.NaN;
      before[0] = bar.close;
      if (range === undefined || usual === undefined || !(last > 0) || bar.close <= 0) return false;
      row[0] = Math.log(bar.close / last);
      row[1] = range / bar.close;
      // A market that trades nothing for 20 bars has its usual volume: none.
      row[2] = usual > 0 ? bar.volume / usual : 1;
      return true;
    },
  };
}
