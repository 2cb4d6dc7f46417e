/**
 * A bar as one side sees it. The short side looks at prices with their sign turned, so every rule is written once, for
 * levels that carry the price from below, and the two sides cannot differ.
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
