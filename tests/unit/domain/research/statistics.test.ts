import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bootstrapMean, type Observation, spearman, wilson } from '../../../../src/domain/research/statistics.js';
import { createRng } from '../../../../src/kernel/rng.js';

const rng = () => createRng('statistics');

describe('the interval of Wilson', () => {
  // Table I of Newcombe, Statistics in Medicine 17 (1998) 857-872, method 3 (score).
  test.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('of %i hits in %i tries is the published one', (hits, tries, low, high) => {
    const interval = wilson(hits, tries);
    expect(interval?.value).toBe(hits / tries);
    expect(interval?.low).toBeCloseTo(low, 4);
    expect(interval?.high).toBeCloseTo(high, 4);
  });

  test('of one hit in two is worked by hand: z² = 3.8415, half width z/(1 + z²/2) times the root of 1/8 + z²/16', () => {
    const z2 = 3.841_458_820_694;
    const reach = (Math.sqrt(z2) / (1 + z2 / 2)) * Math.sqrt(1 / 8 + z2 / 16);
    expect(wilson(1, 2)?.low).toBeCloseTo(0.5 - reach, 10);
    expect(wilson(1, 2)?.high).toBeCloseTo(0.5 + reach, 10);
  });

  test('holds the share, lies in 0 to 1 and mirrors misses into hits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5_000 }), fc.nat(5_000), (tries, some) => {
        const hits = some % (tries + 1);
        const [one, other] = [wilson(hits, tries), wilson(tries - hits, tries)];
        if (!one || !other) throw new Error('an interval is missing');
        expect(one.low).toBeGreaterThanOrEqual(0);
        expect(one.high).toBeLessThanOrEqual(1);
        expect(one.low).toBeLessThanOrEqual(one.value);
        expect(one.high).toBeGreaterThanOrEqual(one.value);
        expect(one.low).toBeCloseTo(1 - other.high, 12);
      }),
    );
  });

  test('does not exist without a try', () => {
    expect(wilson(0, 0)).toBeUndefined();
  });
});

const observed = (pairs: readonly (readonly [number, number])[], blockOf = (i: number) => `d${i}`): Observation[] =>
  pairs.map(([x, y], i) => ({ x, y, block: blockOf(i) }));

describe('Spearman’s rank correlation', () => {
  test('of ten pairs is 1 - 6·194/990 = -29/165, worked by hand', () => {
    // Ranks of x 1…10 in order; ranks of y beside them; squared differences sum to 194.
    const pairs = [
      [86, 2],
      [97, 20],
      [99, 28],
      [100, 27],
      [101, 50],
      [103, 29],
      [106, 7],
      [110, 17],
      [112, 6],
      [113, 12],
    ] as const;
    expect(spearman(observed(pairs), rng())?.value).toBeCloseTo(-29 / 165, 12);
  });

  test('takes ties at their mean rank: ranks 1 2.5 2.5 4 against 1 2 3 4, padded to ten days, worked by hand', () => {
    // Ranks of x: 1, 2.5, 2.5, 4 … 10; of y 1 … 10. Sum of products of deviations 82, of squares 82 and 82.5.
    const x = [1, 2, 2, 4, 5, 6, 7, 8, 9, 10];
    const pairs = x.map((value, i) => [value, i + 1] as const);
    expect(spearman(observed(pairs), rng())?.value).toBeCloseTo(82 / Math.sqrt(82 * 82.5), 12);
  });

  test('is 1 for any rising relation, with no doubt, and -1 for its mirror', () => {
    const pairs = Array.from({ length: 40 }, (_, i) => [i, i ** 3] as const);
    expect(spearman(observed(pairs), rng())).toEqual({ value: 1, low: 1, high: 1 });
    const falling = spearman(observed(pairs.map(([x, y]) => [x, -y] as const)), rng());
    expect(falling?.value).toBeCloseTo(-1, 12);
  });

  test('does not exist where one side never differs', () => {
    expect(spearman(observed(Array.from({ length: 40 }, (_, i) => [50, i] as const)), rng())).toBeUndefined();
  });

  test('has an interval that nearly always holds zero when nothing is related', () => {
    const misses = Array.from({ length: 60 }, (_, k) => {
      const chance = createRng(`noise/${k}`);
      const pairs = Array.from({ length: 120 }, () => [chance.next(), chance.normal()] as const);
      const found = spearman(
        observed(pairs, (i) => `d${i % 30}`),
        rng(),
      );
      return found !== undefined && (found.low > 0 || found.high < 0) ? 1 : 0;
    }).reduce<number>((sum, miss) => sum + miss, 0);
    expect(misses, '5 % of 60 are 3').toBeLessThanOrEqual(8);
  });
});

describe('the bootstrap of a mean', () => {
  test('draws the same numbers for the same seed', () => {
    const pairs = Array.from({ length: 50 }, (_, i) => [i, (i * 37) % 11] as const);
    expect(bootstrapMean(observed(pairs), rng())).toEqual(bootstrapMean(observed(pairs), rng()));
  });

  test('comes near the interval of the normal theory for many independent values', () => {
    const chance = createRng('normal');
    const pairs = Array.from({ length: 1_000 }, (_, i) => [i, chance.normal()] as const);
    const found = bootstrapMean(observed(pairs), rng());
    if (!found) throw new Error('no estimate');
    expect((found.high - found.low) / 2).toBeCloseTo(1.96 / Math.sqrt(1_000), 2);
    expect(found.value).toBeGreaterThan(found.low);
    expect(found.value).toBeLessThan(found.high);
  });

  test('is as wide as the days are few, however many trades a day repeats', () => {
    const day = (i: number) => (i % 20 < 10 ? 1 : -1);
    const once = Array.from({ length: 20 }, (_, i) => [i, day(i)] as const);
    const often = Array.from({ length: 400 }, (_, i) => [i, day(i)] as const);
    const few = bootstrapMean(observed(once), rng());
    const many = bootstrapMean(
      observed(often, (i) => `d${i % 20}`),
      rng(),
    );
    expect(many).toEqual(few);
  });

  test('is not given for fewer than ten days', () => {
    const pairs = Array.from({ length: 90 }, (_, i) => [i, i % 7] as const);
    expect(
      bootstrapMean(
        observed(pairs, (i) => `d${i % 9}`),
        rng(),
      ),
    ).toBeUndefined();
    expect(
      bootstrapMean(
        observed(pairs, (i) => `d${i % 10}`),
        rng(),
      ),
    ).toBeDefined();
    expect(bootstrapMean([], rng())).toBeUndefined();
  });
});
