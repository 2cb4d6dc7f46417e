import { describe, expect, test } from 'vitest';
import { decide } from '../../../../src/domain/copilot/decide.js';
import type { CopilotState } from '../../../../src/domain/copilot/state.js';
import { after, epochMs, iso, SECOND } from '../../../../src/kernel/units.js';
import type { DataStatus } from '../../../../src/messages/data-status.js';
import { type StatusFacts, systemStatus } from '../../../../src/roles/engine/status.js';
import { flatSnapshot, newCopilot } from '../../../support/copilot-day.js';
import { fillAt, filled } from '../../../support/fills.js';

/** 09:00 New York on an ordinary Thursday. */
const NINE = epochMs(Date.parse('2026-11-19T14:00:00Z'));
const bridgeOf = (state: CopilotState) => {
  const now = after(NINE, SECOND);
  const facts = { state, mode: 'live', now, data: undefined, dataSilentMs: undefined, blockedBy: undefined } as const;
  return systemStatus(facts).parts.find(({ part }) => part === 'bridge');
};

test('the bridge is down while an account sends fills and never said what it holds', () => {
  const state = newCopilot(NINE);
  decide(state, { kind: 'account', at: NINE, snapshot: flatSnapshot(NINE, 1) });
  expect(bridgeOf(state)).toMatchObject({ state: 'ok', reason: 'Sim101 IN_SYNC' });
  decide(state, filled(fillAt(NINE, { account: 'Sim102' })));
  expect(bridgeOf(state)).toMatchObject({
    state: 'down',
    reason: 'Sim102 UNKNOWN: fills came, but never what is held',
  });
  decide(state, { kind: 'account', at: NINE, snapshot: flatSnapshot(NINE, 1, { account: 'Sim102' }) });
  expect(bridgeOf(state)).toMatchObject({ state: 'ok' });
});

describe('the feed in the status', () => {
  const data = (feed: Partial<DataStatus['feed']> = {}): DataStatus => ({
    v: 1,
    at: iso(NINE),
    beat: 7,
    feed: { name: 'massive,ibkr', state: 'live', reason: null, complete_through: null, refused: 0, ...feed },
    roots: [],
    bridges: [],
    programs: [],
  });
  /** A market that is shut, so that no root is silent. */
  const SATURDAY = epochMs(Date.parse('2026-11-21T15:00:00Z'));
  const statusOf = (feed?: Partial<DataStatus['feed']>, more: Partial<StatusFacts> = {}) => {
    const state = more.state ?? newCopilot(SATURDAY);
    return systemStatus({
      state,
      mode: 'live',
      now: SATURDAY,
      data: data(feed),
      dataSilentMs: 100,
      blockedBy: undefined,
      ...more,
    });
  };
  const feedOf = (...asked: Parameters<typeof statusOf>) =>
    statusOf(...asked).parts.find(({ part }) => part === 'feed');

  test('says which source has taken over and why', () => {
    expect(feedOf()).toMatchObject({ state: 'ok', reason: 'massive,ibkr live' });
    expect(feedOf({ trouble: 'MGC from ibkr since 09:41: massive silent' })).toMatchObject({
      state: 'warning',
      reason: 'MGC from ibkr since 09:41: massive silent',
    });
  });

  test('names prices that are in doubt', () => {
    const state = newCopilot(SATURDAY);
    const fact = { id: 'x', at: SATURDAY, root: 'MGC', fact: 'price-mismatch', active: true, facts: {} } as const;
    decide(state, { kind: 'feed-fact', at: SATURDAY, fact: { ...fact, text: 'PRICE_MISMATCH: apart' } });
    expect(feedOf(undefined, { state })).toMatchObject({ state: 'warning', reason: 'MGC: PRICE_MISMATCH: apart' });
    expect(statusOf(undefined, { state }).feed_facts).toMatchObject([{ symbol: 'MGC', fact: 'price-mismatch' }]);
  });

  test('names a lost feed once, in the newest words of the data service', () => {
    const state = newCopilot(SATURDAY);
    const fact = { id: 'x', at: SATURDAY, root: 'MGC', fact: 'lost', active: true, facts: {} } as const;
    decide(state, { kind: 'feed-fact', at: SATURDAY, fact: { ...fact, text: 'no prices come: massive failed' } });
    const trouble = 'MGC down: massive failed since 09:41: no route';
    expect(feedOf({ trouble }, { state })).toMatchObject({ state: 'warning', reason: trouble });
  });

  test('is starting until the missed minutes are decided, and while the status may be an earlier run’s', () => {
    const { starting } = statusOf({ ready: false });
    expect(starting).toBe(true);
    expect(feedOf({ ready: false })).toMatchObject({ state: 'unknown', reason: expect.stringMatching(/^starting: /) });
    expect(statusOf({ ready: true }).starting).toBeUndefined();
    expect(statusOf({ ready: true }, { dataIsLive: false }).starting).toBe(true);
    expect(feedOf({ ready: true }, { dataIsLive: false })).toMatchObject({
      state: 'unknown',
      reason: 'starting: the data service has not been heard since the engine began',
    });
    expect(feedOf({ state: 'failed' }, { dataIsLive: false }), 'it failed in the last run').toMatchObject({
      state: 'unknown',
    });
    expect(feedOf({}, { dataIsLive: false, dataSilentMs: 6_000 })).toMatchObject({
      state: 'down',
      reason: 'the data service is silent for 6 s',
    });
    expect(statusOf({ ready: false }, { mode: 'demo' }).starting).toBeUndefined();
  });
});
