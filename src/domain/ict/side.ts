import { createBlockFinder, createGapFinder, createSweepFinder } from './finders.js';
import { type IctKind, LEVEL_BARS_MAX } from './level.js';
import { settle } from './order.js';
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

/** The live levels of one side. */
export interface IctSide {
  /** Follows the bar; returns the order blocks it closed through, which from now on count for the other side. */
  follow(bar: SideBar): readonly LiveLevel[];
  /** Adds what the bar itself completed; the bar does not test it. */
  find(bar: SideBar): void;
  /** Adds an order block of the other side that price closed through. */
  adopt(block: LiveLevel): void;
  /** Farthest first, so falling price meets the last one first; of equal ones the youngest is last. */
  live(): readonly LiveLevel[];
}

const NONE: readonly LiveLevel[] = [];

/** Levels are kept in the order of their near edges: a bar looks at those it reaches and at no others. */
export function createIctSide(): IctSide {
  const [findGap, findBlock, findSweeps] = [createGapFinder(), createBlockFinder(), createSweepFinder()];
  const levels: LiveLevel[] = [];
  let oldest = Number.POSITIVE_INFINITY;

  const add = (kind: IctKind, { near, far, at, drawn }: Zone): void => {
    levels.push({ kind, at, drawn, far, near, width: near - far, touched: false });
    settle(levels, levels.length - 1);
    oldest = Math.min(oldest, drawn);
  };

  const forgetOld = (newest: number): void => {
    const young = levels.filter(({ drawn }) => newest - drawn <= LEVEL_BARS_MAX);
    levels.splice(0, levels.length, ...young);
    oldest = young.reduce((least, { drawn }) => Math.min(least, drawn), Number.POSITIVE_INFINITY);
  };

  /** Tests the levels from an index on, which the bar came down to. */
  const reach = (bar: SideBar, from: number): readonly LiveLevel[] => {
    let broken = NONE;
    let kept = from;
    let hasShrunk = false;
    for (let i = from; i < levels.length; i += 1) {
      const level = levels[i];
      if (!level) continue;
      if (isThrough(level, bar)) {
        if (level.kind === 'order-block') broken = [...broken, level];
        continue;
      }
      hasShrunk = touch(level, bar.low) || hasShrunk;
      if (kept < i) levels[kept] = level;
      kept += 1;
    }
    // Setting a length, even to what it is, costs more than the loop above.
    if (kept < levels.length) levels.length = kept;
    if (hasShrunk) settle(levels, from);
    return broken;
  };

  return {
    follow(bar) {
      if (bar.index - oldest > LEVEL_BARS_MAX) forgetOld(bar.index);
      let reached = levels.length;
      while (reached > 0 && (levels[reached - 1]?.near ?? 0) >= bar.low) reached -= 1;
      return reached === levels.length ? NONE : reach(bar, reached);
    },
    find(bar) {
      const gap = findGap(bar);
      if (gap) add('gap', gap);
      const block = findBlock(bar);
      if (block) add('order-block', block);
      const sweeps = findSweeps(bar);
      if (sweeps.length > 0) for (const sweep of sweeps) add('sweep', sweep);
    },
    adopt({ near, far, at, drawn }) {
      add('breaker', { near: -far, far: -near, at, drawn });
    },
    live: () => levels,
  };
}

/** A gap is done when price has traded all of it, any other level when a bar closes beyond its far edge. */
const isThrough = (level: LiveLevel, bar: SideBar): boolean =>
  level.kind === 'gap' ? bar.low <= level.far : bar.close < level.far;

/** Notes that price came back to a level; says whether its near edge moved. */
function touch(level: LiveLevel, low: number): boolean {
  if (level.kind === 'gap' && low >= level.near) return false;
  level.touched = true;
  if (level.kind === 'gap') level.near = low;
  return level.kind === 'gap';
}
