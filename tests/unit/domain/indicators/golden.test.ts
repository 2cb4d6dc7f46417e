import { describe, expect, test } from 'vitest';
import { createAdx } from '../../../../src/domain/indicators/adx.js';
import { createAo } from '../../../../src/domain/indicators/ao.js';
import { createAtr } from '../../../../src/domain/indicators/atr.js';
import { createBollinger } from '../../../../src/domain/indicators/bollinger.js';
import { createEma } from '../../../../src/domain/indicators/ema.js';
import { createMax, createMin } from '../../../../src/domain/indicators/extreme.js';
import { createHull } from '../../../../src/domain/indicators/hull.js';
import { batch } from '../../../../src/domain/indicators/indicator.js';
import { createRsi } from '../../../../src/domain/indicators/rsi.js';
import { createSma } from '../../../../src/domain/indicators/sma.js';
import { createVwap } from '../../../../src/domain/indicators/vwap.js';
import { expectNear, golden, goldenBars } from '../../../golden/load.js';

const bars = goldenBars()
  .slice(0, 200)
  .map(({ high, low, close, volume }) => ({ high: high / 4, low: low / 4, close: close / 4, volume }));
const closes = bars.map((bar) => bar.close);
const answers: Record<string, readonly unknown[]> = {
  ema20: batch(createEma(20), closes),
  sma20: batch(createSma(20), closes),
  max20: batch(
    createMax(20),
    bars.map((bar) => bar.high),
  ),
  min20: batch(
    createMin(20),
    bars.map((bar) => bar.low),
  ),
  atr14: batch(createAtr(14), bars),
  rsi14: batch(createRsi(14), closes),
  adx14: batch(createAdx(14), bars),
  ao: batch(createAo(), bars),
  hull5: batch(createHull(5), closes),
  bollinger: batch(createBollinger(20, 2), closes).map((bands) => bands && [bands.middle, bands.upper, bands.lower]),
  vwap: batch(createVwap(), bars),
};

describe('indicators agree with an independent computation', () => {
  const vectors = golden<Record<string, (number | null)[]>>('indicators/first-200.json');
  test.each(Object.keys(vectors))('%s', (name) => {
    const expected = vectors[name] ?? [];
    expect(expected).toHaveLength(200);
    for (const [i, value] of expected.entries()) expectNear(answers[name]?.[i], value, `${name}[${i}]`);
  });
});

describe('cases small enough for a pencil', () => {
  test('an EMA of 3 starts at the first close and moves half way', () => {
    expect(batch(createEma(3), [10, 20, 20])).toEqual([10, 15, 17.5]);
  });
  test('the true range counts a gap from the last close', () => {
    const bar = (high: number, low: number, close: number) => ({ high, low, close });
    expect(batch(createAtr(2), [bar(12, 10, 11), bar(16, 15, 15), bar(15, 14, 14)])).toEqual([undefined, 3.5, 2.25]);
  });
  test('the RSI of a market that only rises is 100, that only falls 0, that rests 50', () => {
    const last = (step: number) =>
      batch(
        createRsi(14),
        Array.from({ length: 15 }, (_, i) => 100 + step * i),
      ).at(-1);
    expect([last(1), last(-1), last(0)]).toEqual([100, 0, 50]);
  });
  test('the ADX of two bars weighs steps up against steps down', () => {
    const bar = (high: number, low: number, close: number) => ({ high, low, close });
    const bars = [bar(10, 8, 9), bar(12, 9, 11), bar(11, 7, 8), bar(13, 8, 12), bar(14, 10, 13)];
    // Steps up 2 0 2 1, down 0 2 0 0. Sums 2:2, then 3:1, then 2.5:0.5; indexes 0, 50, 66.67.
    const [first, second] = batch(createAdx(2), bars).slice(3);
    expect(batch(createAdx(2), bars).slice(0, 3)).toEqual([undefined, undefined, undefined]);
    expect(first).toBe(25);
    expect(second).toBeCloseTo(45.8333, 4);
  });
  test('the ADX of a market that only rises is 100, that only falls 100, that rests 0', () => {
    const last = (step: number) =>
      batch(
        createAdx(14),
        Array.from({ length: 28 }, (_, i) => ({ high: step * i, low: step * i, close: step * i })),
      ).at(-1);
    for (const [i, expected] of [100, 100, 0].entries()) expect(last([1, -1, 0][i] ?? 0)).toBeCloseTo(expected, 9);
  });
  test('the VWAP is unknown until something traded', () => {
    const bar = (price: number, volume: number) => ({ high: price, low: price, close: price, volume });
    expect(batch(createVwap(), [bar(10, 0), bar(10, 1), bar(20, 3)])).toEqual([undefined, 10, 17.5]);
  });
});
