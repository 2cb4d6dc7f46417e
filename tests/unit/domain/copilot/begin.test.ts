import { describe, expect, test } from 'vitest';
import { decide } from '../../../../src/domain/copilot/decide.js';
import type { Effect } from '../../../../src/domain/copilot/effect.js';
import type { CopilotEvent } from '../../../../src/domain/copilot/event.js';
import { rememberLimits } from '../../../../src/domain/copilot/limits.js';
import type { CopilotState } from '../../../../src/domain/copilot/state.js';
import { defaultLimits } from '../../../../src/domain/risk/limits.js';
import { after, DAY, type EpochMs, epochMs, fromUsd, HOUR } from '../../../../src/kernel/units.js';
import { newCopilot } from '../../../support/copilot-day.js';

/** 09:00 New York on an ordinary Thursday. */
const NINE = epochMs(Date.parse('2026-11-19T14:00:00Z'));
/** The first second of Friday's trading day. */
const ROLL = epochMs(Date.parse('2026-11-19T23:00:00Z'));

/** A start with this account size, whose newest news is of `at`, by a clock that shows `asked`. */
const begin = (dollars: number, id: string, when: { at?: EpochMs; asked?: EpochMs } = {}): CopilotEvent => {
  const accountSize = fromUsd(dollars);
  const { at = NINE, asked = at } = when;
  return { kind: 'begin', at, id, asked, accountSize, limits: defaultLimits(accountSize) };
};
const run = (state: CopilotState, ...events: readonly CopilotEvent[]): readonly Effect[] =>
  events.flatMap((event) => decide(state, event).effects);
const begun = (): CopilotState => {
  const state = newCopilot(NINE);
  run(state, begin(50_000, 'first'));
  return state;
};
const records = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => (effect.kind === 'record-limits' ? [effect.record] : []));
const alerts = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => (effect.kind === 'alert' && effect.alert.id.startsWith('limits-') ? [effect.alert] : []));
const accountIn = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => (effect.kind === 'publish-risk' ? [effect.report.facts.accountSize] : [])).at(-1);

describe('the first start', () => {
  test('writes down what it begins with, and disturbs nobody', () => {
    const effects = run(newCopilot(NINE), begin(50_000, 'first'));
    expect(effects).toHaveLength(1);
    expect(records(effects)).toMatchObject([
      { id: 'first', tradingDay: '2026-11-19', book: { accountSize: fromUsd(50_000), pending: undefined } },
    ]);
    expect(records(effects)[0]?.text).toMatch(/^limits begin: account of \$50,000, at most 2 open trades, \$375 risk/);
  });

  test('is the one of the event, whatever the settings of the process that folds it', () => {
    const state = newCopilot(NINE);
    run(state, begin(80_000, 'first'));
    expect(state.limits).toMatchObject({ accountSize: fromUsd(80_000), inForce: { riskPerTrade: fromUsd(600) } });
  });

  test('keeps limits that were changed before a size was ever written down', () => {
    const state = newCopilot(NINE);
    run(state, { kind: 'set-limits', at: NINE, id: 'c1', change: { riskPerTrade: fromUsd(200) } });
    run(state, begin(50_000, 'first'));
    expect(state.limits).toMatchObject({ accountSize: fromUsd(50_000), inForce: { riskPerTrade: fromUsd(200) } });
  });
});

describe('a later start', () => {
  test('with the same size is no news', () => {
    expect(decide(begun(), begin(50_000, 'again'))).toEqual({ effects: [], ignored: 'the account size is as it was' });
  });

  test('with a smaller one holds at once, and is written down and said', () => {
    const state = begun();
    const effects = run(state, begin(20_000, 'smaller'));
    expect(accountIn(effects)).toBe(fromUsd(20_000));
    expect(records(effects)).toMatchObject([{ id: 'smaller', book: { accountSize: fromUsd(20_000) } }]);
    expect(alerts(effects)).toMatchObject([
      {
        id: 'limits-smaller',
        kind: 'risk',
        text: 'limits changed, in force now: account of $20,000, $150 risk per trade',
      },
    ]);
    expect(state.plan?.account, 'the cards are sized anew').toEqual({ size: fromUsd(20_000), riskCap: fromUsd(150) });
  });

  test('with a larger one waits for the next trading day', () => {
    const state = begun();
    const effects = run(state, begin(100_000, 'larger'));
    expect(accountIn(effects)).toBe(fromUsd(50_000));
    expect(alerts(effects)).toMatchObject([
      { text: 'limits changed, from trading day 2026-11-20: account of $100,000, $750 risk per trade' },
    ]);
    const rolled = run(state, { kind: 'job', at: ROLL, name: 'risk-sweep' });
    expect(accountIn(rolled)).toBe(fromUsd(100_000));
    expect(alerts(rolled)).toMatchObject([
      { text: 'limits changed, in force now: account of $100,000, $750 risk per trade' },
    ]);
    expect(decide(state, begin(100_000, 'again', { at: after(ROLL, HOUR) })).ignored).toBeDefined();
  });

  test('asked for on Friday morning it waits for Monday, also when the newest news is of Thursday', () => {
    const state = begun();
    run(state, begin(100_000, 'larger', { at: after(NINE, HOUR), asked: after(NINE, DAY) }));
    expect(state.limits.pending).toMatchObject({ from: '2026-11-23', accountSize: fromUsd(100_000) });
    expect(accountIn(run(state, { kind: 'job', at: after(NINE, DAY), name: 'risk-sweep' }))).toBe(fromUsd(50_000));
  });

  test('ceilings are shares of the account in force, not of the one that waits', () => {
    const state = begun();
    run(state, begin(100_000, 'larger'));
    const effects = run(state, { kind: 'set-limits', at: NINE, id: 'c1', change: { riskPerTrade: fromUsd(1_001) } });
    expect(alerts(effects)).toMatchObject([
      { text: 'limits stay as they are: risk per trade may be at most $1,000, 2 % of the account' },
    ]);
  });

  test('a size remembered from yesterday is in force when its day has come', () => {
    const state = newCopilot(NINE);
    const { inForce } = state.limits;
    const pending = { from: state.tradingDay, limits: inForce, accountSize: fromUsd(100_000) };
    rememberLimits(state, { inForce, accountSize: fromUsd(50_000), pending });
    expect(accountIn(run(state, { kind: 'job', at: NINE, name: 'risk-sweep' }))).toBe(fromUsd(100_000));
  });
});
