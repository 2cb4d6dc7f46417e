import { describe, expect, test } from 'vitest';
import type { Execution } from '../../../../src/domain/accounts/execution.js';
import {
  emptyJournal,
  type Journal,
  netPositions,
  recordExecutions,
  resultOn,
  rolledJournal,
  tradesOn,
} from '../../../../src/domain/accounts/journal.js';
import { tradingDay } from '../../../../src/domain/sessions/trading-day.js';
import { after, type EpochMs, epochMs, fromUsd, HOUR, MINUTE, microUsd, SECOND } from '../../../../src/kernel/units.js';
import { type FillWords, fillAt } from '../../../support/fills.js';

/** 09:00 New York on an ordinary Thursday. */
const NINE = epochMs(Date.parse('2026-11-19T14:00:00Z'));
const TODAY = tradingDay('2026-11-19');
const TOMORROW = tradingDay('2026-11-20');

const journalOf = (...fills: readonly Execution[]): Journal => recordExecutions(emptyJournal, fills).journal;
const step = (n: number): EpochMs => after(NINE, n * SECOND);
/** Fills one second apart, with ids in their order. */
const fills = (...words: readonly FillWords[]): readonly Execution[] =>
  words.map((it, n) => fillAt(step(n), { executionId: `f${n}`, ...it }));
const onlyTrade = (journal: Journal) => {
  const trades = tradesOn(journal, TODAY);
  expect(trades).toHaveLength(1);
  return trades[0];
};

describe('a round trip', () => {
  test('is what the exit brought more than the entry, less the fees of both', () => {
    const journal = journalOf(
      ...fills({ quantity: 2, price: 4205.3, fee: 1.24 }, { side: 'SELL', quantity: 2, price: 4207, fee: 1.24 }),
    );
    expect(onlyTrade(journal)).toEqual({
      id: 'Sim101/f0',
      account: 'Sim101',
      symbol: 'MGC 12-26',
      root: 'MGC',
      side: 'LONG',
      quantity: 2,
      openedAt: step(0),
      closedAt: step(1),
      entryPrice: 4205.3,
      exitPrice: 4207,
      gross: fromUsd(34),
      fees: fromUsd(2.48),
      net: fromUsd(31.52),
    });
    expect(resultOn(journal, TODAY)).toEqual({
      realized: fromUsd(31.52),
      fees: fromUsd(2.48),
      consecutiveLosses: 0,
      trades: 1,
    });
  });

  test('of a short gains when the price falls', () => {
    const journal = journalOf(...fills({ side: 'SELL', price: 4207 }, { side: 'BUY', price: 4205.3 }));
    expect(onlyTrade(journal)).toMatchObject({ side: 'SHORT', gross: fromUsd(17) });
  });

  test('lasts from flat to flat: partial exits realise at once but are one trade', () => {
    const [open, first, rest] = fills(
      { quantity: 3, price: 4200 },
      { side: 'SELL', price: 4203 },
      { side: 'SELL', quantity: 2, price: 4199 },
    );
    if (!open || !first || !rest) throw new Error('no fills');
    const half = journalOf(open, first);
    expect(tradesOn(half, TODAY)).toEqual([]);
    expect(resultOn(half, TODAY)).toMatchObject({ realized: fromUsd(30), trades: 0 });
    expect(netPositions(half)).toMatchObject([{ key: 'MGCZ6', net: 2 }]);
    const whole = recordExecutions(half, [rest]).journal;
    expect(onlyTrade(whole)).toMatchObject({ quantity: 3, net: fromUsd(10), exitPrice: 4200.33333333 });
  });

  test('closes its oldest contracts first', () => {
    const journal = journalOf(...fills({ price: 4200 }, { price: 4210 }, { side: 'SELL', price: 4212 }));
    expect(resultOn(journal, TODAY).realized, 'the contract bought at 4200').toBe(fromUsd(120));
    expect(netPositions(journal)).toMatchObject([{ net: 1 }]);
  });

  test('that is reversed ends, and the next begins, with the fee shared by quantity', () => {
    const [open, reversal, close] = fills(
      { quantity: 1, price: 4200, fee: 1 },
      { side: 'SELL', quantity: 4, price: 4210, fee: 4 },
      { side: 'BUY', quantity: 3, price: 4212, fee: 3 },
    );
    if (!open || !reversal || !close) throw new Error('no fills');
    const turned = journalOf(open, reversal);
    expect(onlyTrade(turned)).toMatchObject({ side: 'LONG', quantity: 1, fees: fromUsd(2), net: fromUsd(98) });
    expect(netPositions(turned)).toMatchObject([{ net: -3 }]);
    const [, second] = tradesOn(recordExecutions(turned, [close]).journal, TODAY);
    expect(second).toMatchObject({ id: 'Sim101/f1', side: 'SHORT', quantity: 3, fees: fromUsd(6), net: fromUsd(-66) });
  });

  test('of an average price off the grid loses no money', () => {
    const prices = [4200.0333333, 4200.0333333, 4200.0333334];
    const buys = prices.map((price): FillWords => ({ price }));
    const journal = journalOf(...fills(...buys, { side: 'SELL', quantity: 3, price: 4200.0333333 }));
    // Three contracts of $10 a point; the third was bought a ten-millionth of a point higher, which is one micro-dollar.
    expect(onlyTrade(journal)?.net).toBe(microUsd(-1));
  });

  test('under two names of one contract is one trade', () => {
    const journal = journalOf(...fills({ symbol: 'MGC 12-26' }, { side: 'SELL', symbol: 'MGCZ6', price: 4201 }));
    expect(onlyTrade(journal)).toMatchObject({ net: fromUsd(10) });
    expect(netPositions(journal)).toEqual([]);
  });

  test('in a full-size contract is not one in its micro', () => {
    const journal = journalOf(...fills({ symbol: 'GC 12-26' }, { side: 'SELL', symbol: 'MGC 12-26' }));
    expect(netPositions(journal)).toMatchObject([
      { key: 'GCZ6', net: 1 },
      { key: 'MGCZ6', net: -1 },
    ]);
  });

  test('in an instrument we do not know has no result, and neither has its day', () => {
    const journal = journalOf(...fills({ symbol: 'FDAX 12-26' }, { side: 'SELL', symbol: 'FDAX 12-26', fee: 2 }));
    expect(onlyTrade(journal)).toMatchObject({ root: undefined, gross: undefined, net: undefined, fees: fromUsd(2) });
    expect(resultOn(journal, TODAY)).toEqual({
      realized: undefined,
      fees: fromUsd(2),
      consecutiveLosses: undefined,
      trades: 1,
    });
  });
});

describe('deliveries', () => {
  test('a repeat teaches nothing', () => {
    const all = fills({}, { side: 'SELL', price: 4201 });
    const journal = journalOf(...all);
    expect(recordExecutions(journal, all)).toEqual({ journal, isChanged: false });
  });

  test('fills stand in the order of their time, then of their ids, however they arrive', () => {
    const same = { at: NINE };
    const inTurn = [
      fillAt(NINE, { ...same, executionId: 'x9', price: 4200 }),
      fillAt(NINE, { ...same, executionId: 'x10', price: 4205 }),
      fillAt(NINE, { ...same, executionId: 'x11', side: 'SELL', price: 4210 }),
    ];
    const realized = inTurn.toReversed().reduce((it, fill) => recordExecutions(it, [fill]).journal, emptyJournal);
    expect(resultOn(realized, TODAY).realized, 'x9 was first').toBe(fromUsd(100));
  });

  test('an amendment replaces its fill, also when it comes first', () => {
    const [open, close] = fills({ price: 4200 }, { side: 'SELL', price: 4199 });
    if (!open || !close) throw new Error('no fills');
    const amended: Execution = { ...close, price: 4201, operation: 'update' };
    expect(resultOn(journalOf(open, close, amended), TODAY).realized).toBe(fromUsd(10));
    expect(resultOn(journalOf(amended, close, open), TODAY).realized).toBe(fromUsd(10));
  });

  test('an amendment can turn a loss into a win: the streak is counted anew', () => {
    const losses = [0, 2, 4].flatMap((n) => [
      fillAt(step(n), { executionId: `open${n}`, price: 4200 }),
      fillAt(step(n + 1), { executionId: `close${n}`, side: 'SELL', price: 4199 }),
    ]);
    const journal = journalOf(...losses);
    expect(resultOn(journal, TODAY).consecutiveLosses).toBe(3);
    const second = losses[3];
    if (!second) throw new Error('no fill');
    const { journal: amended } = recordExecutions(journal, [{ ...second, price: 4203, operation: 'update' }]);
    expect(resultOn(amended, TODAY)).toMatchObject({ consecutiveLosses: 1, realized: fromUsd(10) });
  });

  test('of two amendments the last one heard counts, and the first one sent again does not come back', () => {
    const [open, close] = fills({ price: 4200 }, { side: 'SELL', price: 4199 });
    if (!open || !close) throw new Error('no fills');
    const [first, second] = [4201, 4202].map((price): Execution => ({ ...close, price, operation: 'update' }));
    if (!first || !second) throw new Error('no amendments');
    expect(resultOn(journalOf(open, close, first, second, first), TODAY).realized).toBe(fromUsd(20));
  });

  test('a withdrawn fill is gone, and its late add does not come back', () => {
    const [open, close] = fills({}, { side: 'SELL', price: 4190 });
    if (!open || !close) throw new Error('no fills');
    const withdrawal: Execution = { ...close, operation: 'remove' };
    expect(netPositions(journalOf(open, close, withdrawal))).toMatchObject([{ net: 1 }]);
    const early = recordExecutions(emptyJournal, [withdrawal]);
    expect(early.isChanged, 'it must be written down').toBe(true);
    const late = recordExecutions(early.journal, [close, open]).journal;
    expect(resultOn(late, TODAY)).toMatchObject({ realized: 0, trades: 0 });
    expect(netPositions(late)).toMatchObject([{ net: 1 }]);
  });
});

describe('the trading day of a result', () => {
  /** 17:59:59 New York, a second before the roll. */
  const lastSecond = epochMs(Date.parse('2026-11-19T22:59:59Z'));

  test('is that of the fill that closed: after 18:00 New York it is the next one', () => {
    const journal = journalOf(
      fillAt(lastSecond, { executionId: 'a', price: 4200, fee: 1 }),
      fillAt(after(lastSecond, SECOND), { executionId: 'b', side: 'SELL', price: 4199, fee: 1 }),
    );
    expect(tradesOn(journal, TODAY)).toEqual([]);
    expect(resultOn(journal, TODAY), 'the opening fee').toMatchObject({ realized: fromUsd(-1), consecutiveLosses: 0 });
    expect(resultOn(journal, TOMORROW)).toMatchObject({ realized: fromUsd(-11), consecutiveLosses: 1, trades: 1 });
  });

  test('a scratch between two losses neither counts nor resets', () => {
    const trip = (n: number, exit: number) => [
      fillAt(step(2 * n), { executionId: `o${n}`, price: 4200 }),
      fillAt(step(2 * n + 1), { executionId: `c${n}`, side: 'SELL', price: exit }),
    ];
    const streak = (...exits: readonly number[]) =>
      resultOn(journalOf(...exits.flatMap((exit, n) => trip(n, exit))), TODAY).consecutiveLosses;
    expect(streak(4199, 4200, 4199)).toBe(2);
    expect(streak(4199, 4199, 4201)).toBe(0);
    expect(streak(4201, 4199, 4200)).toBe(1);
  });

  test('a trade whose fees eat its gain is a loss, and one that just covers them a scratch', () => {
    const lossesAt = (exit: number) =>
      resultOn(journalOf(...fills({ price: 4200, fee: 0.5 }, { side: 'SELL', price: exit, fee: 0.5 })), TODAY);
    expect(lossesAt(4200)).toMatchObject({ consecutiveLosses: 1, realized: fromUsd(-1) });
    expect(lossesAt(4200.1)).toMatchObject({ consecutiveLosses: 0, realized: 0 });
  });
});

describe('the roll', () => {
  const yesterday = after(NINE, -24 * HOUR);
  const trip = (at: EpochMs, id: string) => [
    fillAt(at, { executionId: `${id}-open` }),
    fillAt(after(at, MINUTE), { executionId: `${id}-close`, side: 'SELL', price: 4199 }),
  ];

  test('forgets what is flat and older than the day before, and keeps open lots', () => {
    const old = [...trip(after(NINE, -72 * HOUR), 'old'), fillAt(after(NINE, -70 * HOUR), { executionId: 'held' })];
    const journal = rolledJournal(journalOf(...old, ...trip(yesterday, 'y')), TODAY);
    expect([...journal.reports.keys()].toSorted()).toEqual(['held', 'y-close', 'y-open']);
    expect(netPositions(journal)).toMatchObject([{ net: 1 }]);
  });

  test('what was forgotten and is sent again does not come back', () => {
    const old = trip(after(NINE, -72 * HOUR), 'old');
    const journal = rolledJournal(journalOf(...old), TODAY);
    expect(recordExecutions(journal, old).isChanged).toBe(false);
  });

  test('begins anew where the platform holds nothing any more', () => {
    const journal = journalOf(fillAt(yesterday, { executionId: 'phantom' }));
    const rolled = rolledJournal(journal, TODAY, new Set(['MGCZ6']));
    expect(netPositions(rolled)).toEqual([]);
    expect(recordExecutions(rolled, [fillAt(yesterday, { executionId: 'phantom' })]).isChanged).toBe(false);
  });
});
