import { cell, type Indicator } from './indicator.js';

/**
 * Hull moving average (Alan Hull 2005): WMA over the root of the length of twice the half-length WMA less the full one.
 * Half and root are cut to whole numbers (5 gives 2 and 2), as charting platforms do.
 */
export function createHull(length: number): Indicator {
  const half = createWma(Math.floor(length / 2));
  const full = createWma(length);
  const root = Math.floor(Math.sqrt(length));
  const last = createWma(root);
  return {
    warmup: length + root - 1,
    push(x) {
      const [quick, calm] = [half.push(x), full.push(x)];
      return quick === undefined || calm === undefined ? undefined : last.push(2 * quick - calm);
    },
  };
}

/** Linearly weighted average; the newest value weighs most. */
function createWma(length: number): Indicator {
  const ring = new Float64Array(length);
  const weights = (length * (length + 1)) / 2;
  let seen = 0;
  return {
    warmup: length,
    push(x) {
      ring[seen % length] = x;
      seen += 1;
      if (seen < length) return undefined;
      let sum = 0;
      for (let age = 0; age < length; age += 1) sum += (length - age) * cell(ring, (seen - 1 - age) % length);
      return sum / weights;
    },
  };
}
