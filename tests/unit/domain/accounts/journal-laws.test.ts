import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Execution } from '../../../../src/domain/accounts/execution.js';
import {
  daysOf,
  emptyJournal,
  type Journal,
  netPositions,
  recordExecutions,
  resultOn,
  rolledJournal,
  tradesOn,
} from '../../../../src/domain/accounts/journal.js';
import { instrument } from '../../../../src/domain/instruments/catalogue/index.js';
import { tradingDay, tradingDayOf } from '../../../../src/domain/sessions/trading-day.js';
import { after, epochMs, HOUR, type TradingDay } from '../../../../src/kernel/units.js';
import { fillAt } from '../../../support/fills.js';

/** 09:00 New York on an ordinary Thursday. */
const NINE = epochMs(Date.parse('2026-11-19T14:00:00Z'));
const SYMBOLS = ['MGC 12-26', 'MES 12-26', 'MGCZ6'];

/** Fills within two days, in two contracts under three names, on and off the grid. */
const fillsArbitrary = fc
  .array(
    fc.record({
      hours: fc.integer({ min: -30, max: 10 }),
      symbol: fc.constantFrom(...SYMBOLS),
      side: fc.constantFrom('BUY' as const, 'SELL' as const),
      quantity: fc.integer({ min: 1, max: 9 }),
      price: fc.integer({ min: 0, max: 400_000 }).map((n) => n / 100 + 4000),
      fee: fc.integer({ min: 0, max: 500 }).map((n) => n / 100),
    }),
    { maxLength: 24 },
  )
  .map((rows) =>
    rows.map(({ hours, ...row }, n) => fillAt(after(NINE, hours * HOUR), { executionId: `f${n}`, ...row })),
  );

/** What anyone can ask of a journal. */
function answers(journal: Journal) {
  const days = [...new Set([...daysOf(journal), tradingDayOf(NINE)])];
  return {
    net: netPositions(journal),
    days: days.map((day) => ({ day, result: resultOn(journal, day), trades: tradesOn(journal, day) })),
  };
}

const journalOf = (fills: readonly Execution[]): Journal => recordExecutions(emptyJournal, fills).journal;
const oneByOne = (fills: readonly Execution[]): Journal =>
  fills.reduce((journal, fill) => recordExecutions(journal, [fill]).journal, emptyJournal);

const dayList = (fills: readonly Execution[]): readonly TradingDay[] => [
  ...new Set(fills.map(({ at }) => tradingDayOf(at))),
];

/** Money that went in and out, by prices and fees alone. */
const cashFlow = (fills: readonly Execution[]): number =>
  fills.reduce((sum, { root = '', side, quantity, price, commission }) => {
    const spec = instrument(root);
    const value = Math.round(price * (spec?.ticksPerPoint ?? 0) * (spec?.microUsdPerTick ?? 0));
    return sum + (side === 'SELL' ? 1 : -1) * value * quantity - commission;
  }, 0);

/** Fills that leave every contract flat. */
const closed = (fills: readonly Execution[]): readonly Execution[] => [
  ...fills,
  ...netPositions(journalOf(fills)).map(({ symbol, net, key }) =>
    fillAt(after(NINE, 11 * HOUR), {
      executionId: `close-${key}`,
      symbol,
      side: net > 0 ? 'SELL' : 'BUY',
      quantity: Math.abs(net),
      price: 5000.1,
      fee: 1.5,
    }),
  ),
];

describe('laws of the journal', () => {
  test('any order and any repetition of deliveries gives the same answers', () => {
    const deliveries = fillsArbitrary.chain((fills) => {
      // Every third fill is amended and every fifth withdrawn.
      const amended = fills.filter((_, n) => n % 3 === 0);
      const reports = [
        ...fills,
        ...amended.map((fill): Execution => ({ ...fill, price: fill.price + 1, operation: 'update' })),
        ...fills.filter((_, n) => n % 5 === 0).map((fill): Execution => ({ ...fill, operation: 'remove' })),
      ];
      const again = fc.subarray(reports, { minLength: 0, maxLength: reports.length });
      const shuffled = again.chain((more) => {
        const all = [...reports, ...more];
        return fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length });
      });
      return fc.tuple(fc.constant(reports), shuffled);
    });
    fc.assert(
      fc.property(deliveries, ([reports, shuffled]) => {
        expect(answers(oneByOne(shuffled))).toEqual(answers(journalOf(reports)));
      }),
    );
  });

  test('when everything is closed the trades add up to the cash that flowed, to the micro-dollar', () => {
    fc.assert(
      fc.property(fillsArbitrary, (fills) => {
        const all = closed(fills);
        const journal = journalOf(all);
        const trades = daysOf(journal).flatMap((day) => tradesOn(journal, day));
        expect(netPositions(journal)).toEqual([]);
        expect(trades.reduce((sum, { net }) => sum + (net ?? Number.NaN), 0)).toBe(cashFlow(all));
        expect(trades.reduce((sum, { fees }) => sum + fees, 0)).toBe(all.reduce((sum, it) => sum + it.commission, 0));
      }),
    );
  });

  test('the days add up to the trades', () => {
    fc.assert(
      fc.property(fillsArbitrary, (fills) => {
        const all = closed(fills);
        const journal = journalOf(all);
        const realized = dayList(all).reduce((sum, day) => sum + (resultOn(journal, day).realized ?? Number.NaN), 0);
        expect(realized).toBe(cashFlow(all));
      }),
    );
  });

  test('when every fill is withdrawn nothing is left', () => {
    fc.assert(
      fc.property(fillsArbitrary, (fills) => {
        const { journal } = recordExecutions(
          journalOf(fills),
          fills.map((fill) => ({ ...fill, operation: 'remove' })),
        );
        expect(answers(journal)).toEqual(answers(emptyJournal));
      }),
    );
  });

  test('a roll changes nothing of what is open and nothing of the new day and the one before', () => {
    const today = tradingDay('2026-11-20');
    fc.assert(
      fc.property(fillsArbitrary, (fills) => {
        const journal = journalOf(fills);
        const rolled = rolledJournal(journal, today);
        expect(netPositions(rolled)).toEqual(netPositions(journal));
        for (const day of [tradingDay('2026-11-19'), today]) {
          expect(resultOn(rolled, day)).toEqual(resultOn(journal, day));
          expect(tradesOn(rolled, day)).toEqual(tradesOn(journal, day));
        }
      }),
    );
  });
});
