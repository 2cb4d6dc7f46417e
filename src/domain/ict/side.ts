import { createBlockFinder, createGapFinder, createSweepFinder } from './finders.js';
import { type IctKind, LEVEL_BARS_MAX } from './level.js';
import type { SideBar, Zone } from './side-bar.js';

/** A level while it lives, in the prices of its side. */
export interface LiveLevel {
  readonly kind: IctKind;
  readonly at: number;
  readonly drawn: number;
  readonly far: number;
  /** Moves towards `far` as a gap fills. */
  near: number;
  readonly width: number;
  touched: boolean;
}

/** The live levels of one side, oldest first. */
export interface IctSide {
  /** Follows the bar; returns the order blocks it closed through, which from now on count for the other side. */
  follow(bar: SideBar): readonly LiveLevel[];
  /** Adds what the bar itself completed; the bar does not test it. */
  find(bar: SideBar): void;
  /** Adds an order block of the other side that price closed through. */
  adopt(block: LiveLevel): void;
  live(): readonly LiveLevel[];
}

const NONE: readonly LiveLevel[] = [];

export function createIctSide(): IctSide {
  const finders = [
    { kind: 'gap', find: createGapFinder() },
    { kind: 'order-block', find: createBlockFinder() },
    { kind: 'sweep', find: createSweepFinder() },
  ] as const;
  const levels: LiveLevel[] = [];
  return {
    follow(bar) {
      let broken = NONE;
      let kept = 0;
      for (const level of levels) {
        if (bar.index - level.drawn > LEVEL_BARS_MAX) continue;
        if (isThrough(level, bar)) {
          if (level.kind === 'order-block') broken = [...broken, level];
          continue;
        }
        if (bar.low <= level.near) touch(level, bar.low);
        levels[kept] = level;
        kept += 1;
      }
      levels.length = kept;
      return broken;
    },
    find(bar) {
      for (const { kind, find } of finders) for (const zone of find(bar)) levels.push(born(kind, zone));
    },
    adopt({ near, far, at, drawn }) {
      levels.push(born('breaker', { near: -far, far: -near, at, drawn }));
    },
    live: () => levels,
  };
}

const born = (kind: IctKind, { near, far, at, drawn }: Zone): LiveLevel => ({
  kind,
  at,
  drawn,
  far,
  near,
  width: near - far,
  touched: false,
});

/** A gap is done when price has traded all of it, any other level when a bar closes beyond its far edge. */
const isThrough = (level: LiveLevel, bar: SideBar): boolean =>
  level.kind === 'gap' ? bar.low <= level.far : bar.close < level.far;

function touch(level: LiveLevel, low: number): void {
  if (level.kind !== 'gap') level.touched = true;
  else if (low < level.near) {
    level.touched = true;
    level.near = low;
  }
}
