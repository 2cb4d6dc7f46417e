import { cell, type Indicator } from './indicator.js';

/** Relative strength index (Wilder 1978), seeded with the plain means of the first `length` gains and losses. */
export function createRsi(length: number): Indicator {
  const state = new Float64Array(3); // mean gain, mean loss, previous close
  const [decay, share] = [(length - 1) / length, 1 / length];
  let moves = -1;
  return {
    warmup: length + 1,
    push(close) {
      const move = close - cell(state, 2);
      state[2] = close;
      moves += 1;
      if (moves === 0) return undefined;
      const gain = Math.max(move, 0);
      const loss = Math.max(-move, 0);
      const kept = moves > length ? decay : 1;
      state[0] = cell(state, 0) * kept + gain * share;
      state[1] = cell(state, 1) * kept + loss * share;
      return moves < length ? undefined : strength(cell(state, 0), cell(state, 1));
    },
  };
}

/** Wilder's 100 - 100 / (1 + gain / loss), written so that swapping gain and loss mirrors it about 50 exactly. */
const strength = (gain: number, loss: number): number =>
  gain === loss ? 50 : 50 + (50 * (gain - loss)) / (gain + loss);
