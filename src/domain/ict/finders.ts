import { cell } from '../indicators/indicator.js';
import { LEVEL_BARS_MAX } from './level.js';
import type { SideBar, Zone } from './side-bar.js';

/** Looks at each bar of one side and names the zone it completes, if any. */
export type Finder = (bar: SideBar) => readonly Zone[];

const NONE: readonly Zone[] = [];

const GAP_ATR = 0.25;
const BLOCK_MOVE_ATR = 1.5;
const BLOCK_MOVE_BARS = 3;
const SWING_BARS = 5;
const SWEEP_BARS = 30;
const SWEEP_RETURN_ATR = 0.5;

/** Fair-value gap: prices between the first and the third of three bars at which nothing traded. */
export function createGapFinder(): Finder {
  let first: SideBar | undefined;
  let middle: SideBar | undefined;
  return (bar) => {
    const [left, drawer] = [first, middle];
    [first, middle] = [middle, bar];
    if (!left || !drawer) return NONE;
    const width = bar.low - left.high;
    // A comparison with NaN is false: nothing is found before the ATR is warm.
    if (!(width > 0 && width >= GAP_ATR * bar.atr)) return NONE;
    return [{ near: bar.low, far: left.high, at: drawer.at, drawn: drawer.index }];
  };
}

/**
 * Order block: the last falling bar before the closes rise by 1.5 ATR within three bars. Measured from the block's close
 * with the block's ATR, so that the move does not raise its own bar.
 */
export function createBlockFinder(): Finder {
  let block: SideBar | undefined;
  return (bar) => {
    if (bar.close < bar.open) {
      block = bar;
      return NONE;
    }
    if (!block || bar.index - block.index > BLOCK_MOVE_BARS) return NONE;
    if (!(bar.close - block.close >= BLOCK_MOVE_ATR * block.atr)) return NONE;
    const { high, low, at, index } = block;
    block = undefined;
    return [{ near: high, far: low, at, drawn: index }];
  };
}

interface Swing {
  readonly price: number;
  readonly index: number;
  /** First bar that traded beyond it, and the extreme since. */
  brokenAt: number;
  extreme: number;
  extremeAt: number;
  extremeIndex: number;
}

/**
 * Liquidity sweep: price trades under a swing low (lower than the five bars before it, not above the five after it) and
 * within 30 bars closes half an ATR back above it. The zone runs from the swing to the furthest price of the excursion.
 */
export function createSweepFinder(): Finder {
  const span = 2 * SWING_BARS + 1;
  const lows = new Float64Array(span);
  const swings: Swing[] = [];

  const isSwing = (newest: number): boolean => {
    const middle = newest - SWING_BARS;
    const low = cell(lows, middle % span);
    for (let i = newest - span + 1; i < middle; i += 1) if (cell(lows, i % span) <= low) return false;
    for (let i = middle + 1; i <= newest; i += 1) if (cell(lows, i % span) < low) return false;
    return true;
  };

  return (bar) => {
    let found = NONE;
    let kept = 0;
    for (const swing of swings) {
      const zone = swept(swing, bar);
      if (zone) found = [...found, zone];
      if (zone || isForgotten(swing, bar)) continue;
      swings[kept] = swing;
      kept += 1;
    }
    swings.length = kept;
    lows[bar.index % span] = bar.low;
    if (bar.index >= span - 1 && isSwing(bar.index)) {
      const index = bar.index - SWING_BARS;
      swings.push({ price: cell(lows, index % span), index, brokenAt: -1, extreme: 0, extremeAt: 0, extremeIndex: 0 });
    }
    return found;
  };
}

/** Follows the excursion under one swing; names the zone on the bar that ends it. */
function swept(swing: Swing, bar: SideBar): Zone | undefined {
  if (swing.brokenAt < 0 && bar.low >= swing.price) return undefined;
  if (swing.brokenAt < 0 || bar.low < swing.extreme) {
    swing.extreme = bar.low;
    swing.extremeAt = bar.at;
    swing.extremeIndex = bar.index;
  }
  if (swing.brokenAt < 0) swing.brokenAt = bar.index;
  if (!(bar.close - swing.price >= SWEEP_RETURN_ATR * bar.atr)) return undefined;
  return { near: swing.price, far: swing.extreme, at: swing.extremeAt, drawn: swing.extremeIndex };
}

/** A swing price stayed beyond is broken for good; one that nobody traded beyond grows old. */
const isForgotten = (swing: Swing, bar: SideBar): boolean =>
  swing.brokenAt < 0 ? bar.index - swing.index > LEVEL_BARS_MAX : bar.index - swing.brokenAt >= SWEEP_BARS;
