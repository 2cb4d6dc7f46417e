import { epochMs, ticks } from '../../kernel/units.js';
import type { Bar } from '../bars/bar.js';
import { createAtr } from '../indicators/atr.js';
import type { IctLevel } from './level.js';
import { createIctSide, type LiveLevel } from './side.js';
import type { SideBar } from './side-bar.js';

export interface IctReading {
  /** The nearest live SHORT level: it lies above the price, or the price stands in it. */
  readonly above: IctLevel | undefined;
  /** The nearest live LONG level. */
  readonly below: IctLevel | undefined;
  /** Every live level, LONG ones first, oldest first. */
  readonly levels: readonly IctLevel[];
}

/** Fair-value gaps, order blocks, liquidity sweeps and breakers of a run of 5-minute bars. */
export interface Ict {
  readonly warmup: number;
  push(bar: Bar): void;
  /** Undefined until the ATR is warm. */
  read(): IctReading | undefined;
}

const ATR_LENGTH = 14;

/**
 * A LONG level lives only while no bar closed under it, so LONG levels are never above the price and SHORT ones never
 * below: the nearest one on each side is the one whose near edge reaches furthest towards the other side.
 */
export function createIct(): Ict {
  const atr = createAtr(ATR_LENGTH);
  const long = createIctSide();
  const short = createIctSide();
  let bars = 0;
  return {
    warmup: ATR_LENGTH,
    push(bar) {
      const range = atr.push(bar) ?? Number.NaN;
      const { at, open, high, low, close } = bar;
      const up: SideBar = { index: bars, at, open, high, low, close, atr: range };
      const down: SideBar = { index: bars, at, open: -open, high: -low, low: -high, close: -close, atr: range };
      const lost = long.follow(up);
      const won = short.follow(down);
      long.find(up);
      short.find(down);
      for (const block of won) long.adopt(block);
      for (const block of lost) short.adopt(block);
      bars += 1;
    },
    read() {
      if (bars < ATR_LENGTH) return undefined;
      const shown = (side: 'LONG' | 'SHORT') => (level: LiveLevel) => levelOf(level, side, bars - 1);
      const longs = long.live().map(shown('LONG'));
      const shorts = short.live().map(shown('SHORT'));
      const below = longs[nearest(long.live())];
      const above = shorts[nearest(short.live())];
      return { above, below, levels: [...longs, ...shorts] };
    },
  };
}

/** Index of the level met first, of equal ones the youngest; -1 when there is none. */
function nearest(levels: readonly LiveLevel[]): number {
  let [found, edge] = [-1, Number.NEGATIVE_INFINITY];
  for (const [i, level] of levels.entries()) {
    if (level.near < edge) continue;
    [found, edge] = [i, level.near];
  }
  return found;
}

function levelOf(level: LiveLevel, side: 'LONG' | 'SHORT', newest: number): IctLevel {
  const { kind, near, far, at, drawn, touched, width } = level;
  const [low, high] = side === 'LONG' ? [far, near] : [-near, -far];
  const isGap = kind === 'gap';
  return {
    kind,
    side,
    // Adding 0 turns the -0 of a mirrored price of zero into 0.
    low: ticks(low + 0),
    high: ticks(high + 0),
    at: epochMs(at),
    ageBars: newest - drawn,
    state: touched ? (isGap ? 'part-filled' : 'tested') : 'fresh',
    fill: isGap ? 1 - (near - far) / width : undefined,
  };
}
