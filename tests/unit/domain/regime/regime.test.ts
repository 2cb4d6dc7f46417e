import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PricedBar } from '../../../../src/domain/regime/features.js';
import { createRegimeFilter, type RegimeReading } from '../../../../src/domain/regime/filter.js';
import { REGIMES, type RegimeModel, ROWS_MIN, trainRegime } from '../../../../src/domain/regime/model.js';
import { createRng } from '../../../../src/kernel/rng.js';

/** Bars of a market whose mood (quiet, moving, in panic) changes by chance every `stretch` bars. */
function weather(count: number, seed: string, stretch = 120): readonly (PricedBar & { readonly mood: number })[] {
  const rng = createRng(seed);
  let price = 4_000;
  let mood = 0;
  return Array.from({ length: count }, (_, i) => {
    if (i % stretch === 0) mood = (mood + 1 + Math.floor(rng.next() * 2)) % 3;
    const size = [2, 5, 9][mood] ?? 1;
    const move = rng.normal() * size;
    const [open, close] = [price, price + move];
    price = close;
    const volume = Math.round(([100, 150, 400][mood] ?? 100) * (0.7 + 0.6 * rng.next()));
    return { high: Math.max(open, close) + size, low: Math.min(open, close) - size, close, volume, mood };
  });
}

function trained(bars: readonly PricedBar[], seed = '1'): RegimeModel {
  const model = trainRegime(bars, seed);
  if (!model.ok) throw new Error(model.error);
  return model.value;
}

function labels(model: RegimeModel, bars: readonly PricedBar[]): readonly (RegimeReading | undefined)[] {
  const filter = createRegimeFilter(model);
  return bars.map((bar) => {
    filter.push(bar);
    return filter.read();
  });
}

const history = weather(3_600, 'history');
const model = trained(history);

describe('a trained model', () => {
  test('names its states from the smallest range to the largest', () => {
    const atr = [0, 1, 2].map((s) => model.hmm.means[s * 3 + 1] ?? 0);
    expect(atr).toEqual(atr.toSorted((a, b) => a - b));
    expect(model.fit.last).toBeGreaterThan(model.fit.first);
  });

  test('tells the moods of bars it has not seen, but for the bars just after a change', () => {
    const bars = weather(1_800, 'live');
    const told = labels(model, bars).map((reading, i) => ({
      label: reading?.label,
      mood: bars[i]?.mood ?? 0,
      since: i % 120,
    }));
    const settled = told.filter(({ since }, i) => since > 30 && i > 60);
    const right = settled.filter(({ label, mood }) => label === REGIMES[mood]).length;
    expect(right / settled.length).toBeGreaterThan(0.9);
  });
});

describe('the live filter', () => {
  const bars = weather(400, 'live');
  test('says of a bar what it will always say, whatever follows', () => {
    fc.assert(
      fc.property(fc.nat(399), (cut) => {
        expect(labels(model, bars.slice(0, cut))).toEqual(labels(model, bars).slice(0, cut));
      }),
      { numRuns: 20 },
    );
  });

  test('keeps chances between 0 and 1 that sum to 1, for any bars', () => {
    const anyBar = fc
      .tuple(fc.integer({ min: -50, max: 40_000 }), fc.nat(60), fc.nat(60), fc.nat(500))
      .map(([low, range, inside, volume]) => ({
        low,
        high: low + range,
        close: low + Math.min(inside, range),
        volume,
      }));
    fc.assert(
      fc.property(fc.array(anyBar, { maxLength: 80, size: 'max' }), (some) => {
        for (const reading of labels(model, some)) {
          if (!reading) continue;
          expect(reading.chances.every((chance) => chance >= 0 && chance <= 1)).toBe(true);
          expect(reading.chances.reduce((a, b) => a + b)).toBeCloseTo(1, 9);
        }
      }),
    );
  });

  test('changes its label only after three bars in a row at 0.6 or more', () => {
    const told = labels(model, bars);
    for (const [i, reading] of told.entries()) {
      const before = told[i - 1];
      if (reading?.label === undefined || reading.label === before?.label) continue;
      const state = REGIMES.indexOf(reading.label);
      for (const back of [0, 1, 2]) expect(told[i - back]?.chances[state]).toBeGreaterThanOrEqual(0.6);
      expect(reading.bars).toBe(3);
    }
    expect(new Set(told.map((reading) => reading?.label)).size).toBeGreaterThan(2);
  });

  test('has forgotten within a hundred bars where it began', () => {
    const long = weather(1_400, 'long');
    const told = (from: number) => {
      const filter = createRegimeFilter(model);
      for (const bar of long.slice(from)) filter.push(bar);
      return filter.read();
    };
    const [all, late] = [told(0), told(long.length - 120)];
    expect(late?.label).toBe(all?.label);
    for (const [s, chance] of (all?.chances ?? []).entries()) expect(late?.chances[s]).toBeCloseTo(chance, 9);
  });

  test('does not change with the unit of price', () => {
    const doubled = bars.map((bar) => ({ ...bar, high: bar.high * 2, low: bar.low * 2, close: bar.close * 2 }));
    const trainedOnDoubled = trained(
      history.map((bar) => ({ ...bar, high: bar.high * 2, low: bar.low * 2, close: bar.close * 2 })),
    );
    expect(labels(trainedOnDoubled, doubled).map((it) => it?.label)).toEqual(
      labels(model, bars).map((it) => it?.label),
    );
  });
});

describe('bars that cannot train a model are refused with the reason', () => {
  const flat = { high: 100, low: 100, close: 100, volume: 0 };
  test.each([
    ['too few', history.slice(0, 300), `${ROWS_MIN} are the fewest`],
    ['flat', Array.from({ length: 900 }, () => flat), 'the log return never changes'],
    ['without volume', history.map((bar) => ({ ...bar, volume: 0 })), 'the volume never changes'],
    ['none', [], '0 usable'],
  ] satisfies [string, readonly PricedBar[], string][])('%s', (_, bars, why) => {
    const refused = trainRegime(bars, '1');
    expect(refused.ok ? 'trained' : refused.error).toContain(why);
  });
});
