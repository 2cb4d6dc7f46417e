import type { EpochMs, Ticks } from '../../kernel/units.js';

/** One bar, stamped with the instant it opens. Prices are whole ticks of its contract. */
export interface Bar {
  readonly at: EpochMs;
  readonly open: Ticks;
  readonly high: Ticks;
  readonly low: Ticks;
  readonly close: Ticks;
  /** Contracts traded (tick count for a price-proxy source). */
  readonly volume: number;
}

/** Why a bar cannot be one, as a sentence; undefined for a sound bar. */
export function barFault(bar: Bar): string | undefined {
  const wholeTicks = [bar.open, bar.high, bar.low, bar.close].every(Number.isInteger);
  if (!wholeTicks) return 'a price is not a whole number of ticks';
  if (bar.low > bar.high) return 'low is above high';
  if (bar.open > bar.high || bar.open < bar.low) return 'open lies outside low to high';
  if (bar.close > bar.high || bar.close < bar.low) return 'close lies outside low to high';
  if (!(bar.volume >= 0 && Number.isFinite(bar.volume))) return 'volume is negative or not a number';
  return undefined;
}
