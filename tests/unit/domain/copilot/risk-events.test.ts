import { describe, expect, test } from 'vitest';
import type { PlatformOrder, PlatformPosition } from '../../../../src/domain/accounts/snapshot.js';
import { decide } from '../../../../src/domain/copilot/decide.js';
import type { Effect } from '../../../../src/domain/copilot/effect.js';
import type { CopilotEvent } from '../../../../src/domain/copilot/event.js';
import type { CopilotState } from '../../../../src/domain/copilot/state.js';
import { after, epochMs, fromUsd, SECOND } from '../../../../src/kernel/units.js';
import { flatSnapshot, newCopilot } from '../../../support/copilot-day.js';

/** 09:00 New York on an ordinary Thursday. */
const NINE = epochMs(Date.parse('2026-11-19T14:00:00Z'));

const position: PlatformPosition = {
  symbol: 'MGC 12-26',
  root: 'MGC',
  contract: 'MGCZ6',
  side: 'LONG',
  quantity: 1,
  avgPrice: 4200,
  lastPrice: 4200,
  unrealizedPnl: fromUsd(0),
};
const stop: PlatformOrder = {
  orderId: 's',
  symbol: 'MGC 12-26',
  root: 'MGC',
  action: 'SELL',
  type: 'STOP',
  quantity: 1,
  stopPrice: 4190,
  limitPrice: undefined,
  state: 'working',
};

interface Told {
  readonly realized?: number;
  readonly position?: PlatformPosition;
  readonly stop?: PlatformOrder;
}
const report = (second: number, { realized = 0, position: held, stop: order }: Told = {}): CopilotEvent => {
  const at = after(NINE, second * SECOND);
  const more = {
    realizedPnl: fromUsd(realized),
    positions: held ? [held] : [],
    orders: order ? [order] : [],
  };
  return { kind: 'account', at, snapshot: flatSnapshot(at, second, more) };
};
const run = (state: CopilotState, ...events: readonly CopilotEvent[]): readonly Effect[] =>
  events.flatMap((event) => decide(state, event).effects);
/** A trader who is heard, with nothing open; prices are silent here, and nothing of that is asked about. */
const heard = (): CopilotState => {
  const state = newCopilot(NINE);
  run(state, report(1));
  return state;
};
const phases = (effects: readonly Effect[], rule: string) =>
  effects.flatMap((it) => (it.kind === 'record-risk-event' && it.event.rule === rule ? [it.event] : []));
const riskAlerts = (effects: readonly Effect[]) =>
  effects.flatMap((it) => (it.kind === 'alert' && it.alert.kind === 'risk' ? [it.alert] : []));

describe('rules that begin and cease to speak', () => {
  test('are written down once each way, with what they said', () => {
    const state = heard();
    const began = run(state, report(2, { realized: -500 }), report(3, { realized: -510 }));
    expect(phases(began, 'daily-loss')).toMatchObject([
      { phase: 'began', severity: 'refuse', tradingDay: '2026-11-19', facts: { daily_pnl: -500 } },
    ]);
    const ended = run(state, report(4, { realized: -499.99 }));
    expect(phases(ended, 'daily-loss')).toMatchObject([{ phase: 'ended', facts: { daily_pnl: -510 } }]);
  });

  test('a refusal that begins is a critical alert, a warning a warning, and neither is repeated', () => {
    const state = heard();
    const refused = run(state, report(2, { realized: -500 }), report(3, { realized: -500 }));
    expect(riskAlerts(refused)).toMatchObject([
      { id: 'risk-daily-loss-2026-11-19T14:00:02.000Z', severity: 'critical' },
    ]);
    const bare = run(heard(), report(2, { position }), report(3, { position }));
    const noStop = riskAlerts(bare).filter(({ id }) => id.startsWith('risk-no-stop'));
    expect(noStop).toMatchObject([{ severity: 'warning', text: 'no stop: MGC 12-26' }]);
  });

  test('a position whose stop came is no longer without one', () => {
    const state = heard();
    const effects = run(state, report(2, { position }), report(3, { position, stop }), report(4, { position }));
    expect(phases(effects, 'no-stop').map(({ phase }) => phase)).toEqual(['began', 'ended', 'began']);
    expect(new Set(phases(effects, 'no-stop').map(({ id }) => id)).size).toBe(3);
  });

  test('an unknown instrument alarms at once', () => {
    const unknown = { ...position, symbol: 'FDAX 12-26', root: undefined, contract: undefined };
    const alerts = riskAlerts(run(heard(), report(2, { position: unknown })));
    expect(alerts.map(({ id }) => id.split('-2026')[0])).toContain('risk-unmanaged-position');
  });

  test('before any account was heard nobody is alarmed by what is not known', () => {
    const effects = run(newCopilot(NINE), { kind: 'job', at: NINE, name: 'risk-sweep' });
    expect(riskAlerts(effects)).toEqual([]);
    expect(phases(effects, 'account-in-sync')).toMatchObject([{ phase: 'began' }]);
    expect(phases(effects, 'daily-loss')).toEqual([]);
  });

  test('an account that is first heard with a loss over the limit alarms', () => {
    const state = newCopilot(NINE);
    run(state, { kind: 'job', at: NINE, name: 'risk-sweep' });
    expect(riskAlerts(run(state, report(1, { realized: -600 })))).toMatchObject([{ severity: 'critical' }]);
  });
});
