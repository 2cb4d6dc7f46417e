import { cell, type Indicator } from './indicator.js';

/** Plain mean of the last `length` values. Whole numbers (ticks) are summed without any rounding. */
export function createSma(length: number): Indicator {
  const ring = new Float64Array(length);
  const sum = new Float64Array(1);
  let seen = 0;
  return {
    warmup: length,
    push(x) {
      const slot = seen % length;
      sum[0] = cell(sum, 0) + x - cell(ring, slot);
      ring[slot] = x;
      seen += 1;
      return seen < length ? undefined : cell(sum, 0) / length;
    },
  };
}
