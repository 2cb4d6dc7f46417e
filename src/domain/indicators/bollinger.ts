import { cell, type Indicator } from './indicator.js';

export interface Bands {
  readonly middle: number;
  readonly upper: number;
  readonly lower: number;
}

/** Bollinger bands with the population deviation, as NinjaTrader draws them. */
export function createBollinger(length: number, width: number): Indicator<number, Bands> {
  const ring = new Float64Array(length);
  let [seen, slot] = [0, 0];
  return {
    warmup: length,
    push(x) {
      ring[slot] = x;
      slot = slot + 1 === length ? 0 : slot + 1;
      seen += 1;
      return seen < length ? undefined : bandsOf(ring, width);
    },
  };
}

/** The same bands for one who seldom looks at them: a bar costs a store, a look costs the sums. */
export function followBollinger(length: number, width: number) {
  const ring = new Float64Array(length);
  let seen = 0;
  return {
    push(x: number): void {
      ring[seen % length] = x;
      seen += 1;
    },
    read: (): Bands | undefined => (seen < length ? undefined : bandsOf(ring, width)),
  };
}

function bandsOf(ring: Float64Array, width: number): Bands {
  const middle = meanOf(ring, ring.length);
  const reach = width * spreadOf(ring, ring.length, middle);
  return { middle, upper: middle + reach, lower: middle - reach };
}

export function meanOf(values: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i += 1) sum += cell(values, i);
  return sum / n;
}

/** Population standard deviation of the first `n` values, in two passes so that large prices lose no digits. */
export function deviationOf(values: Float64Array, n: number): number {
  return spreadOf(values, n, meanOf(values, n));
}

function spreadOf(values: Float64Array, n: number, mean: number): number {
  let squares = 0;
  for (let i = 0; i < n; i += 1) squares += (cell(values, i) - mean) ** 2;
  return Math.sqrt(squares / n);
}
