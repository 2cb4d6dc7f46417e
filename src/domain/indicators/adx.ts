import { cell, type Indicator, type Range } from './indicator.js';

/**
 * Average directional index (Wilder 1978): how one-sided the market's steps are, 0 to 100, whatever the side. Sums of the
 * first `length` steps start his smoothing, and the mean of the first `length` directional indexes starts the average. A
 * market that does not move has no direction and counts 0.
 */
export function createAdx(length: number): Indicator<Range> {
  const state = new Float64Array(7);
  const [HIGH, LOW, CLOSE, RANGE, UP, DOWN, ADX] = [0, 1, 2, 3, 4, 5, 6] as const;
  const decay = (length - 1) / length;
  let steps = -1;

  const smooth = (slot: number, value: number): void => {
    const kept = steps > length ? decay : 1;
    state[slot] = cell(state, slot) * kept + value;
  };

  const index = (): number => {
    const [up, down] = [cell(state, UP), cell(state, DOWN)];
    return cell(state, RANGE) > 0 && up + down > 0 ? (100 * Math.abs(up - down)) / (up + down) : 0;
  };

  return {
    warmup: 2 * length,
    push({ high, low, close }) {
      steps += 1;
      const rise = high - cell(state, HIGH);
      const fall = cell(state, LOW) - low;
      const before = cell(state, CLOSE);
      state[HIGH] = high;
      state[LOW] = low;
      state[CLOSE] = close;
      if (steps === 0) return undefined;
      smooth(RANGE, Math.max(high, before) - Math.min(low, before));
      smooth(UP, rise > fall && rise > 0 ? rise : 0);
      smooth(DOWN, fall > rise && fall > 0 ? fall : 0);
      if (steps < length) return undefined;
      const firsts = 2 * length - 1;
      if (steps <= firsts) state[ADX] = cell(state, ADX) + index() / length;
      else state[ADX] = ((length - 1) * cell(state, ADX) + index()) / length;
      return steps < firsts ? undefined : cell(state, ADX);
    },
  };
}
