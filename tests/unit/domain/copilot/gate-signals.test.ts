import { expect, test } from 'vitest';
import { gateSignals } from '../../../../src/domain/copilot/gate-signals.js';
import { focusCard } from '../../../../src/domain/focus/card.js';
import { focusPlan } from '../../../../src/domain/focus/plan.js';
import type { FocusCard, FocusPlan } from '../../../../src/domain/focus/types.js';
import type { GateMode } from '../../../../src/domain/gate/mode.js';
import { after, FIVE_MINUTES } from '../../../../src/kernel/units.js';
import { goodFacts, goodReading } from '../focus/card-facts.js';

const noTrade = { active: false, reasons: [], warnings: [] };
const cardOf = (gateMode: GateMode, passesLong: boolean): FocusCard =>
  focusCard({ ...goodFacts, reading: { ...goodReading, gate: { ...goodReading.gate, passesLong } }, gateMode });
const planOf = (n: number, ...cards: readonly FocusCard[]): FocusPlan =>
  focusPlan({
    asOf: after(goodFacts.now, n * FIVE_MINUTES),
    ranked: { assets: cards, others: [] },
    noTrade,
    account: goodFacts.account,
  });
const told = (before: FocusPlan | undefined, plan: FocusPlan) =>
  gateSignals(before, plan).flatMap((effect) => (effect.kind === 'record-signal' ? [effect.signal] : []));

test.each(['warn', 'block'] as const)('a card against the gate is recorded when that begins, set to %s', (mode) => {
  const [against, passing] = [cardOf(mode, false), cardOf(mode, true)];
  const first = told(undefined, planOf(0, against));
  expect(first).toMatchObject([
    {
      type: 'CARD',
      id: 'gate-2026-11-19T14:35:00.000Z-MGC-LONG',
      side: 'LONG',
      gate: { mode, passes: false, trend: 'BULLISH' },
    },
  ]);
  expect(told(planOf(0, against), planOf(1, against)), 'it goes on').toEqual([]);
  expect(told(planOf(1, against), planOf(2, passing)), 'it is over').toEqual([]);
  expect(told(planOf(2, passing), planOf(3, against)), 'it begins again').toHaveLength(1);
});

test('a card the gate lets pass, or of which nobody asked the gate, is no record', () => {
  expect(told(undefined, planOf(0, cardOf('block', true)))).toEqual([]);
  expect(told(undefined, planOf(0, cardOf('off', false)))).toEqual([]);
});

test('a card that changes its side against the gate is another record', () => {
  const long = cardOf('block', false);
  const wave = { ...goodReading.wave, direction: 'BEARISH' } as const;
  const short = focusCard({ ...goodFacts, reading: { ...goodReading, wave, ao: -1 }, gateMode: 'block' });
  expect(short).toMatchObject({ bias: 'SHORT', heldBy: 'gate' });
  expect(told(planOf(0, long), planOf(1, short))).toMatchObject([{ side: 'SHORT' }]);
});
