import type { EpochMs } from '../../kernel/units.js';
import { createMax, createMin } from '../indicators/extreme.js';
import type { WaveReading } from '../wave/wave.js';

export type Arrow = 'BUY' | 'SELL';

/** What an arrow is made of, all at one closed bar. Prices and ATR share one unit. */
export interface ArrowFacts {
  /** Open of the bar. */
  readonly at: EpochMs;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly atr: number | undefined;
  readonly ao: number | undefined;
  readonly wave: Pick<WaveReading, 'direction' | 'dominantRatio'> | undefined;
}

export interface ArrowReading {
  readonly arrow: Arrow | undefined;
  /** Lowest low and highest high of the bars before this one; undefined until there are enough. */
  readonly support: number | undefined;
  readonly resistance: number | undefined;
}

export interface ArrowOptions {
  /** Bars before the newest one that make support and resistance. */
  readonly lookback?: number;
  readonly minWaveRatio?: number;
}

export interface Arrows {
  push(facts: ArrowFacts): ArrowReading;
}

/** The dominant ratio from which a trend counts as strong: the one the stacking rule asks for. */
export const STRONG_WAVE = 1.8;
const LOOKBACK = 20;
/** A signal wants a wave that leans its way, not yet a strong one. */
const LEAN_SHARE = 0.7;
const TOUCH_ATR = 0.25;
const COOL_DOWN_MS = 5 * 60_000;

/** Buy arrows at support and sell arrows at resistance, in the direction of the wave and of the awesome oscillator. */
export function createArrows({ lookback = LOOKBACK, minWaveRatio = STRONG_WAVE }: ArrowOptions = {}): Arrows {
  const highest = createMax(lookback);
  const lowest = createMin(lookback);
  let [support, resistance]: (number | undefined)[] = [];
  let lastAt = Number.NEGATIVE_INFINITY;

  return {
    push(facts) {
      const levels = { support, resistance };
      support = lowest.push(facts.low);
      resistance = highest.push(facts.high);
      const arrow = facts.at - lastAt < COOL_DOWN_MS ? undefined : arrowAt(facts, levels, minWaveRatio);
      if (arrow !== undefined) lastAt = facts.at;
      return { arrow, ...levels };
    },
  };
}

/** The side the wave leans to: its dominant ratio is above 0.7 of what counts as strong. */
export function leanOf(wave: ArrowFacts['wave'], minWaveRatio: number): 'BULLISH' | 'BEARISH' | undefined {
  if (wave === undefined || wave.direction === 'NEUTRAL') return undefined;
  return wave.dominantRatio > LEAN_SHARE * minWaveRatio ? wave.direction : undefined;
}

/**
 * A touch is a low within a quarter of an ATR above the support, or under it, whose bar closes at the support or above:
 * a close below has broken it. Resistance is the mirror.
 */
function arrowAt(
  { high, low, close, atr, ao, wave }: ArrowFacts,
  { support, resistance }: Pick<ArrowReading, 'support' | 'resistance'>,
  minWaveRatio: number,
): Arrow | undefined {
  if (support === undefined || resistance === undefined || atr === undefined || ao === undefined) return undefined;
  const lean = leanOf(wave, minWaveRatio);
  const reach = TOUCH_ATR * atr;
  if (lean === 'BULLISH' && ao > 0 && low - support <= reach && close >= support) return 'BUY';
  if (lean === 'BEARISH' && ao < 0 && resistance - high <= reach && close <= resistance) return 'SELL';
  return undefined;
}
