import { cell, type Indicator } from './indicator.js';

/** Plain mean of the last `length` values. Whole numbers (ticks) are summed without any rounding. */
export function createSma(length: number): Indicator {
  const ring = new Float64Array(length);
  const sum = new Float64Array(1);
  let [seen, slot] = [0, 0];
  return {
    warmup: length,
    push(x) {
      sum[0] = cell(sum, 0) + x - cell(ring, slot);
      ring[slot] = x;
      slot = slot + 1 === length ? 0 : slot + 1; // a remainder would cost as much as everything else here
      seen += 1;
      return seen < length ? undefined : cell(sum, 0) / length;
    },
  };
}
