import { cell, type Indicator, type Range } from './indicator.js';

/** Average true range (Wilder 1978): the mean of the first `length` true ranges, then his smoothing. */
export function createAtr(length: number): Indicator<Range> {
  const state = new Float64Array(2); // average (a sum until warm), previous close
  let seen = 0;
  return {
    warmup: length,
    push({ high, low, close }) {
      const before = cell(state, 1);
      const range = seen === 0 ? high - low : Math.max(high - low, Math.abs(high - before), Math.abs(low - before));
      state[1] = close;
      seen += 1;
      if (seen > length) state[0] = ((length - 1) * cell(state, 0) + range) / length;
      else state[0] = cell(state, 0) + range;
      if (seen === length) state[0] = cell(state, 0) / length;
      return seen < length ? undefined : cell(state, 0);
    },
  };
}
