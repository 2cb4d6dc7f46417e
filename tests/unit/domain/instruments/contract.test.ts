import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instrument, instruments } from '../../../../src/domain/instruments/catalogue/index.js';
import { onGrid, priceOf, snap, worth } from '../../../../src/domain/instruments/contract.js';
import { ticks } from '../../../../src/kernel/units.js';

const specs = fc.constantFrom(...instruments);
const anyTicks = fc.integer({ min: -50_000, max: 2_000_000 }).map(ticks);
const directions = fc.constantFrom('up', 'down', 'nearest');

describe('the tick grid', () => {
  test('a price on the grid never moves, in any direction', () => {
    fc.assert(
      fc.property(specs, anyTicks, directions, (spec, at, toward) => {
        const printed = Number(priceOf(at, spec).toFixed(spec.decimals));
        expect(snap(printed, spec, toward)).toBe(at);
        expect(onGrid(printed, spec)).toBe(at);
      }),
    );
  });

  test('a price off the grid goes to the tick on the named side and is not on the grid', () => {
    fc.assert(
      fc.property(specs, anyTicks, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (spec, at, part) => {
        const price = (at + part) / spec.ticksPerPoint;
        expect(snap(price, spec, 'down')).toBe(at);
        expect(snap(price, spec, 'up')).toBe(at + 1);
        expect(onGrid(price, spec)).toBeUndefined();
      }),
    );
  });

  test('71.29 of crude is 7129 ticks although 71.29 x 100 is not a whole number', () => {
    const mcl = instrument('MCL');
    expect(71.29 * 100).not.toBe(7129);
    expect(mcl && snap(71.29, mcl, 'up')).toBe(7129);
    expect(mcl && snap(71.29, mcl, 'down')).toBe(7129);
  });

  test('what is no number is not on the grid', () => {
    for (const spec of instruments) {
      for (const price of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
        expect(onGrid(price, spec)).toBeUndefined();
      }
    }
  });

  test('money adds up: two moves are worth their sum, n contracts n times one', () => {
    fc.assert(
      fc.property(specs, anyTicks, anyTicks, fc.integer({ min: 1, max: 50 }), (spec, a, b, size) => {
        expect(worth(a, size, spec) + worth(b, size, spec)).toBe(worth(a + b, size, spec));
        expect(worth(a, size, spec)).toBe(size * worth(a, 1, spec));
      }),
    );
  });
});
