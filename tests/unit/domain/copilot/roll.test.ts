import { describe, expect, test } from 'vitest';
import type { Bar } from '../../../../src/domain/bars/bar.js';
import type { FeedBar } from '../../../../src/domain/bars/feed-bar.js';
import { rollsIn } from '../../../../src/domain/bars/rolls.js';
import { decide } from '../../../../src/domain/copilot/decide.js';
import type { CopilotState } from '../../../../src/domain/copilot/state.js';
import { trainFor, trainingOf } from '../../../../src/domain/regime/training.js';
import { sessionCalendar } from '../../../../src/domain/sessions/calendar.js';
import { tradingDay } from '../../../../src/domain/sessions/trading-day.js';
import { after, DAY, type EpochMs, epochMs, MINUTE, ticks } from '../../../../src/kernel/units.js';
import { focusPlanJson } from '../../../../src/messages/focus-plan-codec.js';
import { newCopilot, walk } from '../../../support/copilot-day.js';

/** Sunday 13 December 2026, 18:00 in New York: the March contract of the S&P takes over, 60 points above December. */
const ROLL = epochMs(Date.parse('2026-12-13T23:00:00Z'));
const CARRY = 60 * 4;
const START = after(ROLL, -9 * DAY);
const END = after(ROLL, 16 * 60 * MINUTE);

const shifted = (bar: Bar, by: number): Bar => ({
  ...bar,
  open: ticks(bar.open + by),
  high: ticks(bar.high + by),
  low: ticks(bar.low + by),
  close: ticks(bar.close + by),
});
const market = walk('MES', START, END, 'roll');
/** What the feed brings: each contract at the prices it traded at. */
const brought: readonly FeedBar[] = market.map((bar) =>
  bar.at < ROLL
    ? { root: 'MES', contract: 'MESZ6', bar }
    : { root: 'MES', contract: 'MESH7', bar: shifted(bar, CARRY) },
);
const ofMarch = brought.filter(({ contract }) => contract === 'MESH7');

function lived(bars: readonly FeedBar[], until: EpochMs): CopilotState {
  const state = newCopilot(START, ['MES']);
  for (const { bar, contract, root } of bars) {
    const at = after(bar.at, MINUTE);
    if (at > until) break;
    decide(state, { kind: 'bar', at, root, contract, bar });
  }
  return state;
}
const readingOf = (state: CopilotState) => state.symbols.get('MES')?.analysis.reading();
const planOf = (state: CopilotState, at: EpochMs) => {
  decide(state, { kind: 'job', at, name: 'focus' });
  if (!state.plan) throw new Error('no plan');
  return focusPlanJson(state.plan, 'live');
};

describe('after the roll', () => {
  test('every price on the card is one the new contract traded at, or lies within its ranges of them', () => {
    const state = lived(brought, END);
    const [card] = planOf(state, END).assets;
    const low = Math.min(...ofMarch.map(({ bar }) => bar.low)) / 4;
    const high = Math.max(...ofMarch.map(({ bar }) => bar.high)) / 4;
    expect(card?.contract).toBe('MESH7');
    const reading = readingOf(state);
    const ict = (reading?.ict?.levels ?? []).flatMap((level) => [level.low / 4, level.high / 4]);
    expect(ict.length).toBeGreaterThan(0);
    const range = card?.opening_range;
    const shown = [card?.last_price, card?.bar_close, range?.high, range?.low, ...ict];
    for (const price of shown.filter((it) => it !== null && it !== undefined)) {
      expect(price).toBeGreaterThanOrEqual(low);
      expect(price).toBeLessThanOrEqual(high);
    }
  });

  test('no range, wave or regime holds the jump between the contracts', () => {
    const alone = lived(ofMarch, END);
    const both = lived(brought, END);
    const bare = (state: CopilotState) => {
      const { volatility: _, quality: __, ...rest } = readingOf(state) ?? {};
      return rest;
    };
    // As if the new contract had been the only one.
    expect(bare(both)).toEqual(bare(alone));
    expect(readingOf(both)?.bars).toBe(readingOf(alone)?.bars);
  });

  test('what each time of day usually moves is remembered, for it is no price', () => {
    expect(readingOf(lived(brought, END))?.volatility?.days).toBeGreaterThan(3);
    expect(readingOf(lived(ofMarch, END))?.volatility?.days ?? 0).toBeLessThan(2);
  });

  test('the card is not warm for some hours, and says so; the feed is not called silent', () => {
    const at = after(ROLL, 30 * MINUTE);
    const [card] = planOf(lived(brought, at), at).assets;
    expect(card?.note).toMatch(/^not warm: \d+ of \d+ five-minute bars/);
    const first = after(ROLL, 3 * MINUTE);
    const state = lived(brought, first);
    decide(state, { kind: 'job', at: first, name: 'focus' });
    expect(state.noTrade?.reasons.map(({ id }) => id)).not.toContain('no-fresh-data');
  });

  test('an engine that was started says what one that lived says', () => {
    const state = newCopilot(END, ['MES']);
    state.seed('MES', brought);
    expect(readingOf(state)).toEqual(readingOf(lived(brought, END)));
    expect(readingOf(state)?.bars).toBeGreaterThan(100);
  });
});

test('a roll within a five-minute bar makes no bar of two contracts', () => {
  const middle = after(ROLL, 2 * MINUTE);
  const bars = market.map(
    (bar): FeedBar =>
      bar.at < middle
        ? { root: 'MES', contract: 'MESZ6', bar }
        : { root: 'MES', contract: 'MESH7', bar: shifted(bar, CARRY) },
  );
  const until = after(ROLL, 10 * MINUTE);
  const today = lived(bars, until).symbols.get('MES')?.analysis.today() ?? [];
  expect(today.length).toBeGreaterThan(0);
  for (const bar of today) expect(bar.high - bar.low).toBeLessThan(CARRY);
});

test('a regime is trained on the returns of each contract, and on none between the two', () => {
  const due = trainingOf(tradingDay('2026-12-14'), sessionCalendar('equity-index'));
  const bars = brought.map(({ bar }) => bar);
  const train = (rolls: readonly EpochMs[]) => {
    const trained = trainFor({ root: 'MES', due, bars, rolls });
    if (!trained.ok) throw new Error(trained.error);
    return trained.value;
  };
  expect(rollsIn(brought)).toEqual([ROLL]);
  const [right, wrong] = [train(rollsIn(brought)), train([])];
  // The jump of 60 points is one of 0.9 %, which alone widens the spread of all returns.
  expect(right.spread[0]).toBeLessThan(0.9 * (wrong.spread[0] ?? 0));
  expect(right.rows).toBeLessThan(wrong.rows);
});

describe('the announcement', () => {
  const rollAlerts = (from: EpochMs, until: EpochMs) => {
    const state = newCopilot(from, ['MES', 'MGC']);
    const alerts = [];
    for (let at = from; at <= until; at = after(at, 60 * MINUTE))
      for (const effect of decide(state, { kind: 'clock', at }).effects)
        if (effect.kind === 'alert' && effect.alert.id.startsWith('roll-')) alerts.push(effect.alert);
    return alerts;
  };

  test('is an alert a week ahead, once, whenever the process began', () => {
    const told = rollAlerts(after(ROLL, -12 * DAY), ROLL);
    expect(told).toMatchObject([{ id: 'roll-MESZ6-MESH7', root: 'MES', text: 'MES rolls Z6 -> H7 on Mon 14 Dec' }]);
    // Its id, its time and its words follow from the calendar, so that telling it again adds nothing.
    expect(rollAlerts(after(ROLL, -10 * DAY), ROLL)).toEqual(told);
    expect(rollAlerts(after(ROLL, -3 * DAY), ROLL)).toEqual([]);
  });

  test.each([
    ['MESZ6', ['roll-MESZ6-MESH7']],
    ['MESH7', []],
  ])('with %s in hand is %j: where volume has moved on already there is none', (contract, ids) => {
    const from = after(ROLL, -10 * DAY);
    const state = newCopilot(from, ['MES']);
    state.seed(
      'MES',
      market.slice(0, 1).map((bar) => ({ contract, bar: { ...bar, at: after(from, -MINUTE) } })),
    );
    const told: string[] = [];
    for (let at = from; at <= ROLL; at = after(at, 60 * MINUTE))
      for (const effect of decide(state, { kind: 'clock', at }).effects)
        if (effect.kind === 'alert' && effect.alert.id.startsWith('roll-')) told.push(effect.alert.id);
    expect(told).toEqual(ids);
  });

  test('stands with the card until the roll', () => {
    const at = after(ROLL, -3 * DAY);
    const state = lived(brought, at);
    expect(planOf(state, at).assets[0]?.roll).toEqual({
      to: 'MESH7',
      on: '2026-12-14',
      text: 'MES rolls Z6 -> H7 on Mon 14 Dec',
    });
    expect(planOf(lived(brought, END), END).assets[0]?.roll).toBeUndefined();
  });
});
