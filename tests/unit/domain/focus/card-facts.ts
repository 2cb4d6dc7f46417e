import type { CardFacts } from '../../../../src/domain/focus/card.js';
import { accountOf } from '../../../../src/domain/focus/size.js';
import type { Reading } from '../../../../src/domain/focus/types.js';
import { mgc } from '../../../../src/domain/instruments/catalogue/mgc.js';
import { after, epochMs, FIVE_MINUTES, fromUsd, MINUTE, ticks } from '../../../../src/kernel/units.js';

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
