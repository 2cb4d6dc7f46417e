import { describe, expect, test } from 'vitest';
import { type CardFacts, focusCard } from '../../../../src/domain/focus/card.js';
import { rankCards } from '../../../../src/domain/focus/rank.js';
import { accountOf } from '../../../../src/domain/focus/size.js';
import type { FocusCard, Reading } from '../../../../src/domain/focus/types.js';
import type { GateMode } from '../../../../src/domain/gate/mode.js';
import { mgc } from '../../../../src/domain/instruments/catalogue/mgc.js';
import { after, FIVE_MINUTES, fromUsd, MINUTE, ticks } from '../../../../src/kernel/units.js';
import { barAt, goodFacts, goodReading } from './card-facts.js';

const card = (change: Partial<CardFacts> = {}): FocusCard => focusCard({ ...goodFacts, ...change });
const reading = (change: Partial<Reading>) => ({ reading: { ...goodReading, ...change } });
const quality = (score: number) => ({ ...goodReading.quality, score });

describe('focus card', () => {
  test('calls a long when wave, oscillator and quality agree', () => {
    expect(card()).toMatchObject({
      root: 'MGC',
      contract: 'MGCZ6',
      bias: 'LONG',
      tradeable: true,
      note: undefined,
      stale: false,
      price: 42_071,
      biasParts: { wave: 1, ao: 1, confluence: 0, score: 0.7 },
      levels: { side: 'LONG', stop: 41_964 },
      size: { contracts: 3, riskPerContract: fromUsd(115), risk: fromUsd(345) },
    });
  });

  test('takes the levels from the closed 5-minute bar and the price from the newest bar', () => {
    const last = { price: ticks(42_200), closedAt: after(barAt, FIVE_MINUTES + MINUTE), lengthMs: MINUTE };
    expect(card({ last }).levels).toEqual(card().levels);
    expect(card({ last })).toMatchObject({ price: 42_200, priceAt: last.closedAt });
  });

  test.each([
    ['a bearish wave with the oscillator', { direction: 'BEARISH', ao: -1 }, 'SHORT', -0.7],
    ['a bullish wave alone, oscillator at zero', { direction: 'BULLISH', ao: 0 }, 'LONG', 0.5],
    ['a bullish wave against the oscillator', { direction: 'BULLISH', ao: -1 }, 'NEUTRAL', 0.3],
    ['a wave without direction', { direction: 'NEUTRAL', ao: 1 }, 'NEUTRAL', 0.2],
  ] as const)('%s', (_, { direction, ao }, bias, score) => {
    const made = card(reading({ ao, wave: { ...goodReading.wave, direction } }));
    expect(made.bias).toBe(bias);
    expect(made.biasParts?.score).toBeCloseTo(score, 12);
  });

  test('a neutral card shows the levels of the side the price leans to, with no contracts and no dollars', () => {
    const made = card(reading({ ao: -1, wave: { ...goodReading.wave, direction: 'NEUTRAL' } }));
    expect(made).toMatchObject({ bias: 'NEUTRAL', tradeable: false, levels: { side: 'SHORT' } });
    expect(made.size).toMatchObject({ contracts: 0, risk: 0, maxLossText: undefined });
    expect(made.note).toBe('no side: bias score -0.20, wave NEUTRAL');
  });

  test('quality under 55 is skipped today whatever the side', () => {
    expect(card(reading({ quality: quality(54.9) }))).toMatchObject({
      bias: 'NEUTRAL',
      tradeable: false,
      note: 'skip today: quality 54.9 is under 55',
      levels: { side: 'LONG' },
      size: { contracts: 0, risk: 0 },
    });
    expect(card(reading({ quality: quality(55) })).bias).toBe('LONG');
  });

  test('an account too small for one contract says so', () => {
    const made = card({ account: accountOf(fromUsd(10_000)) });
    expect(made).toMatchObject({ bias: 'LONG', tradeable: false, size: { contracts: 0 } });
    expect(made.note).toMatch(/^no size: stop \$115 > cap \$75: /);
  });

  test('is stale when the newest closed bar is more than ten minutes old in an open market', () => {
    const closedAt = goodFacts.last?.closedAt ?? barAt;
    expect(card({ now: after(closedAt, 10 * MINUTE) })).toMatchObject({ stale: false, tradeable: true });
    expect(card({ now: after(closedAt, 10 * MINUTE + 1) })).toMatchObject({
      stale: true,
      tradeable: false,
      note: 'stale: the newest closed bar is 10 min old',
    });
  });

  test('is not stale but not tradeable either while its market is shut', () => {
    expect(card({ marketOpen: false, now: after(barAt, 100 * MINUTE) })).toMatchObject({
      stale: false,
      tradeable: false,
      note: 'market shut: MGC does not trade now',
    });
  });

  test('bars of half an hour are stale after an hour', () => {
    const last = { price: ticks(42_070), closedAt: after(barAt, 30 * MINUTE), lengthMs: 30 * MINUTE };
    expect(card({ last, now: after(last.closedAt, 60 * MINUTE) }).stale).toBe(false);
    expect(card({ last, now: after(last.closedAt, 60 * MINUTE + 1) }).stale).toBe(true);
  });

  test('shows its price and no levels until it is warm', () => {
    const cold = {
      bars: 12,
      ao: undefined,
      wave: undefined,
      volatility: undefined,
      quality: undefined,
      atr: undefined,
    };
    expect(card(reading(cold))).toMatchObject({
      bias: 'NEUTRAL',
      tradeable: false,
      note: 'not warm: 12 of 34 five-minute bars',
      levels: undefined,
      biasParts: undefined,
    });
  });
});

describe('a card that nothing else speaks against', () => {
  const gateOf = (adx: number, trend: 'BULLISH' | 'BEARISH') => ({
    ...goodReading.gate,
    quarter: { ...goodReading.gate.quarter, adx, trend },
    passesLong: adx > 20 && trend === 'BULLISH',
    passesShort: adx > 20 && trend === 'BEARISH',
  });
  const asked = (gateMode: GateMode, gate: Reading['gate']): FocusCard => card({ ...reading({ gate }), gateMode });

  test.each([
    ['warn', true, undefined, 'gate against LONG: 15m trend BEARISH, ADX 27.4'],
    ['block', false, 'gate against LONG: 15m trend BEARISH, ADX 27.4', undefined],
    ['off', true, undefined, undefined],
  ] as const)('with the gate against it and the setting %s', (mode, tradeable, note, caution) => {
    const made = asked(mode, gateOf(27.43, 'BEARISH'));
    expect(made).toMatchObject({ bias: 'LONG', tradeable, note, caution, size: { contracts: 3 } });
    expect(made.gate).toEqual({ mode, side: 'LONG', adx: 27.43, trend: 'BEARISH', passes: false });
    expect(made.heldBy).toBe(tradeable ? undefined : 'gate');
  });

  test.each([
    [20, 'gate against LONG: 15m trend BULLISH, ADX 20.0 not over 20'],
    [19.99, 'gate against LONG: 15m trend BULLISH, ADX 19.9 not over 20'],
    [20.01, undefined],
  ])('with an ADX of %d', (adx, note) => {
    expect(asked('block', gateOf(adx, 'BULLISH'))).toMatchObject({ note, tradeable: note === undefined });
  });

  test.each(['warn', 'block'] as const)(
    'with a gate that is not ready is told so and never held, set to %s',
    (mode) => {
      const made = asked(mode, undefined);
      expect(made).toMatchObject({ tradeable: true, caution: 'gate not ready: the 15m ADX is not warm yet' });
      expect(made.gate).toMatchObject({ passes: undefined, adx: undefined });
    },
  );

  test('is warned of the gate where nobody set it', () => {
    expect(card(reading({ gate: gateOf(27, 'BEARISH') }))).toMatchObject({ tradeable: true, gate: { mode: 'warn' } });
  });

  test('and has no side asks no gate', () => {
    const made = asked('block', gateOf(27, 'BEARISH'));
    expect(made.gate).toBeDefined();
    const skipped = card({ ...reading({ gate: gateOf(27, 'BEARISH'), quality: quality(40) }), gateMode: 'block' });
    expect(skipped).toMatchObject({ gate: undefined, heldBy: undefined, caution: undefined });
    expect(skipped.note).toMatch(/^skip today/);
  });

  test.each([
    [88, 'time-of-day', undefined],
    [88.001, 'time-of-day', 'extreme volatility: percentile 88.1 of this time of day, over 88'],
    [99, 'recent', undefined],
  ] as const)('with a volatility at percentile %d by %s', (percentile, basis, note) => {
    const volatility = { percentile, basis, days: 20, regime: 'very high' } as const;
    const made = card(reading({ volatility }));
    expect(made).toMatchObject({ bias: 'LONG', tradeable: note === undefined, note });
    expect(made.heldBy).toBe(note === undefined ? undefined : 'extreme-volatility');
  });
});

test('a quality just under the line does not read as the line', () => {
  expect(card(reading({ quality: quality(54.999) })).note).toBe('skip today: quality 54.9 is under 55');
});

describe('ranking', () => {
  const named = (root: string, score: number, more: { tradeable?: boolean; ratio?: number } = {}): FocusCard => {
    const made = card(
      reading({ quality: quality(score), wave: { ...goodReading.wave, dominantRatio: more.ratio ?? 2 } }),
    );
    return { ...made, root, tradeable: more.tradeable ?? true };
  };

  test('tradeable first, then quality, then dominance, then name; four are shown', () => {
    const { assets, others } = rankCards([
      named('SIL', 90, { tradeable: false }),
      named('MNQ', 60),
      named('MES', 60),
      named('MCL', 60, { ratio: 2.5 }),
      named('MGC', 70),
      named('MHG', 95, { tradeable: false }),
    ]);
    expect(assets.map((each) => each.root)).toEqual(['MGC', 'MCL', 'MES', 'MNQ']);
    expect(others.map((each) => each.root)).toEqual(['MHG', 'SIL']);
  });

  test('does not depend on the order the cards come in', () => {
    const cards = [named('MGC', 70), named('MES', 70), named('MNQ', 80)];
    expect(rankCards(cards.toReversed())).toEqual(rankCards(cards));
  });
});

test('the card of the catalogue example is on the tick grid', () => {
  expect(mgc.ticksPerPoint).toBe(10);
  expect(
    Object.values(card().levels ?? {})
      .filter((level) => typeof level === 'number')
      .every(Number.isInteger),
  ).toBe(true);
});
