import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { resized } from '../../../../src/domain/risk/account-size.js';
import {
  bookOf,
  changeLimits,
  KEYS,
  type LimitBook,
  type LimitsChange,
  limitsOn,
} from '../../../../src/domain/risk/limit-book.js';
import { ceilingOf } from '../../../../src/domain/risk/limit-ceilings.js';
import { defaultLimits } from '../../../../src/domain/risk/limits.js';
import { tradingDay } from '../../../../src/domain/sessions/trading-day.js';
import { fromUsd, type MicroUsd } from '../../../../src/kernel/units.js';

const THURSDAY = tradingDay('2026-11-19');
const FRIDAY = tradingDay('2026-11-20');
const FIFTY = fromUsd(50_000);
const HUNDRED = fromUsd(100_000);
const TWENTY = fromUsd(20_000);
const limits = defaultLimits(FIFTY);

const to = (book: LimitBook, size: MicroUsd, day = THURSDAY): LimitBook =>
  resized(book, { from: book.accountSize ?? FIFTY, to: size, tradingDay: day });
function change(book: LimitBook, wanted: LimitsChange, day = THURSDAY): LimitBook {
  const changed = changeLimits(book, wanted, { tradingDay: day, accountSize: book.accountSize ?? FIFTY });
  return changed.ok ? changed.value.book : book;
}

describe('an account of another size', () => {
  test('holds at once when it is smaller, with the risk of one trade', () => {
    expect(to(bookOf(limits, FIFTY), TWENTY)).toEqual(bookOf({ ...limits, riskPerTrade: fromUsd(150) }, TWENTY));
  });

  test('waits for the next trading day when it is larger, and so does the risk of one trade', () => {
    const book = to(bookOf(limits, FIFTY), HUNDRED);
    const later = { ...limits, riskPerTrade: fromUsd(750) };
    expect(book).toEqual({
      inForce: limits,
      accountSize: FIFTY,
      pending: { from: FRIDAY, limits: later, accountSize: HUNDRED },
    });
    expect(limitsOn(book, FRIDAY)).toEqual(bookOf(later, HUNDRED));
  });

  test('waits also where no limit waits with it', () => {
    const own = change(bookOf(limits, FIFTY), { riskPerTrade: fromUsd(300) });
    expect(to(own, HUNDRED).pending).toEqual({ from: FRIDAY, limits: own.inForce, accountSize: HUNDRED });
  });

  test('leaves a risk per trade of the trader’s own as it is, up to its ceiling', () => {
    const own = (riskPerTrade: number) => bookOf({ ...limits, riskPerTrade: fromUsd(riskPerTrade) }, FIFTY);
    expect(to(own(300), TWENTY).inForce.riskPerTrade).toBe(fromUsd(300));
    expect(to(own(1_000), TWENTY).inForce.riskPerTrade, '2 % of 20,000').toBe(fromUsd(400));
    expect(limitsOn(to(own(300), HUNDRED), FRIDAY).inForce.riskPerTrade).toBe(fromUsd(300));
  });

  test('there and back within a day is no way to loosen', () => {
    const back = to(to(bookOf(limits, FIFTY), TWENTY), FIFTY);
    expect(back).toMatchObject({ accountSize: TWENTY, inForce: { riskPerTrade: fromUsd(150) } });
    expect(limitsOn(back, FRIDAY)).toEqual(bookOf(limits, FIFTY));
    expect(to(to(bookOf(limits, FIFTY), HUNDRED), FIFTY), 'asked for again before it began').toEqual(
      bookOf(limits, FIFTY),
    );
  });

  test('keeps the looser limits that wait, within the new ceilings', () => {
    const waiting = change(bookOf(limits, FIFTY), { dailyLoss: fromUsd(2_000), openTradesMax: 3 });
    expect(to(waiting, TWENTY).pending?.limits).toMatchObject({ dailyLoss: fromUsd(1_000), openTradesMax: 3 });
  });

  test('makes tighter at once what it makes tighter for tomorrow', () => {
    const own = change(bookOf(limits, FIFTY), { riskPerTrade: fromUsd(100) });
    const back = change(own, { riskPerTrade: fromUsd(375) });
    expect(to(back, fromUsd(10_000)), 'tomorrow its share would be $75').toEqual(
      bookOf({ ...limits, riskPerTrade: fromUsd(75) }, fromUsd(10_000)),
    );
  });

  test('a change of limits leaves the size that waits as it is', () => {
    const book = change(to(bookOf(limits, FIFTY), HUNDRED), { riskPerTrade: fromUsd(375) });
    expect(book).toEqual({ ...bookOf(limits, FIFTY), pending: { from: FRIDAY, limits, accountSize: HUNDRED } });
  });
});

test('within one trading day no sequence of sizes and changes makes the account or any limit looser', () => {
  const usd = (max: number) => fc.integer({ min: 1, max }).map(fromUsd);
  const wanted: fc.Arbitrary<LimitsChange> = fc.record(
    {
      riskPerTrade: usd(2_500),
      dailyLoss: usd(6_000),
      noTradeLoss: usd(3_000),
      openTradesMax: fc.integer({ min: 0, max: 7 }),
    },
    { requiredKeys: [] },
  );
  const size = fc.oneof(fc.constantFrom(FIFTY, HUNDRED, TWENTY), fc.integer({ min: 1_000, max: 200_000 }).map(fromUsd));
  const step = fc.oneof(
    size.map((it) => (book: LimitBook, day: typeof FRIDAY) => to(book, it, day)),
    wanted.map((it) => (book: LimitBook, day: typeof FRIDAY) => change(book, it, day)),
  );
  const percentOver = ({ inForce, accountSize = FIFTY }: LimitBook) =>
    (['riskPerTrade', 'dailyLoss'] as const).filter(
      (key) => inForce[key] > ceilingOf(key, { limits: inForce, accountSize }).max,
    );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 6 }), fc.array(step, { maxLength: 10 }), (before, today) => {
      let book = limitsOn(
        before.reduce((it, next) => next(it, THURSDAY), bookOf(limits, FIFTY)),
        FRIDAY,
      );
      for (const next of today) {
        const now = next(book, FRIDAY);
        expect(now.accountSize).toBeLessThanOrEqual(Number(book.accountSize));
        expect(now.pending?.accountSize ?? now.accountSize).toBeGreaterThanOrEqual(Number(now.accountSize));
        for (const key of KEYS) {
          expect(now.inForce[key]).toBeLessThanOrEqual(book.inForce[key]);
          if (now.pending) expect(now.pending.limits[key]).toBeGreaterThanOrEqual(now.inForce[key]);
        }
        expect(now.inForce.noTradeLoss).toBeLessThanOrEqual(now.inForce.dailyLoss);
        expect(percentOver(now)).toEqual([]);
        expect(limitsOn(now, FRIDAY)).toBe(now);
        book = now;
      }
    }),
    { numRuns: 500 },
  );
});
