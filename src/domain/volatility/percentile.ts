import { cell } from '../indicators/indicator.js';

export interface VolatilityReading {
  /** 0-100. */
  readonly percentile: number;
  readonly basis: 'time-of-day' | 'recent';
  /** Earlier trading days with a value at this time of day. */
  readonly days: number;
  readonly regime: 'very low' | 'low' | 'normal' | 'high' | 'very high';
}

/** ATR values of one trading day in the order they came, each with its New York minute of the day. */
export interface AtrDay {
  readonly minutes: Float64Array;
  readonly values: Float64Array;
  readonly count: number;
}

const SAME_TIME_MINUTES = 30;
export const VOLATILITY_DAYS_NEEDED = 5;
const RECENT_VALUES = 500;
const DAY_MINUTES = 1440;

/**
 * Where the current ATR stands among those of the same time of day on the earlier days. Ranking the US open against the
 * night would call every open extreme; until five earlier days are there it is ranked against the newest 500 values
 * (itself included) and says so.
 */
export function volatilityOf(
  atr: number,
  minute: number,
  days: { readonly earlier: readonly AtrDay[]; readonly today: AtrDay },
): VolatilityReading {
  let [same, below, counted] = [0, 0, 0];
  for (const day of days.earlier) {
    const before = same;
    for (let i = 0; i < day.count; i += 1) {
      if (minutesApart(cell(day.minutes, i), minute) > SAME_TIME_MINUTES) continue;
      same += 1;
      if (cell(day.values, i) < atr) below += 1;
    }
    if (same > before) counted += 1;
  }
  if (counted >= VOLATILITY_DAYS_NEEDED) return named((100 * below) / same, 'time-of-day', counted);
  return named(recentRank(atr, [...days.earlier, days.today]), 'recent', counted);
}

const named = (percentile: number, basis: VolatilityReading['basis'], days: number): VolatilityReading => ({
  percentile,
  basis,
  days,
  regime: regimeOf(percentile),
});

function regimeOf(percentile: number): VolatilityReading['regime'] {
  if (percentile < 20) return 'very low';
  if (percentile < 40) return 'low';
  if (percentile < 60) return 'normal';
  return percentile < 80 ? 'high' : 'very high';
}

/** Share of the newest values strictly below the current one. */
function recentRank(atr: number, days: readonly AtrDay[]): number {
  let [seen, below] = [0, 0];
  for (const day of days.toReversed()) {
    for (let i = day.count - 1; i >= 0 && seen < RECENT_VALUES; i -= 1) {
      seen += 1;
      if (cell(day.values, i) < atr) below += 1;
    }
  }
  return seen === 0 ? 0 : (100 * below) / seen;
}

/** Distance on the clock face: 23:50 and 00:10 are twenty minutes apart. */
function minutesApart(a: number, b: number): number {
  const apart = Math.abs(a - b);
  return Math.min(apart, DAY_MINUTES - apart);
}
