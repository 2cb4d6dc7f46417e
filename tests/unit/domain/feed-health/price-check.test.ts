import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  compared,
  mismatchFacts,
  mismatchText,
  type PriceCheck,
  type Quote,
  quotesAround,
  unchecked,
} from '../../../../src/domain/feed-health/price-check.js';
import { instrument } from '../../../../src/domain/instruments/catalogue/index.js';
import { after, type EpochMs, epochMs, SECOND } from '../../../../src/kernel/units.js';

const START = epochMs(Date.parse('2026-11-20T15:00:00Z'));
const at = (seconds: number): EpochMs => after(START, seconds * SECOND);
const quote = (ticks: number, seconds: number, contract = 'MGCZ6'): Quote => ({ contract, ticks, at: at(seconds) });

/** Compares a price of each side every so many seconds. */
const watch = (differences: readonly number[], everySeconds = 5): readonly PriceCheck[] => {
  const checks: PriceCheck[] = [];
  let check = unchecked;
  differences.forEach((difference, i) => {
    const now = i * everySeconds;
    check = compared(check, { feed: [quote(42_000 + difference, now)], platform: [quote(42_000, now)], at: at(now) });
    checks.push(check);
  });
  return checks;
};
const isMismatch = (differences: readonly number[], every?: number): readonly boolean[] =>
  watch(differences, every).map(({ mismatch }) => mismatch !== undefined);

describe('a difference between feed and platform', () => {
  test('counts when it was over two ticks for ten seconds, in either direction', () => {
    expect(isMismatch([3, 3, 3])).toEqual([false, false, true]);
    expect(isMismatch([-3, -3, -3])).toEqual([false, false, true]);
    expect(isMismatch([2, 2, 2, 2, 2])).toEqual([false, false, false, false, false]);
  });

  test('begins anew when the prices agree in between', () => {
    expect(isMismatch([9, 0, 9, 9, 0, 9])).toEqual([false, false, false, false, false, false]);
  });

  test('is over only when they have agreed for ten seconds', () => {
    expect(isMismatch([9, 9, 9, 0, 9, 0, 0, 0])).toEqual([false, false, true, true, true, true, true, false]);
  });

  test('is dated from its first second', () => {
    expect(watch([9, 9, 9, 9]).at(-1)?.mismatch?.since).toBe(START);
  });

  test('of half a tick and more is told to the digit: an average price need not be on the grid', () => {
    expect(isMismatch([2.4, 2.4, 2.4])).toEqual([false, false, true]);
  });
});

test('a mismatch is raised and taken back only after ten seconds of one and the same, whatever comes between', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -6, max: 6 }), { minLength: 3, maxLength: 60 }), (differences) => {
      const states = isMismatch(differences, 1);
      states.forEach((state, i) => {
        if (state === (states[i - 1] ?? false)) return;
        const since = differences.slice(Math.max(0, i - 10), i + 1);
        expect(since).toHaveLength(11);
        expect(since.every((difference) => Math.abs(difference) > 2 === state)).toBe(true);
      });
    }),
  );
});

describe('prices of one instant', () => {
  test('are those in force two seconds before it, and all until two seconds after', () => {
    const trail = [quote(1, 0), quote(2, 3), quote(3, 9), quote(4, 11), quote(5, 14)];
    expect(quotesAround(trail, at(10), 10 * SECOND).map(({ ticks }) => ticks)).toEqual([2, 3, 4]);
  });

  test('do not reach back further than a price holds', () => {
    expect(quotesAround([quote(1, 0)], at(10), 10 * SECOND)).toHaveLength(1);
    expect(quotesAround([quote(1, 0)], at(10.001), 10 * SECOND)).toHaveLength(0);
  });

  test('differ by what lies between their ranges: a fast market is no difference', () => {
    const fast = Array.from({ length: 20 }, (_, i) => quote(42_000 + i * 5, i * 0.2));
    const check = compared(unchecked, { feed: fast, platform: [quote(42_050, 4)], at: at(4) });
    expect(check).toMatchObject({ differsSince: undefined, agreesSince: at(4) });
  });

  test('are needed of both sides', () => {
    expect(compared(unchecked, { feed: [], platform: [quote(1, 0)], at: START })).toBe(unchecked);
    expect(compared(unchecked, { feed: [quote(1, 0)], platform: [], at: START })).toBe(unchecked);
  });
});

test('the sentence names both contracts, prices and ages, the difference, and two months as the likely cause', () => {
  const spec = instrument('MGC');
  if (!spec) throw new Error('MGC');
  const mismatch = { since: START, feed: quote(42_070, 9), platform: quote(42_370, 7, 'MGCG7') };
  expect(mismatchText(mismatch, spec, at(10))).toBe(
    'PRICE_MISMATCH: feed MGCZ6 4207.0 (1 s old), platform MGCG7 4237.0 (3 s old), 300 ticks apart; two contract months, which is the likely cause',
  );
  expect(mismatchText({ ...mismatch, platform: quote(42_073, 10) }, spec, at(10))).toMatch(/3 ticks apart$/);
  expect(mismatchFacts(mismatch, spec, at(10))).toEqual({
    feed_contract: 'MGCZ6',
    platform_contract: 'MGCG7',
    feed_price: 4207,
    platform_price: 4237,
    ticks_apart: 300,
    feed_age_s: 1,
    platform_age_s: 3,
    since: '2026-11-20T15:00:00.000Z',
  });
});
