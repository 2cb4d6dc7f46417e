import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Bar } from '../../../../src/domain/bars/bar.js';
import { createBiasLayer } from '../../../../src/domain/confluence/bias-layer.js';
import { createEntryLayer } from '../../../../src/domain/confluence/entry-layer.js';
import type { Layer, LayerReading } from '../../../../src/domain/confluence/layer.js';
import { createSetupLayer } from '../../../../src/domain/confluence/setup-layer.js';
import { FIVE_MINUTES, MINUTE, ticks } from '../../../../src/kernel/units.js';
import { expectNear, golden, goldenBars } from '../../../golden/load.js';
import { anyWalk, barsOf, mirrored, oddMarkets, opposite, scaled } from '../walk.js';

const layers = [
  { name: 'bias', needs: 55, create: (): Layer<LayerReading> => createBiasLayer(15 * MINUTE) },
  { name: 'setup', needs: 30, create: (): Layer<LayerReading> => createSetupLayer(FIVE_MINUTES) },
  { name: 'entry', needs: 26, create: (): Layer<LayerReading> => createEntryLayer(MINUTE) },
] as const;

const readings = (layer: Layer<LayerReading>, bars: readonly Bar[]): readonly LayerReading[] =>
  bars.map((bar) => {
    layer.push(bar);
    return layer.read();
  });

interface Vector {
  readonly i: number;
  readonly bias: object | null;
  readonly setup: object | null;
  readonly entry: { readonly evidence: { readonly trigger: string | null } } | null;
}

describe.each(layers)('the $name layer', ({ name, needs, create }) => {
  test('agrees with an independent computation over thirteen days', () => {
    const answers = readings(create(), goldenBars());
    const vectors = golden<Vector[]>('confluence/layers.json');
    expect(vectors.length).toBeGreaterThan(200);
    for (const { i, [name]: expected } of vectors) {
      const answer = answers[i];
      if (expected === null) expect(answer, `bar ${i}`).toMatchObject({ direction: 'NEUTRAL', evidence: undefined });
      else expectNear(answer, expected, `${name} bar ${i}`);
    }
  });

  test('says nothing, and how much is missing, until it has its bars', () => {
    const bars = barsOf(Array.from({ length: needs }, (_, i) => 27_000 + i));
    const answers = readings(create(), bars);
    expect(answers.at(-2)).toMatchObject({ direction: 'NEUTRAL', bars: needs - 1, needs, evidence: undefined });
    expect(answers.at(-1)).toMatchObject({ direction: 'BULLISH', bars: needs, barAt: bars.at(-1)?.at });
    expect(create().read()).toMatchObject({ direction: 'NEUTRAL', bars: 0, barAt: undefined, evidence: undefined });
  });

  test('answers the first bars the same whatever follows, and the same when asked only once', () => {
    fc.assert(
      fc.property(anyWalk(1, 140), fc.nat(140), (bars, cut) => {
        const all = readings(create(), bars);
        const first = bars.slice(0, cut);
        expect(readings(create(), first)).toEqual(all.slice(0, cut));
        const once = create();
        for (const bar of first) once.push(bar);
        if (first.length > 0) expect(once.read()).toEqual(all[first.length - 1]);
      }),
      { numRuns: 30 },
    );
  });

  test('mirrors: reflected prices turn the direction round and leave RSI distance, quality and trigger alone', () => {
    fc.assert(
      fc.property(anyWalk(needs, 140), (bars) => {
        const plain = readings(create(), bars);
        for (const [i, other] of readings(create(), mirrored(bars)).entries()) {
          expect(other.direction).toBe(opposite[plain[i]?.direction ?? 'NEUTRAL']);
          expect(characterOf(other)).toEqual(characterOf(plain[i]));
        }
      }),
      { numRuns: 60 },
    );
  });

  test('does not change with the unit of price', () => {
    fc.assert(
      fc.property(anyWalk(needs, 140), (bars) => {
        const plain = readings(create(), bars);
        for (const [i, other] of readings(create(), scaled(bars, 4)).entries()) {
          expect(other.direction).toBe(plain[i]?.direction);
          expect(characterOf(other)).toEqual(characterOf(plain[i]));
        }
      }),
      { numRuns: 40 },
    );
  });

  test.each(Object.keys(oddMarkets))('has a whole answer for %s', (market) => {
    for (const reading of readings(create(), oddMarkets[market] ?? [])) {
      expect(JSON.stringify(reading)).not.toMatch(/null|NaN|Infinity/);
      if (market === 'flat prices') expect(reading.direction).toBe('NEUTRAL');
      if (market === 'no volume' && reading.layer === 'entry') expect(reading.evidence?.trigger).toBeUndefined();
    }
  });

  test('quality stays between 0.4 and 1, and 0 without a direction', () => {
    fc.assert(
      fc.property(anyWalk(needs, 140), (bars) => {
        for (const reading of readings(create(), bars)) {
          if (reading.layer !== 'setup' || !reading.evidence) continue;
          const { quality } = reading.evidence;
          if (reading.direction === 'NEUTRAL') expect(quality).toBe(0);
          else expect(quality >= 0.4 && quality <= 1).toBe(true);
        }
      }),
      { numRuns: 30 },
    );
  });
});

/** What of the evidence does not depend on where prices stand. */
function characterOf(reading: LayerReading | undefined): unknown {
  if (reading?.layer === 'setup' && reading.evidence) {
    const { quality, parts, rsi } = reading.evidence;
    return { quality, parts, fromMiddle: Math.abs(rsi - 50).toFixed(9) };
  }
  if (reading?.layer === 'entry' && reading.evidence) {
    const { trigger, volume, meanVolume, rsi } = reading.evidence;
    return { trigger, volume, meanVolume, fromMiddle: Math.abs(rsi - 50).toFixed(9) };
  }
  return undefined;
}

describe('cases small enough for a pencil', () => {
  test('bias: averages out of order say nothing', () => {
    // Sixty bars up, then a fall just long enough to take EMA 10 under EMA 20 while EMA 50 is still the lowest.
    const closes = Array.from({ length: 60 }, (_, i) => 27_000 + 10 * i).concat(
      Array.from({ length: 14 }, (_, i) => 27_590 - 20 * (i + 1)),
    );
    const last = readings(createBiasLayer(FIVE_MINUTES), barsOf(closes)).at(-1);
    expect(last?.layer === 'bias' && last.evidence && last.evidence.ema10 < last.evidence.ema20).toBe(true);
    expect(last?.layer === 'bias' && last.evidence && last.evidence.ema20 > last.evidence.ema50).toBe(true);
    expect(last?.direction).toBe('NEUTRAL');
  });

  test('setup: a straight rise has no pullback and too high an RSI: 0.4 + 0.15', () => {
    // 5 ticks a bar keep EMA 10 22.5 ticks under the close and each low at most 6 under it; RSI is 100.
    const layer = createSetupLayer(FIVE_MINUTES);
    const last = readings(layer, barsOf(Array.from({ length: 80 }, (_, i) => 27_000 + 5 * i))).at(-1);
    expect(last).toMatchObject({
      direction: 'BULLISH',
      evidence: { quality: 0.55, parts: { trend: 0.4, pullback: 0, rsi: 0, closes: 0.15 } },
    });
  });

  test('setup: one low dipping to the average earns the pullback for five bars, a deep one does not', () => {
    const rise = barsOf(Array.from({ length: 80 }, (_, i) => 27_000 + 5 * i));
    const dip = (depth: number) => rise.map((bar, i) => (i === 75 ? { ...bar, low: ticks(bar.close - depth) } : bar));
    // EMA 10 trails the close by 22.5; with that bar's own range the ATR is (13 * 7 + depth + 1) / 14.
    const partOf = (depth: number, upTo: number) => {
      const last = readings(createSetupLayer(FIVE_MINUTES), dip(depth).slice(0, upTo)).at(-1);
      return last?.layer === 'setup' ? last.evidence?.parts.pullback : undefined;
    };
    expect(partOf(22, 80), 'half a tick short of the average').toBe(0);
    expect(partOf(24, 80), '1.5 ticks through, half an ATR is 4.1').toBe(0.3);
    expect(partOf(40, 80), '17.5 ticks through, half an ATR is 4.7').toBe(0);
    expect(partOf(24, 81), 'the dip is the fifth bar back').toBe(0.3);
  });

  test('entry: a cross pulls the trigger for three bars, with volume above its mean', () => {
    // Rest, then a steady rise: EMA 9 crosses EMA 21 on the first bar up.
    const closes = Array.from({ length: 30 }, () => 27_000).concat([27_010, 27_020, 27_030, 27_040]);
    const busy = (from: number) =>
      barsOf(closes, MINUTE).map((bar, i) => ({ ...bar, volume: i >= from ? 200 + i : 100 }));
    const triggers = (bars: readonly Bar[]) =>
      readings(createEntryLayer(MINUTE), bars)
        .slice(-4)
        .map((reading) => reading.layer === 'entry' && reading.evidence?.trigger);
    expect(triggers(busy(30))).toEqual(['cross', 'cross', 'cross', undefined]);
    expect(triggers(busy(99)), 'volume at its mean').toEqual([undefined, undefined, undefined, undefined]);
  });

  test('entry: averages that point up against a weak RSI are no direction', () => {
    // A strong rise, then ten small falls: EMA 9 is still above EMA 21 while the RSI has sunk under 45.
    const closes = Array.from({ length: 30 }, (_, i) => 27_000 + (i < 26 ? 0 : 8 * (i - 25)));
    for (let i = 1; i <= 6; i += 1) closes.push(27_032 - 7 * i);
    const answers = readings(createEntryLayer(MINUTE), barsOf(closes, MINUTE));
    const against = answers.filter(
      (it) => it.layer === 'entry' && it.evidence && it.evidence.ema9 > it.evidence.ema21 && it.evidence.rsi <= 45,
    );
    expect(against.length).toBeGreaterThan(0);
    for (const reading of against) expect(reading.direction).toBe('NEUTRAL');
  });
});
