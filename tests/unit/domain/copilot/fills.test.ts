import { describe, expect, test } from 'vitest';
import type { Execution } from '../../../../src/domain/accounts/execution.js';
import type { AccountSnapshot, PlatformPosition } from '../../../../src/domain/accounts/snapshot.js';
import { decide } from '../../../../src/domain/copilot/decide.js';
import type { Effect } from '../../../../src/domain/copilot/effect.js';
import type { CopilotEvent } from '../../../../src/domain/copilot/event.js';
import { rememberFills } from '../../../../src/domain/copilot/fills.js';
import type { CopilotState } from '../../../../src/domain/copilot/state.js';
import { after, type EpochMs, epochMs, fromUsd, HOUR, MINUTE, SECOND } from '../../../../src/kernel/units.js';
import { flatSnapshot, newCopilot } from '../../../support/copilot-day.js';
import { type FillWords, fillAt, filled } from '../../../support/fills.js';

/** 09:00 New York on an ordinary Thursday. */
const NINE = epochMs(Date.parse('2026-11-19T14:00:00Z'));
const at = (seconds: number): EpochMs => after(NINE, seconds * SECOND);

const long = (quantity: number, open: number): PlatformPosition => ({
  symbol: 'MGC 12-26',
  root: 'MGC',
  contract: 'MGCZ6',
  side: 'LONG',
  quantity,
  avgPrice: 4200,
  lastPrice: 4200,
  unrealizedPnl: fromUsd(open),
});

let seq = 0;
const snapshot = (when: EpochMs, more: Partial<AccountSnapshot> = {}): CopilotEvent => {
  seq += 1;
  return { kind: 'account', at: when, snapshot: flatSnapshot(when, seq, more) };
};
const holding = (when: EpochMs, ...positions: readonly PlatformPosition[]): CopilotEvent =>
  snapshot(when, { positions });
/** A round trip of one contract that ends at a price, with its fees. */
const trip = (second: number, exit: number, words: FillWords = {}) =>
  filled(
    fillAt(at(second), { executionId: `open-${second}`, price: 4200, ...words }),
    fillAt(at(second + 1), { executionId: `close-${second}`, side: 'SELL', ...words, price: exit }),
  );

const fresh = (): CopilotState => newCopilot(NINE);
const run = (state: CopilotState, ...events: readonly CopilotEvent[]): readonly Effect[] =>
  events.flatMap((event) => decide(state, event).effects);
const newest = <Kind extends Effect['kind']>(effects: readonly Effect[], kind: Kind) =>
  effects.filter((effect): effect is Extract<Effect, { kind: Kind }> => effect.kind === kind).at(-1);
const factsOf = (effects: readonly Effect[]) => newest(effects, 'publish-risk')?.report.facts;
const resultsOf = (effects: readonly Effect[]) => newest(effects, 'publish-positions')?.report.results;
const refusals = (effects: readonly Effect[]) =>
  newest(effects, 'publish-risk')?.report.verdict.reasons.map(({ rule }) => rule);
const guards = (effects: readonly Effect[]) =>
  newest(effects, 'publish-no-trade')?.noTrade.reasons.map(({ id }) => id) ?? [];

describe('fills', () => {
  test('make the trades of their day, which are written down', () => {
    const effects = run(fresh(), snapshot(at(0)), trip(1, 4203, { fee: 1 }));
    expect(newest(effects, 'record-trades')).toMatchObject({
      account: 'Sim101',
      trades: { tradingDay: '2026-11-19', trades: [{ net: fromUsd(28) }] },
    });
    expect(resultsOf(effects)).toEqual([
      {
        account: 'Sim101',
        source: 'executions',
        realized: fromUsd(28),
        fees: fromUsd(2),
        consecutiveLosses: 0,
        trades: 1,
      },
    ]);
  });

  test('that repeat what is known are ignored', () => {
    const state = fresh();
    run(state, snapshot(at(0)), trip(1, 4203));
    expect(decide(state, trip(1, 4203))).toEqual({ effects: [], ignored: 'repeat' });
  });

  test('after 18:00 New York belong to the next trading day', () => {
    const evening = epochMs(Date.parse('2026-11-19T23:00:00Z'));
    const close = fillAt(evening, { executionId: 'close', side: 'SELL', price: 4199 });
    const effects = run(fresh(), filled(fillAt(at(0), { executionId: 'open' })), filled(close));
    expect(newest(effects, 'record-trades')?.trades.tradingDay).toBe('2026-11-20');
  });

  test('and an amendment changes what was written down of their day', () => {
    const state = fresh();
    run(state, snapshot(at(0)), trip(1, 4199));
    const amended = fillAt(at(2), { executionId: 'close-1', side: 'SELL', price: 4202, operation: 'update' });
    const effects = run(state, filled({ ...amended, receivedAt: at(60) }));
    expect(newest(effects, 'record-trades')?.trades.trades).toMatchObject([{ net: fromUsd(20) }]);
  });

  test('a trade that an amendment moves to another day leaves the one it stood in', () => {
    const state = fresh();
    run(state, snapshot(at(0)), trip(1, 4199));
    const [yesterday, today] = [after(NINE, -24 * HOUR), at(60)];
    const open = fillAt(yesterday, { executionId: 'open-1', operation: 'update', receivedAt: today });
    const close = fillAt(after(yesterday, MINUTE), {
      executionId: 'close-1',
      side: 'SELL',
      operation: 'update',
      receivedAt: today,
    });
    const records = run(state, filled(open, close)).flatMap((it) => (it.kind === 'record-trades' ? [it.trades] : []));
    expect(records).toMatchObject([
      { tradingDay: '2026-11-18', trades: [{ account: 'Sim101' }] },
      { tradingDay: '2026-11-19', trades: [] },
    ]);
  });
});

describe('limits counted from fills', () => {
  test('the third loss in a row raises NO TRADE, the second does not, and a scratch does not end the row', () => {
    const state = fresh();
    const two = run(state, snapshot(at(0)), trip(10, 4199), trip(20, 4199), trip(30, 4200));
    expect(guards(two)).not.toContain('loss-streak');
    const three = run(state, trip(40, 4199));
    expect(factsOf(three)?.consecutiveLosses).toBe(3);
    expect(guards(three)).toContain('loss-streak');
  });

  test.each([
    [-500, true],
    [-499.99, false],
  ])('a day of $%d by fills, fees and open result: blocked is %s', (total, isBlocked) => {
    const state = fresh();
    // Realised: 35 points of $10 lost and $3 of fees on the trip, $1.50 to enter the trade that is open.
    const realized = -(350 + 3 + 1.5);
    const open = fillAt(at(30), { executionId: 'open', fee: 1.5 });
    const effects = run(
      state,
      snapshot(at(0)),
      trip(10, 4165, { fee: 1.5 }),
      filled(open),
      holding(at(31), long(1, total - realized)),
    );
    expect(factsOf(effects)?.dailyPnl).toBe(fromUsd(total));
    expect(refusals(effects)?.includes('daily-loss')).toBe(isBlocked);
  });

  test("an account whose platform sends no fills is counted by the platform's counter", () => {
    const effects = run(fresh(), snapshot(at(0)), snapshot(at(5), { realizedPnl: fromUsd(-120) }));
    expect(resultsOf(effects)).toMatchObject([{ source: 'platform', realized: fromUsd(-120), fees: undefined }]);
    expect(factsOf(effects)).toMatchObject({ realizedPnl: fromUsd(-120), unreconciled: [] });
  });

  test('an unknown instrument leaves the result to the platform', () => {
    const effects = run(
      fresh(),
      snapshot(at(0)),
      trip(1, 4100, { symbol: 'FDAX 12-26' }),
      snapshot(at(5), { realizedPnl: fromUsd(-75) }),
    );
    expect(resultsOf(effects)).toMatchObject([{ source: 'platform', realized: fromUsd(-75) }]);
  });

  test('an account that sends fills and never said what it holds is UNKNOWN and blocks entries', () => {
    const effects = run(fresh(), snapshot(at(0)), trip(1, 4201, { account: 'Sim102' }), snapshot(at(3)));
    expect(factsOf(effects)?.accounts).toMatchObject([
      { account: 'Sim101', verdict: 'IN_SYNC' },
      { account: 'Sim102', verdict: 'UNKNOWN' },
    ]);
    expect(refusals(effects)).toContain('account-in-sync');
    expect(newest(effects, 'publish-positions')?.report.verdict).toBe('UNKNOWN');
  });
});

test('an account that sends fills is forgotten when it is silent for two trading days', () => {
  const state = fresh();
  run(state, snapshot(at(0)), filled(fillAt(at(1), { executionId: 'held', account: 'Sim102' })));
  const accountsAt = (hours: number) =>
    factsOf(run(state, snapshot(after(NINE, hours * HOUR))))?.accounts.map(({ account }) => account);
  expect(accountsAt(24), 'Friday').toEqual(['Sim101', 'Sim102']);
  expect(accountsAt(96), 'Monday').toEqual(['Sim101']);
});

describe('fills and positions that disagree', () => {
  test('a fill that is ahead of the snapshot is not counted twice', () => {
    const state = fresh();
    const open = fillAt(at(1), { executionId: 'open' });
    run(state, snapshot(at(0)), filled(open), holding(at(2), long(1, -250)));
    const close = fillAt(at(3), { executionId: 'close', side: 'SELL', price: 4175 });
    const effects = run(state, filled(close));
    expect(factsOf(effects)).toMatchObject({ realizedPnl: fromUsd(-250), openPnl: 0, dailyPnl: fromUsd(-250) });
  });

  test('a position that was there before the first fill keeps its whole open result', () => {
    const state = fresh();
    const effects = run(state, holding(at(0), long(2, -400)), filled(fillAt(at(1), { executionId: 'more' })));
    expect(factsOf(effects)?.openPnl).toBe(fromUsd(-400));
  });

  test('the worse result counts at once, and after 10 s the account is named', () => {
    const state = fresh();
    const lost = [snapshot(at(0)), trip(1, 4190), snapshot(at(3), { realizedPnl: fromUsd(-100) })];
    run(state, ...lost);
    // The fill that opened this one was lost.
    const missing = (second: number) => {
      const when = at(second);
      const more = { positions: [long(1, 0)], realizedPnl: fromUsd(-140) };
      return run(state, snapshot(when, more));
    };
    expect(factsOf(missing(4))).toMatchObject({ realizedPnl: fromUsd(-140), unreconciled: [] });
    expect(factsOf(missing(14))?.unreconciled, '10 s are not longer than 10 s').toEqual([]);
    expect(factsOf(missing(14.001))?.unreconciled).toEqual(['Sim101']);
    const late = fillAt(at(3.5), { executionId: 'late', receivedAt: at(20) });
    expect(factsOf(run(state, filled(late)))).toMatchObject({ unreconciled: [], realizedPnl: fromUsd(-100) });
  });

  test('on a fast clock they may disagree as long as an account may be silent there', () => {
    const state = newCopilot(NINE);
    state.book = { ...state.book, staleAfterMs: 60 * SECOND };
    run(state, snapshot(at(0)), filled(fillAt(at(1), { executionId: 'open' })));
    expect(factsOf(run(state, snapshot(at(61))))?.unreconciled).toEqual([]);
    expect(factsOf(run(state, snapshot(at(61.001))))?.unreconciled).toEqual(['Sim101']);
  });

  test('what the platform does not hold any more begins anew at the roll', () => {
    const state = fresh();
    const phantom = fillAt(at(1), { executionId: 'phantom' });
    run(state, snapshot(at(0)), filled(phantom), snapshot(at(2)), snapshot(at(60)));
    const evening = epochMs(Date.parse('2026-11-19T23:00:01Z'));
    const effects = run(state, snapshot(evening), snapshot(after(evening, 30 * SECOND)));
    expect(factsOf(effects)?.unreconciled).toEqual([]);
    expect(run(state, filled({ ...phantom, receivedAt: after(evening, 40 * SECOND) }))).toEqual([]);
  });
});

test('journals loaded from the store are those of the process that lived', () => {
  const [days, lived] = [5, newCopilot(after(NINE, -5 * 24 * HOUR))];
  const reports: Execution[] = [];
  for (let day = -days; day < 0; day += 1) {
    const when = after(NINE, day * 24 * HOUR);
    const fills = [
      fillAt(when, { executionId: `o${day}`, quantity: 2 }),
      fillAt(after(when, MINUTE), { executionId: `c${day}`, side: 'SELL', quantity: day === -4 ? 1 : 2, price: 4201 }),
      // An old fill that comes again: forgotten by then, so it must not come back.
      { ...fillAt(after(NINE, -days * 24 * HOUR), { executionId: `o${-days}`, quantity: 2 }), receivedAt: when },
    ];
    reports.push(...fills);
    for (const fill of fills) decide(lived, filled(fill));
  }
  decide(lived, { kind: 'clock', at: NINE });
  const reborn = newCopilot(NINE);
  rememberFills(reborn, reports);
  expect(reborn.journals).toEqual(lived.journals);
});
