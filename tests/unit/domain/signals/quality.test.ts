import { describe, expect, test } from 'vitest';
import { reversalsOf } from '../../../../src/domain/signals/candle.js';
import { type QualityFacts, qualityOf } from '../../../../src/domain/signals/quality.js';
import { createVelocity } from '../../../../src/domain/signals/velocity.js';

const upFacts: QualityFacts = {
  close: 10,
  trend: { now: 9, before: 8 },
  ao: 1,
  rsi: 60,
  volPercentile: 50,
  velocity: 0.4,
  velocityChange: 0.1,
  currentRatio: 0.2,
  candle: { bullish: true, bearish: false },
  higherFrame: 'BULLISH',
};
const score = (change: Partial<QualityFacts>) => qualityOf({ ...upFacts, ...change });

describe('quality', () => {
  test('is 100 when every component agrees', () => {
    expect(score({})).toEqual({
      version: 1,
      score: 100,
      context: 'UPTREND',
      parts: { volatility: 1.5, momentum: 1, impulse: 0.5, candle: 0.5, higher_frame: 0.5 },
    });
  });

  test.each([
    ['close above the trend line with a positive oscillator', { rsi: 40 }, 'UPTREND'],
    ['below it, but RSI and trend line rise', { close: 8 }, 'UPTREND'],
    ['below it with a weak RSI', { close: 8, rsi: 50 }, 'RANGING'],
    ['an oscillator at zero', { ao: 0 }, 'RANGING'],
    ['everything down', { close: 8, ao: -1, rsi: 40, trend: { now: 9, before: 10 } }, 'DOWNTREND'],
    ['above it, but RSI and trend line fall', { ao: -1, rsi: 40, trend: { now: 9, before: 10 } }, 'DOWNTREND'],
  ] as const)('context: %s', (_, change, context) => {
    expect(score(change).context).toBe(context);
  });

  test.each([
    [20, 0.5],
    [20.1, 1.5],
    [69.9, 1.5],
    [70, 0.5],
  ])('a trend at percentile %d has %d volatility points', (volPercentile, points) => {
    expect(score({ volPercentile }).parts.volatility).toBe(points);
  });

  test.each([
    [1.6, 0.5],
    [1.5, 0.35],
    [1.05, 0.2],
    [0.75, 0],
    [-1.6, 0.5],
    [undefined, 0],
  ])('a running wave of %s gives %d impulse points where the velocity disagrees', (currentRatio, points) => {
    expect(score({ velocityChange: -0.1, currentRatio }).parts.impulse).toBeCloseTo(points, 12);
  });

  test('a range wants calm: little velocity, low volatility, no candle', () => {
    const ranging = { ao: 0, volPercentile: 29, velocity: -0.49, velocityChange: 0.19 };
    expect(score(ranging).parts).toEqual({ volatility: 1.5, momentum: 1, impulse: 0.5, candle: 0, higher_frame: 0.5 });
    expect(score({ ...ranging, volPercentile: 30, velocity: 0.5, velocityChange: -0.2 }).parts).toMatchObject({
      volatility: 0.5,
      momentum: 0,
      impulse: 0,
    });
  });

  test.each([
    ['BULLISH', 0.5],
    ['NEUTRAL', 0.25],
    ['BEARISH', 0],
  ] as const)('a %s higher frame gives an uptrend %d points', (higherFrame, points) => {
    expect(score({ higherFrame }).parts.higher_frame).toBe(points);
  });

  test('mirrored facts score the same', () => {
    const down = qualityOf({
      ...upFacts,
      close: -10,
      trend: { now: -9, before: -8 },
      ao: -1,
      rsi: 40,
      velocity: -0.4,
      velocityChange: -0.1,
      currentRatio: -0.2,
      candle: { bullish: false, bearish: true },
      higherFrame: 'BEARISH',
    });
    expect(down).toEqual({ ...score({}), context: 'DOWNTREND' });
  });
});

describe('reversal candle', () => {
  const candle = (open: number, high: number, low: number, close: number) => ({ open, high, low, close });
  const quiet = candle(10, 10, 10, 10);
  test.each([
    ['a hammer', quiet, candle(10, 12, 4, 12), [true, false]],
    ['a hammer with a falling body', quiet, candle(12, 12, 4, 10), [true, false]],
    ['a shooting star', quiet, candle(10, 16, 8, 8), [false, true]],
    ['a rising body that engulfs', candle(12, 13, 9, 10), candle(10, 14, 9, 13), [true, false]],
    ['a falling body that engulfs', candle(10, 13, 9, 12), candle(12, 13, 8, 9), [false, true]],
    ['a body of the same size', candle(12, 13, 9, 10), candle(10, 13, 9, 12), [false, false]],
    ['a candle without a body', quiet, candle(10, 10, 4, 10), [false, false]],
    ['a hammer with too long an upper shadow', quiet, candle(10, 14, 4, 12), [false, false]],
    ['a hammer whose falling body engulfs is both', candle(9, 10, 8, 10), candle(11, 11, 2, 8), [true, true]],
  ])('%s', (_, before, bar, expected) => {
    const { bullish, bearish } = reversalsOf(before, bar);
    expect([bullish, bearish]).toEqual(expected);
  });
});

describe('velocity', () => {
  test('is unknown for six bars and 0 on a flat market', () => {
    const velocity = createVelocity();
    for (let i = 0; i < 6; i += 1) velocity.push(5);
    expect(velocity.read()).toBeUndefined();
    velocity.push(5);
    expect(velocity.read()).toEqual({ velocity: 0, change: 0 });
  });

  test('divides the 3-bar move by the deviation of the moves so far', () => {
    const velocity = createVelocity();
    for (const close of [0, 0, 0, 1, 3, 3, 5]) velocity.push(close);
    // Moves 1, 3, 3, 4: mean 2.75, deviation sqrt(1.1875). Three bars earlier the only move deviates by nothing.
    expect(velocity.read()?.velocity).toBeCloseTo(4 / Math.sqrt(1.1875), 12);
    expect(velocity.read()?.change).toBeCloseTo(4 / Math.sqrt(1.1875), 12);
  });
});
