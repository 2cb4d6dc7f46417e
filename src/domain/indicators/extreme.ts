import { cell, type Indicator } from './indicator.js';

/** Highest of the last `length` values. */
export const createMax = (length: number): Indicator => createExtreme(length, 1);

/** Lowest of the last `length` values. */
export const createMin = (length: number): Indicator => createExtreme(length, -1);

/**
 * A queue of candidates, each better than those behind it (the ascending-minima algorithm, Lemire 2006): a value leaves
 * when it grows too old or a better one arrives, so the front is always the answer.
 */
function createExtreme(length: number, sign: 1 | -1): Indicator {
  const values = new Float64Array(length);
  const born = new Float64Array(length);
  let [front, count, seen] = [0, 0, 0];
  const wrapped = (slot: number): number => (slot >= length ? slot - length : slot);
  return {
    warmup: length,
    push(x) {
      if (count > 0 && cell(born, front) <= seen - length) {
        front = wrapped(front + 1);
        count -= 1;
      }
      while (count > 0 && sign * cell(values, wrapped(front + count - 1)) <= sign * x) count -= 1;
      const back = wrapped(front + count);
      values[back] = x;
      born[back] = seen;
      count += 1;
      seen += 1;
      return seen < length ? undefined : cell(values, front);
    },
  };
}
