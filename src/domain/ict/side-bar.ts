import type { Bar } from '../bars/bar.js';

/**
 * A bar as one side sees it. The short side looks at prices with their sign turned, so every rule is written once, for
 * levels that carry the price from below, and the two sides cannot differ. Whoever wants to remember one copies it.
 */
export interface SideBar {
  readonly index: number;
  readonly at: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** In ticks, this bar included; NaN until warm. */
  readonly atr: number;
}

/** A zone in the prices of its side: `near` is where falling price meets it first, `far` where it is through. */
export interface Zone {
  readonly near: number;
  readonly far: number;
  readonly at: number;
  /** Index of the bar that drew it. */
  readonly drawn: number;
}

/** One object a side, overwritten bar by bar: two new ones for every bar would cost more than the levels do. */
export function createSideView(side: 'LONG' | 'SHORT'): (bar: Bar, index: number, atr: number) => SideBar {
  const seen = { index: 0, at: 0.5, open: 0, high: 0, low: 0, close: 0, atr: 0.5 };
  const isLong = side === 'LONG';
  return ({ at, open, high, low, close }, index, atr) => {
    seen.index = index;
    seen.at = at;
    seen.open = isLong ? open : -open;
    seen.high = isLong ? high : -low;
    seen.low = isLong ? low : -high;
    seen.close = isLong ? close : -close;
    seen.atr = atr;
    return seen;
  };
}
