import type { CardFacts } from '../../../../src/domain/focus/card.js';
import { accountOf } from '../../../../src/domain/focus/size.js';
import type { Reading } from '../../../../src/domain/focus/types.js';
import { mgc } from '../../../../src/domain/instruments/catalogue/mgc.js';
import { tradingDay } from '../../../../src/domain/sessions/trading-day.js';
import { after, epochMs, FIVE_MINUTES, fromUsd, HOUR, MINUTE, ticks } from '../../../../src/kernel/units.js';

export const barAt = epochMs(Date.parse('2026-11-19T14:30:00Z'));

/** A warm, bullish micro gold at 4207.0. */
export const goodReading = {
  root: 'MGC',
  barAt,
  price: ticks(42_070),
  bars: 1_300,
  atr: 6.3,
  ao: 2.5,
  wave: {
    bull: 4.8,
    bear: 2.5,
    ratio: 1.92,
    dominance: 0.315,
    dominantRatio: 1.92,
    direction: 'BULLISH',
    trendSpeed: 3.1,
    currentRatio: 0.645833,
  },
  volatility: { percentile: 41.25, basis: 'time-of-day', days: 20, regime: 'normal' },
  quality: {
    version: 1,
    score: 72.5,
    context: 'UPTREND',
    parts: { volatility: 1.5, momentum: 1, impulse: 0.15, candle: 0, higher_frame: 0.25 },
  },
  confluence: {
    direction: 'NEUTRAL',
    score: 0,
    layers: [
      {
        layer: 'bias',
        frameMs: HOUR,
        direction: 'NEUTRAL',
        bars: 115,
        needs: 55,
        barAt: after(barAt, -90 * MINUTE),
        evidence: { ema10: 42_040.125, ema20: 42_050.5, ema50: 42_010 },
      },
      {
        layer: 'setup',
        frameMs: 15 * MINUTE,
        direction: 'BULLISH',
        bars: 460,
        needs: 30,
        barAt: after(barAt, -15 * MINUTE),
        evidence: {
          ema10: 42_061.75,
          ema20: 42_050,
          rsi: 61.23456,
          quality: 0.7,
          parts: { trend: 0.4, pullback: 0, rsi: 0.15, closes: 0.15 },
        },
      },
      {
        layer: 'entry',
        frameMs: FIVE_MINUTES,
        direction: 'BEARISH',
        bars: 1_300,
        needs: 26,
        barAt,
        evidence: { ema9: 42_069, ema21: 42_071, rsi: 47, trigger: 'cross', volume: 900, meanVolume: 612.34 },
      },
    ],
  },
  ict: {
    above: {
      kind: 'gap',
      side: 'SHORT',
      low: ticks(42_095),
      high: ticks(42_110),
      at: after(barAt, -HOUR),
      ageBars: 12,
      state: 'part-filled',
      fill: 0.25,
    },
    below: undefined,
    levels: [],
  },
  openingRange: {
    day: tradingDay('2026-11-19'),
    high: ticks(42_080),
    low: ticks(42_020),
    over: false,
    missing: 1,
    complete: false,
    signal: undefined,
  },
  gate: {
    quarter: {
      frameMs: 15 * MINUTE,
      barAt: after(barAt, -15 * MINUTE),
      adx: 27.4321,
      atr: 98,
      slope: 0.08,
      trend: 'BULLISH',
    },
    hour: undefined,
    vwap: 42_049.5,
    passesLong: true,
    passesShort: false,
  },
  hint: 'ADD',
  regime: {
    label: 'calm',
    bars: 12,
    chances: [0.812345, 0.15, 0.037655],
    trainedThrough: after(barAt, -22 * HOUR),
    rows: 5_244,
  },
} as const satisfies Reading;

export const goodFacts: CardFacts = {
  reading: goodReading,
  last: { price: ticks(42_071), closedAt: after(barAt, FIVE_MINUTES), lengthMs: MINUTE },
  contract: 'MGCZ6',
  spec: mgc,
  account: accountOf(fromUsd(50_000)),
  now: after(barAt, FIVE_MINUTES),
  marketOpen: true,
};
