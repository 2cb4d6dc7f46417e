import { describe, expect, test } from 'vitest';
import { decide } from '../../../../src/domain/copilot/decide.js';
import type { AlertNote, Effect } from '../../../../src/domain/copilot/effect.js';
import type { CopilotEvent } from '../../../../src/domain/copilot/event.js';
import type { CopilotState } from '../../../../src/domain/copilot/state.js';
import { after, DAY, epochMs, fromUsd, MINUTE, SECOND } from '../../../../src/kernel/units.js';
import { decodeEvent, encodeEvent } from '../../../../src/roles/engine/event-codec.js';
import { outputOf } from '../../../../src/roles/engine/outputs.js';
import { eventsOf, flatSnapshot, newCopilot, walk } from '../../../support/copilot-day.js';

const ROOTS = ['MGC', 'MES'];
/** 04:50 New York on an ordinary Thursday. */
const START = epochMs(Date.parse('2026-11-19T09:50:00Z'));
const HISTORY_FROM = after(START, -9 * DAY);

function morning(): CopilotState {
  const state = newCopilot(START, ROOTS);
  for (const root of ROOTS) {
    const bars = walk(root, HISTORY_FROM, START, 'history');
    state.seed(
      root,
      bars.map((bar) => ({ contract: `${root}Z6`, bar })),
    );
  }
  return state;
}

const run = (state: CopilotState, events: readonly CopilotEvent[]): readonly Effect[] =>
  events.flatMap((event) => decide(state, event).effects);

const outputsOf = (effects: readonly Effect[]) => JSON.stringify(effects.map((effect) => outputOf(effect, 'replay')));
const alertsOf = (effects: readonly Effect[]): readonly AlertNote[] =>
  effects.flatMap((effect) => (effect.kind === 'alert' ? [effect.alert] : []));
const day = eventsOf(ROOTS, START, after(START, 8 * 60 * MINUTE));

describe('decide', () => {
  test('gives the same answers to the same events', () => {
    expect(outputsOf(run(morning(), day))).toBe(outputsOf(run(morning(), day)));
  });

  test('passes pre-market, active and off-hours as the events pass them', () => {
    const sessions = run(morning(), day).flatMap((effect) =>
      effect.kind === 'publish-session' ? [effect.session] : [],
    );
    expect(sessions).toEqual(['active', 'off-hours']);
  });

  test('calls no account silent on a report that waited while the engine was away, but does at the next sweep', () => {
    const state = morning();
    decide(state, { kind: 'job', at: after(START, MINUTE), name: 'focus' });
    const reports = [0, 5, 55].map((second, seq): CopilotEvent => {
      const at = after(START, second * SECOND);
      return { kind: 'account', at, snapshot: flatSnapshot(at, seq + 1) };
    });
    expect(alertsOf(run(state, reports)).filter(({ kind }) => kind === 'bridge')).toEqual([]);
    const later = run(state, [{ kind: 'job', at: after(START, 2 * MINUTE), name: 'risk-sweep' }]);
    expect(alertsOf(later).map(({ text }) => text)).toContain('account Sim101 is STALE');
  });

  test('is rebuilt exactly from the audit: after a crash the same plan follows', () => {
    const crashAt = Math.floor(day.length / 2);
    const lived = morning();
    const before = day.slice(0, crashAt);
    run(lived, before);
    const reborn = morning();
    for (const event of before) {
      const stored = decodeEvent(JSON.parse(JSON.stringify(encodeEvent(event))));
      if (!stored.ok) throw new Error(stored.error);
      decide(reborn, stored.value);
    }
    expect(outputsOf(run(reborn, day.slice(crashAt)))).toBe(outputsOf(run(lived, day.slice(crashAt))));
  });

  test('every alert of a day has its own id', () => {
    const ids = alertsOf(run(morning(), day)).map((alert) => alert.id);
    expect(ids.length).toBeGreaterThan(3);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('ignores and counts a bar that repeats or goes back in time', () => {
    const state = morning();
    const [first, second] = day.filter((event) => event.kind === 'bar' && event.root === 'MGC');
    if (!first || !second) throw new Error('no bars');
    run(state, [first, second]);
    const price = state.symbols.get('MGC')?.analysis.last()?.price;
    expect(decide(state, second).ignored).toBe('repeated');
    expect(decide(state, first).ignored).toBe('backwards');
    expect(state.symbols.get('MGC')).toMatchObject({ repeated: 1, backwards: 1 });
    expect(state.symbols.get('MGC')?.analysis.last()?.price).toBe(price);
  });

  test('an instrument outside the watch list changes nothing', () => {
    const [bar] = walk('MCL', START, after(START, MINUTE));
    if (!bar) throw new Error('no bar');
    const event = { kind: 'bar', at: after(bar.at, MINUTE), root: 'MCL', contract: 'MCLF7', bar } as const;
    expect(decide(morning(), event)).toEqual({ effects: [], ignored: 'not on the watch list' });
  });
});

describe('the roll at 18:00 New York', () => {
  const evening = epochMs(Date.parse('2026-11-19T22:00:00Z'));
  const held = {
    symbol: 'MGC 12-26',
    root: 'MGC',
    contract: 'MGCZ6',
    side: 'LONG',
    quantity: 1,
    avgPrice: 4200,
    lastPrice: 4201,
    unrealizedPnl: fromUsd(10),
  } as const;
  const reportAt = (at: number, seq: number): CopilotEvent => {
    const when = epochMs(at);
    return {
      kind: 'account',
      at: when,
      snapshot: flatSnapshot(when, seq, { positions: [held], realizedPnl: fromUsd(-300) }),
    };
  };

  test("yesterday's loss is not today's, and the account is still known", () => {
    const state = morning();
    const effects = run(state, [
      reportAt(evening, 1),
      { kind: 'job', at: epochMs(evening + 61 * MINUTE), name: 'risk-sweep' },
    ]);
    const reports = effects.flatMap((effect) => (effect.kind === 'publish-risk' ? [effect.report] : []));
    expect(reports.map(({ facts }) => facts.realizedPnl)).toEqual([fromUsd(-300), fromUsd(0)]);
    expect(reports.at(-1)?.facts).toMatchObject({ openTrades: 1, accounts: [{ verdict: 'STALE' }] });
  });
});

describe('accounts', () => {
  const account = (at: number, seq: number, realized = 0): CopilotEvent => {
    const when = epochMs(at);
    return { kind: 'account', at: when, snapshot: flatSnapshot(when, seq, { realizedPnl: fromUsd(realized) }) };
  };
  const riskOf = (effects: readonly Effect[]) =>
    effects.flatMap((effect) => (effect.kind === 'publish-risk' ? [effect.report] : [])).at(-1);

  test('an account that was never heard refuses entries', () => {
    const state = morning();
    const report = riskOf(run(state, [{ kind: 'job', at: START, name: 'risk-sweep' }]));
    expect(report?.verdict.reasons[0]).toMatchObject({ rule: 'account-in-sync' });
    expect(report?.facts.openTrades, 'unknown is not flat').toBeUndefined();
  });

  test('a bridge that falls silent is STALE after 10 s, says so once, and says when it is back', () => {
    const state = morning();
    const sweep = (at: number): CopilotEvent => ({ kind: 'job', at: epochMs(at), name: 'risk-sweep' });
    const effects = run(state, [
      account(START, 1),
      sweep(START + 10 * SECOND),
      sweep(START + 11 * SECOND),
      sweep(START + 12 * SECOND),
      account(START + 13 * SECOND, 2),
    ]);
    expect(
      alertsOf(effects)
        .filter((it) => it.kind === 'bridge')
        .map((it) => it.text),
    ).toEqual(['account Sim101 is STALE', 'account Sim101 is in sync again']);
  });

  test('a job that is decided late does not bring a silent account back', () => {
    const state = morning();
    const effects = run(state, [
      account(START, 1),
      { kind: 'job', at: epochMs(START + 11 * SECOND), name: 'risk-sweep' },
      { kind: 'job', at: epochMs(START + 9 * SECOND), name: 'risk-sweep' },
    ]);
    expect(
      alertsOf(effects)
        .filter((it) => it.kind === 'bridge')
        .map((it) => it.text),
    ).toEqual(['account Sim101 is STALE']);
  });

  test('a repeated snapshot is ignored', () => {
    const state = morning();
    run(state, [account(START, 1)]);
    expect(decide(state, account(START + SECOND, 1)).ignored).toBe('repeat');
  });

  test('no setup by 10:00 is no reason on a day without a session', () => {
    const saturday = epochMs(Date.parse('2026-11-21T15:30:00Z'));
    const state = newCopilot(saturday, ROOTS);
    const effects = run(state, [account(saturday, 1)]);
    const reasons = effects.flatMap((it) =>
      it.kind === 'publish-no-trade' ? it.noTrade.reasons.map(({ id }) => id) : [],
    );
    expect(reasons).not.toContain('no-setup');
  });

  test('a day result of -$250.00 raises NO TRADE, one cent less does not', () => {
    const reasons = (realized: number) => {
      const effects = run(morning(), [account(START, 1, realized)]);
      return effects.flatMap((it) => (it.kind === 'publish-no-trade' ? it.noTrade.reasons.map(({ id }) => id) : []));
    };
    expect(reasons(-250)).toContain('daily-loss');
    expect(reasons(-249.99)).not.toContain('daily-loss');
  });

  test('streaks and setups begin again at 18:00 New York, not at midnight', () => {
    const state = morning();
    state.setups = new Set(['MGC']);
    state.streaks = new Map([['Sim101', { losses: 3, openSymbols: [], base: fromUsd(0) }]]);
    const beforeTheRoll = epochMs(Date.parse('2026-11-19T22:59:00Z'));
    run(state, [{ kind: 'job', at: beforeTheRoll, name: 'risk-sweep' }]);
    expect(state.setups.size).toBe(1);
    run(state, [{ kind: 'job', at: epochMs(Date.parse('2026-11-19T23:00:00Z')), name: 'risk-sweep' }]);
    expect(state.setups.size).toBe(0);
    expect(state.streaks.get('Sim101')?.losses).toBe(0);
    expect(state.tradingDay).toBe('2026-11-20');
  });
});
