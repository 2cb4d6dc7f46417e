import { deviationOf } from '../indicators/bollinger.js';
import { cell } from '../indicators/indicator.js';

const STEP = 3;
const MOVES = 100;

export interface Velocity {
  push(close: number): void;
  /** The 3-bar move in deviations, and how much that figure changed over 3 bars; undefined before the seventh bar. */
  read(): { readonly velocity: number; readonly change: number } | undefined;
}

/** The 3-bar move over the population deviation of the last 100 such moves (fewer while there are fewer; 0 if flat). */
export function createVelocity(): Velocity {
  const size = MOVES + 2 * STEP;
  const closes = new Float64Array(size);
  const moves = new Float64Array(MOVES);
  let seen = 0;
  const moveEnding = (i: number): number => cell(closes, i % size) - cell(closes, (i - STEP) % size);
  const velocityAt = (end: number): number => {
    const n = Math.min(MOVES, end - STEP + 1);
    for (let k = 0; k < n; k += 1) moves[k] = moveEnding(end - k);
    const deviation = deviationOf(moves, n);
    return deviation > 0 ? moveEnding(end) / deviation : 0;
  };
  return {
    push(close) {
      closes[seen % size] = close;
      seen += 1;
    },
    read() {
      if (seen <= 2 * STEP) return undefined;
      const velocity = velocityAt(seen - 1);
      return { velocity, change: velocity - velocityAt(seen - 1 - STEP) };
    },
  };
}
