import { type EpochMs, epochMs } from '../../../kernel/units.js';
import type { FeedBar, FeedStatus } from '../../../ports/feed.js';
import { createLine, type RootLine, type Switch, type Taken } from './line.js';
import { type Instant, nextStanding, type Patience, type Standing } from './standing.js';

/** Bars that were decided together, in order of their close, and the promise that goes with them. */
export interface Settled {
  readonly bars: readonly FeedBar[];
  /** Later than every promise before it; undefined for no new one. */
  readonly completeThrough: EpochMs | undefined;
}

/** Several sources become one: for each root one of them decides each minute. Knows no feed and no clock of its own. */
export interface Merge {
  take(source: string, bar: FeedBar, at: Instant): Taken | 'not-asked';
  promise(source: string, through: EpochMs, at: Instant): void;
  stands(source: string, status: FeedStatus, at: Instant): void;
  settle(at: Instant): Settled;
  standing(source: string): Standing;
  line(root: string): RootLine | undefined;
  lines(): readonly RootLine[];
  /** Bars that wait to be chosen. */
  waiting(): number;
}

export interface MergeOptions {
  /** Sources of each root, in order of trust. */
  readonly orders: ReadonlyMap<string, readonly string[]>;
  readonly from: EpochMs;
  readonly began: Instant;
  readonly patience: Patience;
  /** Why a source stands still in a root; undefined for one that is well. */
  readonly frozen: (source: string, root: string) => string | undefined;
  readonly onSwitch: (to: Switch) => void;
}

export function createMerge({ orders, from, began, patience, frozen, onSwitch }: MergeOptions): Merge {
  const sources = new Set([...orders.values()].flat());
  const standings = new Map([...sources].map((name) => [name, atRest(name, began)]));
  const standing = (name: string): Standing => standings.get(name) ?? atRest(name, began);
  const view = { standing, frozen };
  const lines = new Map(
    [...orders]
      .filter(([, order]) => order.length > 0)
      .map(([root, order]) => [root, createLine({ root, order, from, view, patience, onSwitch })]),
  );
  let promised = from;

  return {
    take(source, bar, at) {
      const line = orders.get(bar.root)?.includes(source) === true ? lines.get(bar.root) : undefined;
      return line?.take(source, bar, at) ?? 'not-asked';
    },
    promise(source, through, { elapsed }) {
      const known = standing(source);
      if (through > known.promised) standings.set(source, { ...known, promised: through, promisedAt: elapsed });
    },
    stands(source, status, at) {
      standings.set(source, nextStanding(standing(source), status, at));
    },
    settle(at) {
      const bars = [...lines.values()].flatMap((line) => line.settle(at));
      const through = epochMs(Math.min(...[...lines.values()].map((line) => line.through(at))));
      const isNews = Number.isFinite(through) && through > promised;
      if (isNews) promised = through;
      return { bars: bars.toSorted(inOrder), completeThrough: isNews ? through : undefined };
    },
    standing,
    line: (root) => lines.get(root),
    lines: () => [...lines.values()],
    waiting: () => [...lines.values()].reduce((sum, line) => sum + line.waiting(), 0),
  };
}

const atRest = (name: string, { elapsed }: Instant): Standing => ({
  name,
  state: 'starting',
  reason: undefined,
  promised: 0,
  promisedAt: elapsed,
  startedAt: elapsed,
  downSince: undefined,
  liveSince: undefined,
  away: undefined,
  wasAway: undefined,
});

const inOrder = (a: FeedBar, b: FeedBar): number => a.bar.at - b.bar.at || (a.root < b.root ? -1 : 1);
