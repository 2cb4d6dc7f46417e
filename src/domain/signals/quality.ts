import type { Direction } from '../wave/wave.js';
import type { Reversals } from './candle.js';

export type MarketContext = 'UPTREND' | 'DOWNTREND' | 'RANGING';

/** What the score is made of, all at the newest closed bar. */
export interface QualityFacts {
  readonly close: number;
  readonly trend: { readonly now: number; readonly before: number };
  readonly ao: number;
  readonly rsi: number;
  readonly volPercentile: number;
  readonly velocity: number;
  readonly velocityChange: number;
  readonly currentRatio: number | undefined;
  readonly candle: Reversals;
  readonly higherFrame: Direction;
}

export interface QualityReading {
  readonly version: 1;
  /** 0-100. */
  readonly score: number;
  readonly context: MarketContext;
  /** Points of each component, 4.0 in all. */
  readonly parts: {
    readonly volatility: number;
    readonly momentum: number;
    readonly impulse: number;
    readonly candle: number;
    readonly higher_frame: number;
  };
}

/** Bars before a score exists: the awesome oscillator is the last part to warm up. */
export const QUALITY_WARMUP = 34;
export const QUALITY_VERSION = 1;
const POINTS_MAX = 4;

/** Version 1 of the signal quality: five components, 4 points in all, shown as 0 to 100. */
export function qualityOf(facts: QualityFacts): QualityReading {
  const context = contextOf(facts);
  const parts = {
    volatility: volatilityPoints(facts.volPercentile, context),
    momentum: agrees(facts.velocity, context, 0.5) ? 1 : 0,
    impulse: Math.max(agrees(facts.velocityChange, context, 0.2) ? 0.5 : 0, 0.5 * waveShare(facts.currentRatio)),
    candle: candlePoints(facts.candle, context),
    higher_frame: higherFramePoints(facts.higherFrame, context),
  };
  const points = parts.volatility + parts.momentum + parts.impulse + parts.candle + parts.higher_frame;
  return { version: QUALITY_VERSION, score: (100 * points) / POINTS_MAX, context, parts };
}

export function contextOf({
  close,
  trend,
  ao,
  rsi,
}: Pick<QualityFacts, 'close' | 'trend' | 'ao' | 'rsi'>): MarketContext {
  if (ao > 0 && (close > trend.now || (rsi > 50 && trend.now > trend.before))) return 'UPTREND';
  if (ao < 0 && (close < trend.now || (rsi < 50 && trend.now < trend.before))) return 'DOWNTREND';
  return 'RANGING';
}

/** A trend wants ordinary volatility, a range wants a quiet market. */
function volatilityPoints(percentile: number, context: MarketContext): number {
  const fits = context === 'RANGING' ? percentile < 30 : percentile > 20 && percentile < 70;
  return fits ? 1.5 : 0.5;
}

function agrees(move: number, context: MarketContext, calmBelow: number): boolean {
  if (context === 'UPTREND') return move > 0;
  if (context === 'DOWNTREND') return move < 0;
  return Math.abs(move) < calmBelow;
}

/** How far the running wave has come, as a share of what an ordinary one reaches. */
function waveShare(currentRatio: number | undefined): number {
  const size = Math.abs(currentRatio ?? 0);
  if (size > 1.5) return 1;
  if (size > 1.05) return 0.7;
  return size > 0.75 ? 0.4 : 0;
}

function candlePoints({ bullish, bearish }: Reversals, context: MarketContext): number {
  const isWithTrend = (context === 'UPTREND' && bullish) || (context === 'DOWNTREND' && bearish);
  return isWithTrend ? 0.5 : 0;
}

function higherFramePoints(direction: Direction, context: MarketContext): number {
  if (direction === 'NEUTRAL') return 0.25;
  if (context === 'RANGING') return 0.5;
  return (direction === 'BULLISH') === (context === 'UPTREND') ? 0.5 : 0;
}
