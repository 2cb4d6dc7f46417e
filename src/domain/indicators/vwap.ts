import { cell, type Indicator, type Range } from './indicator.js';

/**
 * Volume-weighted average of (high + low + close) / 3 since the anchor. Make a new one at the open of each trading day;
 * undefined until something traded.
 */
export function createVwap(): Indicator<Range & { readonly volume: number }> {
  const state = new Float64Array(2); // price times volume, volume
  return {
    warmup: 1,
    push({ high, low, close, volume }) {
      state[0] = cell(state, 0) + ((high + low + close) / 3) * volume;
      state[1] = cell(state, 1) + volume;
      return cell(state, 1) > 0 ? cell(state, 0) / cell(state, 1) : undefined;
    },
  };
}
