import { createEma, createSmoother } from '../indicators/ema.js';
import { createHull } from '../indicators/hull.js';
import { cell } from '../indicators/indicator.js';

export interface WaveOptions {
  /** Length of the trend line; 20 unless the trader configured another. */
  readonly trendLength?: number;
}

export type Direction = 'BULLISH' | 'BEARISH' | 'NEUTRAL';

/** Which side is dominant; bull, bear and trend speed are in the unit of price that was pushed. */
export interface WaveReading {
  readonly bull: number;
  readonly bear: number;
  readonly ratio: number;
  readonly dominance: number;
  readonly dominantRatio: number;
  readonly direction: Direction;
  readonly trendSpeed: number | undefined;
  readonly currentRatio: number | undefined;
}

export interface Wave {
  readonly warmup: number;
  push(close: number): void;
  /** The trend line at the newest bar and at the one before it. */
  trend(): { readonly now: number; readonly before: number };
  read(): WaveReading | undefined;
}

const WARMUP = 30;
const SPEED_WEIGHT = 0.1;
const SPEED_HULL = 5;
const WAVES_KEPT_MAX = 200;
const DOMINANT_FROM = 0.05;

// Cells of the running state.
const CLOSE = 0;
const TREND = 1;
const TREND_BEFORE = 2;
const SMOOTHED = 3;
const SPEED = 4;
const LOWEST = 5;
const HIGHEST = 6;
const HULL = 7;

/**
 * Dominance of bull over bear waves. A wave runs from one crossing of the trend line to the next; its size is the
 * furthest the running trend speed came, and the two sides are compared by the mean size of their finished waves.
 */
export function createWave(options: WaveOptions = {}): Wave {
  const trend = createEma(options.trendLength ?? 20);
  const smoother = createSmoother(SPEED_WEIGHT);
  const hull = createHull(SPEED_HULL);
  const bulls = createRecords();
  const bears = createRecords();
  const state = new Float64Array(8);
  let bars = 0;
  let current: 'none' | 'bull' | 'bear' = 'none';

  const begin = (kind: 'bull' | 'bear', increment: number): void => {
    if (current === 'bull') bulls.add(cell(state, HIGHEST));
    if (current === 'bear') bears.add(cell(state, LOWEST));
    current = kind;
    state[SPEED] = increment;
    state[LOWEST] = increment;
    state[HIGHEST] = increment;
  };

  return {
    warmup: WARMUP,
    push(close) {
      const line = trend.push(close) ?? close;
      const smoothed = smoother.push(close) ?? close;
      const increment = bars === 0 ? 0 : smoothed - cell(state, SMOOTHED);
      const speed = cell(state, SPEED) + increment;
      // The crossing bar still counts for the wave it ends, so the extremes come before the crossing.
      state[SPEED] = speed;
      if (speed < cell(state, LOWEST)) state[LOWEST] = speed;
      if (speed > cell(state, HIGHEST)) state[HIGHEST] = speed;
      if (bars > 0) {
        const gapBefore = cell(state, CLOSE) - cell(state, TREND);
        if (close > line && gapBefore <= 0) begin('bull', increment);
        else if (close < line && gapBefore >= 0) begin('bear', increment);
      }
      state[TREND_BEFORE] = bars === 0 ? line : cell(state, TREND);
      state[TREND] = line;
      state[CLOSE] = close;
      state[SMOOTHED] = smoothed;
      state[HULL] = hull.push(cell(state, SPEED)) ?? Number.NaN;
      bars += 1;
    },
    trend: () => ({ now: cell(state, TREND), before: cell(state, TREND_BEFORE) }),
    read() {
      if (bars < WARMUP) return undefined;
      return compare(bulls.mean(), bears.mean(), cell(state, HULL));
    },
  };
}

/** The newest waves of one kind; older ones are forgotten. */
function createRecords() {
  const ring = new Float64Array(WAVES_KEPT_MAX);
  let seen = 0;
  return {
    add(size: number): void {
      ring[seen % WAVES_KEPT_MAX] = size;
      seen += 1;
    },
    mean(): number | undefined {
      const n = Math.min(seen, WAVES_KEPT_MAX);
      let sum = 0;
      for (let i = seen - n; i < seen; i += 1) sum += cell(ring, i % WAVES_KEPT_MAX);
      return n === 0 ? undefined : sum / n;
    },
  };
}

/**
 * Without a finished wave of each kind nobody is dominant. The same is said when the waves of a kind went against
 * their own direction on average, which leaves no ratio that mirrored prices would agree with.
 */
function compare(bullMean: number | undefined, bearMean: number | undefined, trendSpeed: number): WaveReading {
  const bull = bullMean ?? 0;
  const bear = Math.abs(bearMean ?? 0);
  if (bullMean === undefined || bearMean === undefined || bullMean <= 0 || bearMean >= 0) {
    const even = { ratio: 1, dominance: 0, dominantRatio: 1, direction: 'NEUTRAL' } as const;
    return { bull, bear, ...even, trendSpeed, currentRatio: undefined };
  }
  const ratio = bull / bear;
  const dominance = (bull - bear) / (bull + bear);
  const direction = dominance > DOMINANT_FROM ? 'BULLISH' : dominance < -DOMINANT_FROM ? 'BEARISH' : 'NEUTRAL';
  const currentRatio = trendSpeed > 0 ? trendSpeed / bull : trendSpeed / bear;
  return {
    bull,
    bear,
    ratio,
    dominance,
    dominantRatio: Math.max(ratio, 1 / ratio),
    direction,
    trendSpeed,
    currentRatio,
  };
}
