import type { Bar } from '../../../domain/bars/bar.js';
import type { Rng } from '../../../kernel/rng.js';
import { after, type EpochMs, MINUTE, type Ticks, ticks } from '../../../kernel/units.js';

export interface PathPoint {
  readonly at: EpochMs;
  readonly price: Ticks;
}

const POINTS_MIN = 6;
const POINTS_MAX = 120;
const CONTRACTS_PER_POINT = 6;

/**
 * Last prices inside a bar, oldest first: from its open to its close, touching its high and its low and never leaving
 * them. A bar that rose usually dipped first.
 */
export function minutePath(bar: Bar, rng: Rng): readonly PathPoint[] {
  const count = Math.round(Math.min(POINTS_MAX, Math.max(POINTS_MIN, bar.volume / CONTRACTS_PER_POINT)));
  const last = count - 1;
  const early = Math.max(1, Math.round(last * (0.15 + 0.25 * rng.next())));
  const late = Math.min(last - 1, Math.round(last * (0.55 + 0.3 * rng.next())));
  const dipsFirst = rng.next() < (bar.close >= bar.open ? 0.75 : 0.25);
  const stops = [
    { i: 0, price: bar.open },
    { i: early, price: dipsFirst ? bar.low : bar.high },
    { i: late, price: dipsFirst ? bar.high : bar.low },
    { i: last, price: bar.close },
  ] as const;
  const jitter = (bar.high - bar.low) * 0.12;
  return Array.from({ length: count }, (_, i) => {
    const stop = stops.find((it) => it.i === i);
    const price = stop ? stop.price : ticks(Math.round(between(stops, i) + jitter * rng.normal()));
    const clipped = ticks(Math.min(bar.high, Math.max(bar.low, price)));
    return { at: after(bar.at, Math.floor(((i + 0.5) * MINUTE) / count)), price: clipped };
  });
}

/** Straight line between the two stops around point `i`. */
function between(stops: readonly { readonly i: number; readonly price: Ticks }[], i: number): number {
  const to = stops.find((stop) => stop.i > i);
  const from = stops.findLast((stop) => stop.i < i);
  if (!to || !from) return from?.price ?? to?.price ?? 0;
  return from.price + ((to.price - from.price) * (i - from.i)) / (to.i - from.i);
}
