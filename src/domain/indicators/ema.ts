import { cell, type Indicator } from './indicator.js';

/** Exponential average with a given weight of the newest value, seeded with the first one. */
export function createSmoother(alpha: number): Indicator {
  const state = new Float64Array(1);
  let seeded = false;
  return {
    warmup: 1,
    push(x) {
      // The step form keeps a flat series exactly flat, so a price at rest never crosses its own average.
      state[0] = seeded ? cell(state, 0) + alpha * (x - cell(state, 0)) : x;
      seeded = true;
      return cell(state, 0);
    },
  };
}

/** Exponential moving average of `length` values: alpha = 2 / (length + 1). */
export const createEma = (length: number): Indicator => createSmoother(2 / (length + 1));
