import { describe, expect, test } from 'vitest';
import { decide } from '../../../../src/domain/copilot/decide.js';
import type { Effect, Signal } from '../../../../src/domain/copilot/effect.js';
import type { CopilotEvent } from '../../../../src/domain/copilot/event.js';
import { type CopilotState, createCopilot } from '../../../../src/domain/copilot/state.js';
import { focusCard } from '../../../../src/domain/focus/card.js';
import { focusPlan } from '../../../../src/domain/focus/plan.js';
import type { FocusCard } from '../../../../src/domain/focus/types.js';
import type { GateMode } from '../../../../src/domain/gate/mode.js';
import { after, DAY, type EpochMs, epochMs, HOUR, MINUTE, type Ticks, ticks } from '../../../../src/kernel/units.js';
import { newCopilot, walk } from '../../../support/copilot-day.js';
import { goodFacts, goodReading } from '../focus/card-facts.js';

const at = (clock: string, day = '2026-11-19') => epochMs(Date.parse(`${day}T${clock}:00-05:00`));
/** Nine days of bars up to 09:30, and the price they end at. */
const history = walk('MGC', after(at('09:30'), -9 * DAY), at('09:30'), 'history');
const LAST = Number(history.at(-1)?.close);

const started = (gate: GateMode = 'warn', seeded = history): CopilotState => {
  const { config } = newCopilot(at('09:30'), ['MGC']);
  const state = createCopilot({ ...config, gate });
  state.seed(
    'MGC',
    seeded.map((bar) => ({ contract: 'MGCZ6', bar })),
  );
  return state;
};

/** A minute that opens where the clock says and closes so many ticks from where the history ended. */
const minute = (opens: EpochMs, close: number): CopilotEvent & { kind: 'bar' } => {
  const price = ticks(LAST + close);
  const bar = { at: opens, open: price, high: ticks(price + 2), low: ticks(price - 2), close: price, volume: 50 };
  return { kind: 'bar', at: after(opens, MINUTE), root: 'MGC', contract: 'MGCZ6', bar };
};
const minutes = (from: string, to: string, close: number, day?: string) => {
  const bars: CopilotEvent[] = [];
  for (let opens = at(from, day); opens < at(to, day); opens = after(opens, MINUTE)) bars.push(minute(opens, close));
  return bars;
};
const run = (state: CopilotState, events: readonly CopilotEvent[]): readonly Effect[] =>
  events.flatMap((event) => decide(state, event).effects);
const signalsOf = (effects: readonly Effect[]): readonly Signal[] =>
  effects.flatMap((effect) => (effect.kind === 'record-signal' ? [effect.signal] : []));
const alertsOf = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => (effect.kind === 'alert' && effect.alert.kind === 'signal' ? [effect.alert] : []));

/** A quiet half hour, ten minutes inside it, and a break at 10:10 that holds on. */
const morning = [...minutes('09:30', '10:10', 0), ...minutes('10:10', '10:30', 400)];

describe('the break of the opening range', () => {
  test('is told once, at its minute, as an alert and as a signal', () => {
    const effects = run(started('off'), morning);
    const [signal, ...more] = signalsOf(effects);
    expect(more).toEqual([]);
    expect(signal).toMatchObject({
      type: 'ORB',
      id: 'opening-range-2026-11-19-MGC',
      at: at('10:11'),
      tradingDay: '2026-11-19',
      side: 'LONG',
      signal: { triggerPrice: LAST + 400, orHigh: LAST + 2, orLow: LAST - 2 },
    });
    const [alert, ...others] = alertsOf(effects);
    expect(others).toEqual([]);
    expect(alert).toMatchObject({ id: signal?.id, at: at('10:11'), severity: 'warning', root: 'MGC' });
    const price = (inTicks: number) => (inTicks / 10).toFixed(1);
    expect(alert?.text).toContain(
      `MGC opening range LONG: closed at ${price(LAST + 400)} at 10:11 ET, range ${price(LAST - 2)} to ${price(LAST + 2)}, ATR `,
    );
  });

  test('down is the same with the sides changed', () => {
    const falling = [...minutes('09:30', '10:10', 0), ...minutes('10:10', '10:30', -400)];
    expect(signalsOf(run(started(), falling))).toMatchObject([{ type: 'ORB', side: 'SHORT' }]);
  });

  test('is a setup: the guard that waits for one falls silent', () => {
    const reasons = (bars: readonly CopilotEvent[]) => {
      const effects = run(started(), [...bars, { kind: 'job', at: at('10:30'), name: 'risk-sweep' }]);
      return effects.flatMap((it) => (it.kind === 'publish-no-trade' ? it.noTrade.reasons.map(({ id }) => id) : []));
    };
    expect(reasons(minutes('09:30', '10:30', 0))).toContain('no-setup');
    expect(reasons(morning)).not.toContain('no-setup');
  });

  test('of the day before is nobody’s news, but the guard still knows it', () => {
    const state = started();
    run(state, morning);
    const next = run(state, [
      ...minutes('18:00', '18:10', 500),
      ...minutes('09:00', '10:20', 500, '2026-11-20'),
      { kind: 'job', at: at('10:20', '2026-11-20'), name: 'risk-sweep' },
    ]);
    expect(signalsOf(next)).toEqual([]);
    const noTrade = next.flatMap((it) => (it.kind === 'publish-no-trade' ? it.noTrade.reasons : []));
    expect(noTrade.find(({ id }) => id === 'no-setup')?.text).toMatch(
      /the last one: MGC opening range LONG on 2026-11-19 at 10:11 ET$/,
    );
    run(state, [{ kind: 'job', at: at('18:00', '2026-11-20'), name: 'risk-sweep' }]);
    expect(state.lastSetup, 'it is not carried over a second day').toBeUndefined();
  });

  test('that arrives when its day is over is nobody’s news either', () => {
    const state = started();
    decide(state, { kind: 'clock', at: at('18:05') });
    expect(signalsOf(run(state, morning))).toEqual([]);
  });

  const seen = morning.flatMap((event) => (event.kind === 'bar' ? [event.bar] : []));
  test.each([
    ['10:30', 1],
    ['11:59', 1],
    ['12:00', 0],
  ])('found in the history by a process that starts at %s is written down, and alerts %d times', (clock, alerts) => {
    const state = started('warn', [...history, ...seen]);
    const effects = run(state, [minute(at(clock), 400), minute(after(at(clock), MINUTE), 400)]);
    expect(signalsOf(effects)).toMatchObject([{ type: 'ORB', at: at('10:11') }]);
    expect(alertsOf(effects)).toHaveLength(alerts);
  });

  test('says how many minutes of the half hour brought no bar', () => {
    const holes = morning.filter((event) => event.at !== at('09:40') && event.at !== at('09:41'));
    const effects = run(started(), holes);
    expect(alertsOf(effects)[0]?.text).toContain(', 2 of 30 minutes missing');
    expect(signalsOf(effects)).toMatchObject([{ range: { missing: 2 } }]);
  });
});

/** An hour-long fall before the break: the 15-minute trend cannot be LONG yet when it comes. */
const fallen = walkDown(at('09:30'));
function walkDown(until: EpochMs) {
  const from = after(until, -15 * HOUR);
  return history
    .filter((bar) => bar.at < from)
    .concat(
      history
        .filter((bar) => bar.at >= from)
        .map((bar, n, all) => {
          const lift = 3 * (all.length - n);
          const up = (price: Ticks) => ticks(price + lift);
          return { ...bar, open: up(bar.open), high: up(bar.high), low: up(bar.low), close: up(bar.close) };
        }),
    );
}

describe('a break against the gate', () => {
  test.each([
    ['off', 'warning', 1],
    ['warn', 'warning', 1],
    ['block', 'info', 0],
  ] as const)('set to %s', (mode, severity, counted) => {
    const state = started(mode, fallen);
    const effects = run(state, morning);
    expect(signalsOf(effects)).toMatchObject([{ type: 'ORB', side: 'LONG', gate: { mode, passes: false } }]);
    expect(alertsOf(effects)).toMatchObject([{ severity }]);
    expect([state.setups.size, state.heldSetups.size]).toEqual([counted, 1 - counted]);
    const { text } = alertsOf(effects)[0] ?? { text: '' };
    expect(text.includes('held back')).toBe(mode === 'block');
    expect(text.includes('gate against LONG: 15m trend BEARISH')).toBe(mode !== 'off');
  });
});

describe('the entry zone of a card', () => {
  const now = at('09:35');
  const against = { ...goodReading.gate, passesLong: false };
  const planned = (gateMode: GateMode, gate = against): FocusCard => {
    const reading = { ...goodReading, gate, barAt: at('09:30') };
    const last = { price: goodReading.price, closedAt: now, lengthMs: MINUTE };
    return focusCard({ ...goodFacts, reading, last, now, gateMode });
  };
  const withPlan = (mode: GateMode, card: FocusCard): CopilotState => {
    const state = started(mode);
    const noTrade = { active: false, reasons: [], warnings: [] };
    state.plan = focusPlan({ asOf: now, ranked: { assets: [card], others: [] }, noTrade, account: goodFacts.account });
    return state;
  };
  const touch = (opens: EpochMs): CopilotEvent => {
    const price = goodReading.price;
    const bar = { at: opens, open: price, high: price, low: price, close: price, volume: 5 };
    return { kind: 'bar', at: after(opens, MINUTE), root: 'MGC', contract: 'MGCZ6', bar };
  };

  test('is a setup once a day, with what the gate saw', () => {
    const state = withPlan('warn', planned('warn', goodReading.gate));
    const signals = signalsOf(run(state, [touch(now), touch(after(now, MINUTE))]));
    expect(signals).toMatchObject([
      { type: 'ENTRY_ZONE', id: 'entry-zone-2026-11-19-MGC', at: after(now, MINUTE), gate: { passes: true } },
    ]);
    expect(state.lastSetup).toEqual({ root: 'MGC', type: 'entry zone', side: 'LONG', at: after(now, MINUTE) });
  });

  test('against the gate still counts while it only warns', () => {
    const state = withPlan('warn', planned('warn'));
    expect(signalsOf(run(state, [touch(now)]))).toMatchObject([{ gate: { mode: 'warn', passes: false } }]);
    expect([state.setups.size, state.heldSetups.size]).toEqual([1, 0]);
  });

  test('of a card the gate holds back is written down once and counts for nothing, until the gate lets it pass', () => {
    const state = withPlan('block', planned('block'));
    const held = signalsOf(run(state, [touch(now), touch(after(now, MINUTE))]));
    expect(held).toMatchObject([{ id: 'entry-zone-held-2026-11-19-MGC-LONG', gate: { mode: 'block', passes: false } }]);
    expect([state.setups.size, state.heldSetups.size, state.lastSetup]).toEqual([0, 1, undefined]);
    state.plan = withPlan('block', planned('block', goodReading.gate)).plan;
    const passed = signalsOf(run(state, [touch(after(now, 2 * MINUTE))]));
    expect(passed).toMatchObject([{ id: 'entry-zone-2026-11-19-MGC', gate: { passes: true } }]);
    expect(state.setups.size).toBe(1);
  });

  test('of a card in extreme volatility is nothing', () => {
    const volatility = { percentile: 95, basis: 'time-of-day', days: 20, regime: 'very high' } as const;
    const reading = { ...goodReading, volatility, barAt: at('09:30') };
    const card = focusCard({ ...goodFacts, reading, last: undefined, now });
    expect(card).toMatchObject({ heldBy: 'extreme-volatility', tradeable: false });
    expect(signalsOf(run(withPlan('warn', card), [touch(now)]))).toEqual([]);
  });
});
