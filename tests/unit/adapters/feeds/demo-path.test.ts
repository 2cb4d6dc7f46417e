import fc from 'fast-check';
import { expect, test } from 'vitest';
import { minutePath } from '../../../../src/adapters/feeds/demo/path.js';
import type { Bar } from '../../../../src/domain/bars/bar.js';
import { createRng } from '../../../../src/kernel/rng.js';
import { epochMs, MINUTE, ticks } from '../../../../src/kernel/units.js';

const bars: fc.Arbitrary<Bar> = fc
  .record({
    low: fc.integer({ min: 1, max: 50_000 }),
    range: fc.integer({ min: 0, max: 400 }),
    open: fc.double({ min: 0, max: 1, noNaN: true }),
    close: fc.double({ min: 0, max: 1, noNaN: true }),
    volume: fc.integer({ min: 1, max: 20_000 }),
  })
  .map(({ low, range, open, close, volume }) => ({
    at: epochMs(1_000 * MINUTE),
    open: ticks(low + Math.round(open * range)),
    close: ticks(low + Math.round(close * range)),
    low: ticks(low),
    high: ticks(low + range),
    volume,
  }));

test('law: the last prices of a minute begin at its open, touch its extremes, end at its close and stay inside', () => {
  fc.assert(
    fc.property(bars, fc.string(), (bar, seed) => {
      const path = minutePath(bar, createRng(seed));
      const prices = path.map(({ price }) => price);
      expect(prices[0]).toBe(bar.open);
      expect(prices.at(-1)).toBe(bar.close);
      expect(Math.max(...prices)).toBe(bar.high);
      expect(Math.min(...prices)).toBe(bar.low);
      expect(prices.every(Number.isSafeInteger)).toBe(true);
      path.forEach(({ at }, i) => {
        expect(at).toBeGreaterThan(path[i - 1]?.at ?? bar.at - 1);
        expect(at).toBeLessThan(bar.at + MINUTE);
      });
    }),
  );
});

test('law: the same bar and seed walk the same path', () => {
  fc.assert(
    fc.property(bars, fc.string(), (bar, seed) => {
      expect(minutePath(bar, createRng(seed))).toEqual(minutePath(bar, createRng(seed)));
    }),
  );
});
