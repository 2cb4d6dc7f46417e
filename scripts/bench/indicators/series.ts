import type { IndicatorBar } from '../../../src/domain/indicators/index.js';
import { createRng } from '../../../src/kernel/rng.js';

/** The same bars in every form a subject may want, made before any clock runs. Prices are ticks. */
export interface Series {
  readonly bars: readonly IndicatorBar[];
  readonly open: readonly number[];
  readonly high: number[];
  readonly low: number[];
  readonly close: number[];
  readonly volume: number[];
  /** One entry a trading day: what a VWAP starts anew on. */
  readonly days: readonly Day[];
}

export interface Day {
  readonly bars: readonly IndicatorBar[];
  readonly open: number[];
  readonly high: number[];
  readonly low: number[];
  readonly close: number[];
  readonly volume: number[];
}

/** Minutes of a trading day of 23 hours. */
export const DAY_BARS = 1_380;

/** A seeded walk; every bar traded. */
export function seriesOf(count: number): Series {
  const rng = createRng('bench/indicators');
  let price = 40_000;
  const opens: number[] = [];
  const bars = Array.from({ length: count }, () => {
    const [from, to] = [price, price + Math.round(6 * rng.normal() + (40_000 - price) / 5_000)];
    price = to;
    opens.push(from);
    const high = Math.max(from, to) + Math.floor(4 * rng.next());
    const low = Math.min(from, to) - Math.floor(4 * rng.next());
    return { high, low, close: to, volume: 1 + Math.floor(400 * rng.next()) };
  });
  const part = (from: number, to: number): Day => {
    const within = bars.slice(from, to);
    return {
      bars: within,
      open: opens.slice(from, to),
      high: within.map((bar) => bar.high),
      low: within.map((bar) => bar.low),
      close: within.map((bar) => bar.close),
      volume: within.map((bar) => bar.volume),
    };
  };
  const days = Array.from({ length: Math.ceil(count / DAY_BARS) }, (_, i) => part(i * DAY_BARS, (i + 1) * DAY_BARS));
  return { ...part(0, count), days };
}
