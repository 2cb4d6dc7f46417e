import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bookOf,
  changeLimits,
  type LimitBook,
  type LimitKey,
  type LimitsChange,
  limitsOn,
} from '../../../../src/domain/risk/limit-book.js';
import { defaultLimits } from '../../../../src/domain/risk/limits.js';
import { shiftTradingDay, tradingDay } from '../../../../src/domain/sessions/trading-day.js';
import { fromUsd } from '../../../../src/kernel/units.js';
import { SIZE } from './facts.js';

const THURSDAY = tradingDay('2026-11-19');
const FRIDAY = tradingDay('2026-11-20');
const MONDAY = tradingDay('2026-11-23');
const limits = defaultLimits(SIZE);

function change(book: LimitBook, wanted: LimitsChange, day = THURSDAY) {
  const result = changeLimits(book, wanted, { tradingDay: day, accountSize: SIZE });
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}
const problems = (wanted: LimitsChange, book = bookOf(limits)) => {
  const result = changeLimits(book, wanted, { tradingDay: THURSDAY, accountSize: SIZE });
  return result.ok ? [] : result.error.map(({ field, problem }) => `${field}: ${problem}`);
};

describe('changing the limits', () => {
  test('tightens at once', () => {
    const wanted = { dailyLoss: fromUsd(400), openTradesMax: 1, entryCutoffMinute: 570 };
    expect(change(bookOf(limits), wanted)).toEqual({
      book: { inForce: { ...limits, ...wanted }, pending: undefined },
      tightened: ['openTradesMax', 'dailyLoss', 'entryCutoffMinute'],
      postponed: [],
      unchanged: [],
    });
  });

  test('loosens from the next trading day', () => {
    const { book, postponed } = change(bookOf(limits), { dailyLoss: fromUsd(600) });
    expect(book).toEqual({
      inForce: limits,
      pending: { from: FRIDAY, limits: { ...limits, dailyLoss: fromUsd(600) } },
    });
    expect(postponed).toEqual(['dailyLoss']);
    expect(limitsOn(book, THURSDAY)).toBe(book);
    expect(limitsOn(book, FRIDAY)).toEqual(bookOf({ ...limits, dailyLoss: fromUsd(600) }));
    expect(limitsOn(book, MONDAY).inForce.dailyLoss, 'also when the day was slept through').toBe(fromUsd(600));
  });

  test('judges every limit by itself', () => {
    const wanted = { dailyLoss: fromUsd(600), riskPerTrade: fromUsd(300), totalRiskPct: 5 };
    const { book, ...said } = change(bookOf(limits), wanted);
    expect(said).toEqual({ tightened: ['riskPerTrade'], postponed: ['dailyLoss'], unchanged: ['totalRiskPct'] });
    expect(book.inForce).toEqual({ ...limits, riskPerTrade: fromUsd(300) });
    expect(book.pending?.limits).toEqual({ ...limits, riskPerTrade: fromUsd(300), dailyLoss: fromUsd(600) });
  });

  test('passes over weekends and days on which no market opens', () => {
    const from = (day: string) => change(bookOf(limits), { openTradesMax: 3 }, tradingDay(day)).book.pending?.from;
    expect(from('2026-11-20'), 'Friday').toBe('2026-11-23');
    expect(from('2026-12-24'), 'Christmas Eve, a Thursday: the 25th is shut everywhere').toBe('2026-12-28');
  });

  test('a second looser value replaces the first', () => {
    const first = change(bookOf(limits), { openTradesMax: 5 }).book;
    const second = change(first, { openTradesMax: 3 });
    expect(second.postponed).toEqual(['openTradesMax']);
    expect(second.book.pending?.limits.openTradesMax).toBe(3);
    expect(change(second.book, { openTradesMax: 3 }).unchanged).toEqual(['openTradesMax']);
  });

  test('a tightening also takes back a looser value that waits, and so does asking for what is in force', () => {
    const waiting = change(bookOf(limits), { openTradesMax: 5, dailyLoss: fromUsd(600) }).book;
    const tighter = change(waiting, { openTradesMax: 1 });
    expect(tighter.book).toEqual({
      inForce: { ...limits, openTradesMax: 1 },
      pending: { from: FRIDAY, limits: { ...limits, openTradesMax: 1, dailyLoss: fromUsd(600) } },
    });
    const kept = change(waiting, { openTradesMax: 2, dailyLoss: fromUsd(500) });
    expect(kept.tightened).toEqual(['openTradesMax', 'dailyLoss']);
    expect(kept.book).toEqual(bookOf(limits));
  });

  test('puts in force what waited for this day before it changes anything', () => {
    const waiting = change(bookOf(limits), { openTradesMax: 4 }).book;
    const { book, tightened } = change(waiting, { openTradesMax: 3 }, FRIDAY);
    expect(tightened).toEqual(['openTradesMax']);
    expect(book).toEqual(bookOf({ ...limits, openTradesMax: 3 }));
  });

  test('the NO TRADE line follows a daily loss that is tightened below it', () => {
    const { book, tightened } = change(bookOf(limits), { dailyLoss: fromUsd(200) });
    expect(tightened).toEqual(['dailyLoss', 'noTradeLoss']);
    expect(book.inForce).toMatchObject({ dailyLoss: fromUsd(200), noTradeLoss: fromUsd(200) });
  });

  test('the NO TRADE line may wait together with the daily loss that makes room for it', () => {
    const { book } = change(bookOf(limits), { dailyLoss: fromUsd(700), noTradeLoss: fromUsd(600) });
    expect(book.pending?.limits).toMatchObject({ dailyLoss: fromUsd(700), noTradeLoss: fromUsd(600) });
    const { book: lower } = change(book, { dailyLoss: fromUsd(450) });
    expect(lower.inForce).toMatchObject({ dailyLoss: fromUsd(450), noTradeLoss: fromUsd(250) });
    expect(lower.pending?.limits).toMatchObject({ dailyLoss: fromUsd(450), noTradeLoss: fromUsd(450) });
  });
});

describe('the ceilings', () => {
  test.each([
    [{ riskPerTrade: fromUsd(1_000) }, { riskPerTrade: fromUsd(1_000.01) }, 'at most $1,000, 2 % of the account'],
    [{ dailyLoss: fromUsd(2_500) }, { dailyLoss: fromUsd(2_500.01) }, 'at most $2,500, 5 % of the account'],
    [{ noTradeLoss: fromUsd(500) }, { noTradeLoss: fromUsd(500.01) }, 'not be over the daily loss of $500'],
    [{ openTradesMax: 6 }, { openTradesMax: 7 }, 'at most 6'],
    [{ lossesInARow: 5 }, { lossesInARow: 6 }, 'at most 5'],
    [{ totalRiskPct: 10 }, { totalRiskPct: 10.01 }, 'at most 10 % of the account'],
    [{ entryCutoffMinute: 720 }, { entryCutoffMinute: 721 }, '12:00 ET at the latest'],
    [{ overnightWarningMinute: 720 }, { overnightWarningMinute: 721 }, '12:00 ET at the latest'],
  ] satisfies [LimitsChange, LimitsChange, string][])('allow %o and refuse %o', (most, more, words) => {
    expect(problems(most)).toEqual([]);
    const [problem, ...others] = problems(more);
    expect(problem).toContain(`${Object.keys(more)[0]}: `);
    expect(problem).toContain(words);
    expect(others).toEqual([]);
  });

  test('name every field that is wrong, and then nothing at all changes', () => {
    const wanted = { openTradesMax: 9, totalRiskPct: -1, lossesInARow: 1.5, dailyLoss: fromUsd(100) };
    expect(problems(wanted)).toEqual([
      'openTradesMax: open trades may be at most 6',
      'lossesInARow: losses in a row must be a whole number',
      'totalRiskPct: open risk must be a number of at least 0',
    ]);
    expect(problems({ dailyLoss: Number.NaN } as unknown as LimitsChange)).toHaveLength(1);
  });

  test('never refuse a tightening, even of a limit that already stands over its ceiling', () => {
    const loose = bookOf({ ...limits, dailyLoss: fromUsd(9_000) });
    expect(problems({ dailyLoss: fromUsd(5_000) }, loose)).toEqual([]);
    expect(change(loose, { dailyLoss: fromUsd(5_000) }).book.inForce.dailyLoss).toBe(fromUsd(5_000));
  });
});

describe('laws of the limit book', () => {
  const KEYS: readonly LimitKey[] = Object.keys(limits).filter((key): key is LimitKey => key in limits);
  const usd = (max: number) => fc.integer({ min: 1, max }).map(fromUsd);
  const wanted: fc.Arbitrary<LimitsChange> = fc.record(
    {
      openTradesMax: fc.integer({ min: 0, max: 8 }),
      riskPerTrade: usd(1_200),
      dailyLoss: usd(3_000),
      noTradeLoss: usd(3_000),
      lossesInARow: fc.integer({ min: 0, max: 7 }),
      totalRiskPct: fc.integer({ min: 1, max: 12 }),
      entryCutoffMinute: fc.integer({ min: 300, max: 800 }),
      overnightWarningMinute: fc.integer({ min: 600, max: 800 }),
    },
    { requiredKeys: [] },
  );
  const apply = (book: LimitBook, one: LimitsChange, day = THURSDAY): LimitBook => {
    const result = changeLimits(book, one, { tradingDay: day, accountSize: SIZE });
    return result.ok ? result.value.book : book;
  };

  test('within one trading day no sequence of changes makes any limit looser than at its start', () => {
    fc.assert(
      fc.property(fc.array(wanted, { maxLength: 8 }), fc.array(wanted, { maxLength: 4 }), (today, before) => {
        const yesterday = before.reduce((book, one) => apply(book, one), bookOf(limits));
        const start = limitsOn(yesterday, FRIDAY);
        let book = start;
        for (const one of today) {
          const next = apply(book, one, FRIDAY);
          for (const key of KEYS) {
            expect(next.inForce[key]).toBeLessThanOrEqual(book.inForce[key]);
            if (next.pending) expect(next.pending.limits[key]).toBeGreaterThanOrEqual(next.inForce[key]);
          }
          expect(next.pending === undefined || next.pending.from > FRIDAY).toBe(true);
          expect(limitsOn(next, FRIDAY)).toBe(next);
          book = next;
        }
      }),
      { numRuns: 300 },
    );
  });

  test('the next day has, limit by limit, the last value asked for that its ceiling allowed', () => {
    const plain: LimitKey[] = ['openTradesMax', 'riskPerTrade', 'lossesInARow', 'totalRiskPct', 'entryCutoffMinute'];
    fc.assert(
      fc.property(fc.array(wanted, { maxLength: 8 }), (asks) => {
        let book = bookOf(limits);
        const last = new Map<LimitKey, number>(plain.map((key) => [key, limits[key]]));
        for (const one of asks) {
          const result = changeLimits(book, one, { tradingDay: THURSDAY, accountSize: SIZE });
          if (!result.ok) continue;
          book = result.value.book;
          for (const key of plain) last.set(key, one[key] ?? last.get(key) ?? Number.NaN);
        }
        const { inForce, pending } = limitsOn(book, shiftTradingDay(THURSDAY, 1));
        expect(pending).toBeUndefined();
        for (const key of plain) expect(inForce[key]).toBe(last.get(key));
        expect(inForce.noTradeLoss).toBeLessThanOrEqual(inForce.dailyLoss);
      }),
      { numRuns: 300 },
    );
  });
});
