import type { Indicator } from './indicator.js';
import { createSma } from './sma.js';

/** Awesome oscillator (Bill Williams): SMA5 less SMA34 of the bar's middle. */
export function createAo(): Indicator<{ readonly high: number; readonly low: number }> {
  const fast = createSma(5);
  const slow = createSma(34);
  return {
    warmup: 34,
    push({ high, low }) {
      const middle = (high + low) / 2;
      const [quick, calm] = [fast.push(middle), slow.push(middle)];
      return quick === undefined || calm === undefined ? undefined : quick - calm;
    },
  };
}
