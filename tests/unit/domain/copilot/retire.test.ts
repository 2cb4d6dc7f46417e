import { describe, expect, test } from 'vitest';
import type { AccountSnapshot } from '../../../../src/domain/accounts/snapshot.js';
import { decide } from '../../../../src/domain/copilot/decide.js';
import type { Effect } from '../../../../src/domain/copilot/effect.js';
import type { CopilotEvent } from '../../../../src/domain/copilot/event.js';
import { positionsReport, riskFactsAt } from '../../../../src/domain/copilot/risk-facts.js';
import type { CopilotState } from '../../../../src/domain/copilot/state.js';
import { after, DAY, type EpochMs, epochMs, fromUsd, HOUR, MINUTE, SECOND } from '../../../../src/kernel/units.js';
import { flatSnapshot, newCopilot } from '../../../support/copilot-day.js';
import { fillAt, filled } from '../../../support/fills.js';

/** 08:00 New York on an ordinary Thursday. */
const EIGHT = epochMs(Date.parse('2026-11-19T13:00:00Z'));
const at = (ms: number) => after(EIGHT, ms);

const heard = (when: EpochMs, seq: number, more: Partial<AccountSnapshot> = {}): CopilotEvent => ({
  kind: 'account',
  at: when,
  snapshot: flatSnapshot(when, seq, more),
});
const retiring = (when: EpochMs, account = 'Sim101'): CopilotEvent => ({
  kind: 'retire-account',
  at: when,
  id: 'r1',
  account,
});
const long = {
  positions: [
    {
      symbol: 'MGC 12-26',
      root: 'MGC',
      contract: 'MGCZ6',
      side: 'LONG',
      quantity: 2,
      avgPrice: 4200,
      lastPrice: undefined,
      unrealizedPnl: undefined,
    },
  ],
} as const;

const run = (state: CopilotState, ...events: readonly CopilotEvent[]): readonly Effect[] =>
  events.flatMap((event) => decide(state, event).effects);
const alerts = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => (effect.kind === 'alert' && effect.alert.kind === 'bridge' ? [effect.alert.text] : []));
const events = (effects: readonly Effect[]) =>
  effects.flatMap((effect) =>
    effect.kind === 'record-risk-event' && effect.event.rule === 'account-retired' ? [effect.event] : [],
  );
const accounts = (state: CopilotState, now: EpochMs) =>
  positionsReport(state, now).accounts.map(({ entry }) => entry.snapshot.account);

/** A typo that reported once, and the account that is traded. */
function desk(...more: readonly CopilotEvent[]): CopilotState {
  const state = newCopilot(EIGHT);
  run(state, heard(EIGHT, 1), ...more, heard(at(20 * MINUTE), 1, { account: 'Live-7' }));
  return state;
}

describe('an account that is retired', () => {
  test('leaves book and rules: its silence refuses no entry any more', () => {
    const state = desk();
    const now = at(20 * MINUTE + SECOND);
    expect(positionsReport(state, now).verdict).toBe('STALE');
    const effects = run(state, retiring(now));
    expect(positionsReport(state, now)).toMatchObject({ verdict: 'IN_SYNC' });
    expect(accounts(state, now)).toEqual(['Live-7']);
    expect(riskFactsAt(state, now).accounts).toMatchObject([{ account: 'Live-7' }]);
    expect(alerts(effects)).toEqual(['account Sim101 is retired: it counts no more until it reports again']);
    expect(events(effects)).toMatchObject([
      { phase: 'began', facts: { account: 'Sim101', last_heard: '2026-11-19T13:00:00.000Z' } },
    ]);
    expect(effects.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['publish-positions', 'publish-risk']));
  });

  test('is back at once when it reports, held or flat, and that is said', () => {
    const state = desk();
    run(state, retiring(at(21 * MINUTE)));
    const effects = run(state, heard(at(22 * MINUTE), 2, long));
    expect(accounts(state, at(22 * MINUTE)).toSorted()).toEqual(['Live-7', 'Sim101']);
    expect(positionsReport(state, at(22 * MINUTE)).exposures).toHaveLength(1);
    expect(alerts(effects)).toContain('account Sim101 was retired and reports again');
    expect(events(effects)).toMatchObject([{ phase: 'ended' }]);
    expect(alerts(run(state, heard(at(22 * MINUTE + SECOND), 3, long))), 'once').toEqual([]);
  });

  test('is back as unknown when it is filled, but not by a fill that was known', () => {
    const fill = fillAt(at(MINUTE), { executionId: 'x1' });
    const close = fillAt(at(2 * MINUTE), { executionId: 'x2', side: 'SELL' });
    const state = desk(filled(fill, close), heard(at(3 * MINUTE), 2));
    run(state, retiring(at(21 * MINUTE)), filled({ ...fill, receivedAt: at(22 * MINUTE) }));
    expect(riskFactsAt(state, at(22 * MINUTE)).accounts).toHaveLength(1);
    run(state, filled(fillAt(at(23 * MINUTE), { executionId: 'x3' })));
    expect(riskFactsAt(state, at(23 * MINUTE)).accounts).toContainEqual(
      expect.objectContaining({ account: 'Sim101', verdict: 'UNKNOWN' }),
    );
  });

  test('keeps its loss of the day in the rules until the 18:00 roll', () => {
    const state = desk(heard(at(MINUTE), 2, { realizedPnl: fromUsd(-420) }));
    run(state, retiring(at(21 * MINUTE)));
    expect(riskFactsAt(state, at(21 * MINUTE)).dailyPnl).toBe(fromUsd(-420));
    const friday = after(EIGHT, DAY);
    run(state, heard(friday, 2, { account: 'Live-7' }));
    expect(riskFactsAt(state, friday).dailyPnl).toBe(fromUsd(0));
  });
});

describe('nothing is retired', () => {
  test.each([
    ['that still reports', desk(), at(20 * MINUTE + SECOND), 'Live-7', 'less than 10 minutes ago'],
    ['that held something', desk(heard(at(MINUTE), 2, long)), at(HOUR), 'Sim101', 'held LONG 2 MGC 12-26'],
    ['that nobody knows', desk(), at(HOUR), 'Sim999', 'no account "Sim999" has reported'],
    [
      'whose fills came after its last report',
      desk(
        filled(fillAt(at(MINUTE), { executionId: 'x0' }), fillAt(at(MINUTE), { executionId: 'x1', side: 'SELL' })),
        filled(fillAt(at(2 * MINUTE), { executionId: 'x2' })),
      ),
      at(HOUR),
      'Sim101',
      'what its newest fills left open',
    ],
  ])('%s', (_, state, now, account, reason) => {
    const before = [...state.book.accounts.keys()];
    const effects = run(state, retiring(now, account));
    expect(alerts(effects).join()).toContain('nothing was retired: ');
    expect(alerts(effects).join()).toContain(reason);
    expect(events(effects)).toEqual([]);
    expect([...state.book.accounts.keys()]).toEqual(before);
  });

  test('before ten minutes of silence, and at exactly ten it is', () => {
    const state = newCopilot(EIGHT);
    run(state, heard(EIGHT, 1), retiring(at(10 * MINUTE - 1)));
    expect(state.book.accounts.size).toBe(1);
    run(state, retiring(at(10 * MINUTE)));
    expect(state.book.accounts.size).toBe(0);
    expect(positionsReport(state, at(10 * MINUTE)).verdict, 'without any account nothing is known').toBe('UNKNOWN');
  });
});
