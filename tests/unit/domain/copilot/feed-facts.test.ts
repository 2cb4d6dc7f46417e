import { beforeEach, describe, expect, test } from 'vitest';
import { decide } from '../../../../src/domain/copilot/decide.js';
import type { Effect } from '../../../../src/domain/copilot/effect.js';
import type { CopilotState } from '../../../../src/domain/copilot/state.js';
import type { FeedFact } from '../../../../src/domain/feed-health/fact.js';
import { after, DAY, type EpochMs, epochMs, MINUTE } from '../../../../src/kernel/units.js';
import { positionsSchema, riskStatusSchema } from '../../../../src/messages/dashboard.js';
import { answerEntry } from '../../../../src/messages/entry-check.js';
import { focusPlanJson } from '../../../../src/messages/focus-plan-codec.js';
import { outputOf } from '../../../../src/roles/engine/outputs.js';
import { eventsOf, flatSnapshot, newCopilot, walk } from '../../../support/copilot-day.js';

/** 09:00 in New York. */
const START = epochMs(Date.parse('2026-11-19T14:00:00Z'));
const NOW = after(START, 10 * MINUTE);
const TEXT = 'PRICE_MISMATCH: feed MGCZ6 4207.0 (1 s old), platform MGCG7 4237.0 (2 s old), 300 ticks apart';
const fact = (more: Partial<FeedFact> = {}): FeedFact => ({
  id: 'price-mismatch-MGC-began-1',
  at: NOW,
  root: 'MGC',
  fact: 'price-mismatch',
  active: true,
  text: TEXT,
  facts: { ticks_apart: 300 },
  ...more,
});

let state: CopilotState;
beforeEach(() => {
  state = newCopilot(START);
  for (const root of state.roots) {
    const bars = walk(root, after(START, -6 * DAY), START);
    state.seed(
      root,
      bars.map((bar) => ({ contract: `${root}Z6`, bar })),
    );
  }
  for (const event of eventsOf(state.roots, START, NOW)) decide(state, event);
  decide(state, { kind: 'account', at: NOW, snapshot: flatSnapshot(NOW, 1) });
});

const tell = (it: FeedFact) => decide(state, { kind: 'feed-fact', at: it.at, fact: it });
const card = (root = 'MGC') =>
  [...(state.plan?.assets ?? []), ...(state.plan?.others ?? [])].find((it) => it.root === root);
const of = <K extends Effect['kind']>(effects: readonly Effect[], kind: K) =>
  effects.filter((effect): effect is Extract<Effect, { kind: K }> => effect.kind === kind);

/** What a bridge hears that asks for an entry on what was published last. */
function asked(symbol: string, effects: readonly Effect[], now: EpochMs = NOW) {
  const published = (kind: Effect['kind']) => {
    const effect = effects.findLast((it) => it.kind === kind);
    return effect && JSON.parse(JSON.stringify(outputOf(effect, 'live').data));
  };
  const known = {
    risk: riskStatusSchema.parse(published('publish-risk')),
    positions: positionsSchema.parse(published('publish-positions')),
    ...(state.plan && { plan: focusPlanJson(state.plan, 'live') }),
  };
  const question = { symbol, side: 'LONG', size: 1, entry: 4207, stop: 4202 } as const;
  return answerEntry(known, question, { now, staleAfterMs: 10_000 }).reasons.map(({ rule }) => rule);
}

describe('a price mismatch', () => {
  test('takes the card out of trading at once, with the evidence as its note', () => {
    tell(fact());
    expect(card()).toMatchObject({ tradeable: false, note: TEXT });
    expect(card('MES')?.note).not.toBe(TEXT);
  });

  test('is written down, alerts once, and is told of its end', () => {
    const { effects } = tell(fact());
    expect(of(effects, 'alert').find(({ alert }) => alert.kind === 'feed')?.alert).toMatchObject({
      severity: 'critical',
      root: 'MGC',
      text: `MGC: ${TEXT}`,
    });
    expect(of(effects, 'record-risk-event')[0]?.event).toMatchObject({
      rule: 'price-mismatch',
      phase: 'began',
      severity: 'refuse',
      facts: { symbol: 'MGC', ticks_apart: 300 },
    });
    expect(tell(fact({ id: 'another' }))).toEqual({ effects: [], ignored: 'repeat' });
    const over = tell(fact({ active: false, text: 'the same price again' }));
    expect(of(over.effects, 'record-risk-event')[0]?.event.phase).toBe('ended');
    expect(card()?.note).not.toBe(TEXT);
    expect(tell(fact({ active: false }))).toEqual({ effects: [], ignored: 'repeat' });
  });

  test('refuses an entry in its instrument and in its full-size sibling, and in no other', () => {
    const { effects } = tell(fact());
    expect(asked('MGC', effects)).toContain('feed-sound');
    expect(asked('GC', effects)).toContain('feed-sound');
    expect(asked('MES', effects)).not.toContain('feed-sound');
    const over = tell(fact({ active: false }));
    expect(asked('MGC', over.effects)).not.toContain('feed-sound');
  });

  test('of an instrument nobody watches is ignored', () => {
    expect(tell(fact({ root: 'MCL' }))).toEqual({ effects: [], ignored: 'repeat' });
  });
});

test('a frozen feed takes the card out of trading, and a mismatch is the heavier of the two', () => {
  tell(fact({ fact: 'frozen', text: 'massive stands still' }));
  expect(card()).toMatchObject({ tradeable: false, note: 'massive stands still' });
  tell(fact());
  expect(card()?.note).toBe(TEXT);
  tell(fact({ active: false }));
  expect(card()?.note).toBe('massive stands still');
});

test('a lost feed takes the card out of trading, is written down as such, and is heavier than both', () => {
  tell(fact({ fact: 'frozen', text: 'massive stands still' }));
  tell(fact());
  const { effects } = tell(fact({ fact: 'lost', text: 'no prices come', facts: { feeds: 'massive' } }));
  expect(card()).toMatchObject({ tradeable: false, note: 'no prices come' });
  expect(of(effects, 'record-risk-event')[0]?.event).toMatchObject({
    ...{ rule: 'feed-lost', phase: 'began', severity: 'refuse', text: 'MGC: no prices come' },
    facts: { symbol: 'MGC', feeds: 'massive' },
  });
  expect(asked('MGC', effects)).toContain('feed-sound');
  tell(fact({ fact: 'lost', active: false }));
  expect(card()?.note).toBe(TEXT);
});

test('another source in charge is told and written down, and leaves every card as it was', () => {
  const before = state.plan;
  const moved = (source: string) => fact({ fact: 'source', text: `bars come from ${source}`, facts: { source } });
  const { effects } = tell(moved('ibkr'));
  expect(effects.map(({ kind }) => kind)).toEqual(['record-risk-event', 'alert']);
  expect(state.plan).toBe(before);
  expect(tell(moved('ibkr')).ignored).toBe('repeat');
  expect(tell(moved('twelve-data')).effects).toHaveLength(2);
});

test('a fact is forgotten on the second roll of the trading day: a process that starts then cannot know it', () => {
  tell(fact());
  decide(state, { kind: 'clock', at: after(NOW, DAY) });
  expect(state.feedFacts.size).toBe(1);
  decide(state, { kind: 'clock', at: after(NOW, 4 * DAY) });
  expect(state.feedFacts.size).toBe(0);
});

describe('a roll by volume', () => {
  const roll = fact({
    ...{ id: 'roll-MGC-began-2026-11-19', fact: 'roll', facts: { from: 'MGCZ6', to: 'MGCG7', on: '2026-11-20' } },
    text: 'rolled to G7 on 2026-11-20: it traded more than Z6 on two days (2 against 1, 4 against 3)',
  });

  test('is written down and said once, as news and not as a fault: the card stays as it is', () => {
    const before = card();
    const { effects } = tell(roll);
    const [event, alert] = [of(effects, 'record-risk-event')[0]?.event, of(effects, 'alert')[0]?.alert];
    expect(event).toMatchObject({ id: roll.id, rule: 'contract-roll', severity: 'warn', phase: 'began' });
    expect(alert).toMatchObject({ id: roll.id, kind: 'feed', severity: 'info', text: `MGC: ${roll.text}` });
    expect(card()).toBe(before);
    expect(tell({ ...roll, at: after(NOW, MINUTE) }).ignored).toBe('repeat');
  });

  test('is told again when its day was moved, and the card says the day it has by now', () => {
    const rollShown = () => {
      decide(state, { kind: 'force-refresh', at: after(NOW, MINUTE) });
      const plan = state.plan && focusPlanJson(state.plan, 'live');
      return [...(plan?.assets ?? []), ...(plan?.others ?? [])].find(({ symbol }) => symbol === 'MGC')?.roll;
    };
    tell(roll);
    expect(rollShown()).toEqual({ to: 'MGCG7', on: '2026-11-20', text: 'MGC rolls Z6 -> G7 on Fri 20 Nov' });
    const moved = { ...roll, id: 'roll-MGC-began-2026-11-20', facts: { ...roll.facts, on: '2026-11-23' } };
    expect(of(tell(moved).effects, 'record-risk-event')).toHaveLength(1);
    expect(rollShown()).toEqual({ to: 'MGCG7', on: '2026-11-23', text: 'MGC rolls Z6 -> G7 on Mon 23 Nov' });
  });

  test('of another contract than the card’s is not the card’s', () => {
    tell({ ...roll, facts: { from: 'MGCV6', to: 'MGCZ6', on: '2026-11-20' } });
    decide(state, { kind: 'force-refresh', at: after(NOW, MINUTE) });
    expect(card()?.rollsOn).toBeUndefined();
  });

  test('told to an engine that was started again it is the same event', () => {
    const first = of(tell(roll).effects, 'record-risk-event')[0]?.event.id;
    const again = newCopilot(after(START, MINUTE));
    const { effects } = decide(again, { kind: 'feed-fact', at: after(NOW, MINUTE), fact: roll });
    expect(of(effects, 'record-risk-event')[0]?.event.id).toBe(first);
  });
});
