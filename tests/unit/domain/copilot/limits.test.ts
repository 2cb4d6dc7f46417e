import { describe, expect, test } from 'vitest';
import { decide } from '../../../../src/domain/copilot/decide.js';
import type { Effect } from '../../../../src/domain/copilot/effect.js';
import type { CopilotEvent } from '../../../../src/domain/copilot/event.js';
import { rememberLimits } from '../../../../src/domain/copilot/limits.js';
import type { CopilotState } from '../../../../src/domain/copilot/state.js';
import type { LimitsChange } from '../../../../src/domain/risk/limit-book.js';
import { after, DAY, epochMs, fromUsd, SECOND } from '../../../../src/kernel/units.js';
import { flatSnapshot, newCopilot, walk } from '../../../support/copilot-day.js';

/** 09:00 New York on an ordinary Thursday. */
const NINE = epochMs(Date.parse('2026-11-19T14:00:00Z'));
/** The first second of Friday's trading day. */
const ROLL = epochMs(Date.parse('2026-11-19T23:00:00Z'));

const change = (limits: LimitsChange, id = 'c1', at = NINE): CopilotEvent => ({
  kind: 'set-limits',
  at,
  id,
  change: limits,
});
const run = (state: CopilotState, ...events: readonly CopilotEvent[]): readonly Effect[] =>
  events.flatMap((event) => decide(state, event).effects);
const records = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => (effect.kind === 'record-limits' ? [effect.record] : []));
const alerts = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => (effect.kind === 'alert' && effect.alert.id.startsWith('limits-') ? [effect.alert] : []));
const riskOf = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => (effect.kind === 'publish-risk' ? [effect.report] : [])).at(-1);

describe('changing the limits', () => {
  test('tighter ones hold at once, looser ones wait for the next trading day, and both are said once', () => {
    const state = newCopilot(NINE);
    const effects = run(state, change({ dailyLoss: fromUsd(300), riskPerTrade: fromUsd(450) }));
    const [record] = records(effects);
    expect(record).toMatchObject({
      id: 'c1',
      tradingDay: '2026-11-19',
      book: {
        inForce: { dailyLoss: fromUsd(300), riskPerTrade: fromUsd(375) },
        pending: { from: '2026-11-20', limits: { dailyLoss: fromUsd(300), riskPerTrade: fromUsd(450) } },
      },
    });
    expect(alerts(effects)).toMatchObject([
      {
        kind: 'risk',
        text: 'limits changed, in force now: $300 daily loss; from trading day 2026-11-20: $450 risk per trade',
      },
    ]);
    expect(riskOf(effects)).toMatchObject({
      limits: { dailyLoss: fromUsd(300) },
      pendingLimits: { from: '2026-11-20' },
    });
  });

  test('what waited comes into force at the 18:00 roll, also when the first event of the day is worth nothing', () => {
    const state = newCopilot(NINE);
    const known: CopilotEvent = { kind: 'account', at: NINE, snapshot: flatSnapshot(NINE, 1) };
    run(state, known, change({ riskPerTrade: fromUsd(450) }));
    const late = decide(state, { ...known, at: ROLL });
    expect(late.ignored, 'what the roll brought must be written down').toBeUndefined();
    expect(records(late.effects)).toMatchObject([
      { tradingDay: '2026-11-20', book: { inForce: { riskPerTrade: fromUsd(450) }, pending: undefined } },
    ]);
    expect(alerts(late.effects)).toMatchObject([{ text: 'limits changed, in force now: $450 risk per trade' }]);
    expect(state.limits.pending).toBeUndefined();
  });

  test('a second before the roll they still wait', () => {
    const state = newCopilot(NINE);
    run(state, change({ riskPerTrade: fromUsd(450) }));
    expect(run(state, { kind: 'clock', at: after(ROLL, -SECOND) })).toEqual([]);
    expect(state.limits.inForce.riskPerTrade).toBe(fromUsd(375));
  });

  test('a loosening is taken back by asking for what is in force', () => {
    const state = newCopilot(NINE);
    const effects = run(state, change({ lossesInARow: 4 }), change({ lossesInARow: 2 }, 'c2'));
    expect(alerts(effects).at(-1)?.text).toBe('limits changed, nothing waits any more');
    expect(state.limits).toMatchObject({ inForce: { lossesInARow: 2 }, pending: undefined });
  });

  test('a change that changes nothing is ignored', () => {
    const state = newCopilot(NINE);
    expect(decide(state, change({ dailyLoss: fromUsd(500) }))).toEqual({ effects: [], ignored: 'changes no limit' });
  });

  test('a limit beyond its ceiling stays as it is, and the trader hears why', () => {
    const state = newCopilot(NINE);
    const effects = run(state, change({ openTradesMax: 7, dailyLoss: fromUsd(100) }));
    expect(records(effects)).toEqual([]);
    expect(alerts(effects)).toMatchObject([
      { severity: 'warning', text: 'limits stay as they are: open trades may be at most 6' },
    ]);
    expect(state.limits.inForce.dailyLoss, 'nothing of the change is taken').toBe(fromUsd(500));
  });

  test('the sizes on the cards follow the cap of one trade', () => {
    const roots = ['MGC', 'MES'];
    const state = newCopilot(NINE, roots);
    for (const root of roots) {
      const bars = walk(root, after(NINE, -9 * DAY), NINE, 'history');
      state.seed(
        root,
        bars.map((bar) => ({ contract: `${root}Z6`, bar })),
      );
    }
    const planOf = (effects: readonly Effect[]) =>
      effects.flatMap((effect) => (effect.kind === 'publish-focus' ? [effect.plan] : [])).at(-1);
    const risks = (plan = planOf([])) =>
      [...(plan?.assets ?? []), ...(plan?.others ?? [])].map(({ size }) => Number(size.risk));
    const before = planOf(run(state, { kind: 'job', at: NINE, name: 'focus' }));
    const now = planOf(run(state, change({ riskPerTrade: fromUsd(60) })));
    expect(Math.max(...risks(before)), 'there is a card to size').toBeGreaterThan(Number(fromUsd(60)));
    expect(Math.max(...risks(now))).toBeLessThanOrEqual(Number(fromUsd(60)));
    expect(now?.account.riskCap).toBe(fromUsd(60));
  });

  test('limits remembered from yesterday are in force when their day has come', () => {
    const state = newCopilot(NINE);
    const { inForce } = state.limits;
    const limits = { ...inForce, dailyLoss: fromUsd(600) };
    rememberLimits(state, { inForce, pending: { from: state.tradingDay, limits } });
    expect(state.limits).toEqual({ inForce: limits, pending: undefined });
  });
});
