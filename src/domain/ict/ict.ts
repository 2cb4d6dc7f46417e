import { epochMs, ticks } from '../../kernel/units.js';
import type { Bar } from '../bars/bar.js';
import { createAtr } from '../indicators/atr.js';
import type { IctLevel } from './level.js';
import { createIctSide, type LiveLevel } from './side.js';
import { createSideView } from './side-bar.js';

export interface IctReading {
  /** The nearest live SHORT level: it lies above the price, or the price stands in it. */
  readonly above: IctLevel | undefined;
  /** The nearest live LONG level. */
  readonly below: IctLevel | undefined;
  /** Every live level, LONG ones first, of each side the nearest first. */
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
  const [upwards, downwards] = [createSideView('LONG'), createSideView('SHORT')];
  const [long, short] = [createIctSide(), createIctSide()];
  let bars = 0;
  return {
    warmup: ATR_LENGTH,
    push(bar) {
      const range = atr.push(bar) ?? Number.NaN;
      const up = upwards(bar, bars, range);
      const down = downwards(bar, bars, range);
      const lost = long.follow(up);
      const won = short.follow(down);
      long.find(up);
      short.find(down);
      if (won.length > 0) for (const block of won) long.adopt(block);
      if (lost.length > 0) for (const block of lost) short.adopt(block);
      bars += 1;
    },
    read() {
      if (bars < ATR_LENGTH) return undefined;
      const shown = (side: 'LONG' | 'SHORT') => (level: LiveLevel) => levelOf(level, side, bars - 1);
      const longs = long.live().map(shown('LONG')).reverse();
      const shorts = short.live().map(shown('SHORT')).reverse();
      return { above: shorts[0], below: longs[0], levels: [...longs, ...shorts] };
    },
  };
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
