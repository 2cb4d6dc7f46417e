import { cell } from '../indicators/indicator.js';
import { LEVEL_BARS_MAX } from './level.js';
import { settle } from './order.js';
import type { SideBar, Zone } from './side-bar.js';

/** Looks at each bar of one side and names what the bar completes. */
export type Finder<Found> = (bar: SideBar) => Found;

const NONE: readonly Zone[] = [];

const GAP_ATR = 0.25;
const BLOCK_MOVE_ATR = 1.5;
const BLOCK_MOVE_BARS = 3;
const NO_BLOCK = -1 - BLOCK_MOVE_BARS;
const SWING_BARS = 5;
/** Two swing lows are at least six bars apart, so no more than these can be young. */
const SWINGS_MAX = Math.ceil(LEVEL_BARS_MAX / (SWING_BARS + 1)) + 1;
const SWEEP_BARS = 30;
const SWEEP_RETURN_ATR = 0.5;

/** Fair-value gap: prices between the first and the third of three bars at which nothing traded. */
export function createGapFinder(): Finder<Zone | undefined> {
  const seen = new Float64Array([Number.NaN, Number.NaN, 0]); // high of the first bar and of the middle, the middle's time
  return ({ index, at, high, low, atr }) => {
    const far = cell(seen, 0);
    const drawnAt = cell(seen, 2);
    seen[0] = cell(seen, 1);
    seen[1] = high;
    seen[2] = at;
    // A comparison with NaN is false: nothing is found before there are three bars and a warm ATR.
    if (!(low > far && low - far >= GAP_ATR * atr)) return undefined;
    return { near: low, far, at: drawnAt, drawn: index - 1 };
  };
}

/**
 * Order block: the last falling bar before the closes rise by 1.5 ATR within three bars. Measured from the block's close
 * with the block's ATR, so that the move does not raise its own bar.
 */
export function createBlockFinder(): Finder<Zone | undefined> {
  // The newest falling bar, overwritten in place; without one (or once used) its index is out of reach, and whole.
  const block = { index: NO_BLOCK, at: 0.5, high: 0, low: 0, close: 0, atr: Number.NaN };
  return ({ index, at, open, high, low, close, atr }) => {
    if (close < open) {
      block.index = index;
      block.at = at;
      block.high = high;
      block.low = low;
      block.close = close;
      block.atr = atr;
      return undefined;
    }
    if (index - block.index > BLOCK_MOVE_BARS) return undefined;
    if (!(close - block.close >= BLOCK_MOVE_ATR * block.atr)) return undefined;
    const found = { near: block.high, far: block.low, at: block.at, drawn: block.index };
    block.index = NO_BLOCK;
    return found;
  };
}

/** A swing nobody has traded beyond yet. */
interface Swing {
  readonly near: number;
  readonly drawn: number;
}

/** A swing price has traded beyond, with the furthest it came. */
interface Excursion {
  readonly swing: Swing;
  readonly began: number;
  low: number;
  at: number;
  index: number;
}

/**
 * Liquidity sweep: price trades under a swing low (lower than the five bars before it, not above the five after it) and
 * within 30 bars closes half an ATR back above it. The zone runs from the swing to the furthest price of the excursion.
 * A swing price stayed beyond is broken for good; one that nobody traded beyond grows old.
 */
export function createSweepFinder(): Finder<readonly Zone[]> {
  const isSwing = createSwingTest();
  let swings: Swing[] = [];
  const excursions: Excursion[] = [];

  const begin = (bar: SideBar): void => {
    const { low, at, index } = bar;
    for (let last = swings.at(-1); last && low < last.near; last = swings.at(-1)) {
      swings.pop();
      if (isYoung(last, bar)) excursions.push({ swing: last, began: index, low, at, index });
    }
  };

  const follow = (bar: SideBar): readonly Zone[] => {
    let found = NONE;
    let kept = 0;
    for (const excursion of excursions) {
      const { swing, began } = excursion;
      if (bar.low < excursion.low) {
        excursion.low = bar.low;
        excursion.at = bar.at;
        excursion.index = bar.index;
      }
      if (bar.close - swing.near >= SWEEP_RETURN_ATR * bar.atr) {
        const { low: far, at, index: drawn } = excursion;
        found = [...found, { near: swing.near, far, at, drawn }];
      } else if (bar.index - began < SWEEP_BARS) {
        excursions[kept] = excursion;
        kept += 1;
      }
    }
    if (kept < excursions.length) excursions.length = kept;
    return found;
  };

  return (bar) => {
    if ((swings.at(-1)?.near ?? bar.low) > bar.low) begin(bar);
    const found = excursions.length === 0 ? NONE : follow(bar);
    const near = isSwing(bar);
    if (near !== undefined) {
      if (swings.length >= SWINGS_MAX) swings = swings.filter((swing) => isYoung(swing, bar));
      swings.push({ near, drawn: bar.index - SWING_BARS });
      settle(swings, swings.length - 1);
    }
    return found;
  };
}

const isYoung = ({ drawn }: Swing, { index }: SideBar): boolean => index - drawn <= LEVEL_BARS_MAX;

/** Answers the low of the bar five bars ago where that bar is a swing low. */
function createSwingTest(): (bar: SideBar) => number | undefined {
  // Sixteen hold the eleven that are looked at, and a mask is many times cheaper than a remainder.
  const lows = new Float64Array(16);
  const lowAt = (index: number): number => cell(lows, index & 15);
  return ({ index, low: newest }) => {
    lows[index & 15] = newest;
    const middle = index - SWING_BARS;
    if (middle < SWING_BARS) return undefined;
    const low = lowAt(middle);
    for (let i = 1; i <= SWING_BARS; i += 1) if (lowAt(middle + i) < low || lowAt(middle - i) <= low) return undefined;
    return low;
  };
}
