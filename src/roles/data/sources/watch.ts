import { frozenBounds } from '../../../domain/feed-health/bounds.js';
import {
  afterBar,
  afterTick,
  type FeedTrail,
  type Frozen,
  frozenAt,
  newTrail,
} from '../../../domain/feed-health/frozen.js';
import { instrument } from '../../../domain/instruments/catalogue/index.js';
import { type SessionCalendar, sessionCalendar } from '../../../domain/sessions/calendar.js';
import type { EpochMs } from '../../../kernel/units.js';
import type { Clock } from '../../../ports/clock.js';
import type { FeedBar, FeedTick } from '../../../ports/feed.js';

/** Watches every source in every root for standing still. It is another question than whether a connection is up. */
export interface Watch {
  bar(source: string, bar: FeedBar): void;
  tick(source: string, tick: FeedTick): void;
  /** The source is live from now on: what it did not say before is no silence. */
  began(source: string): void;
  /** Looks again, about every second. */
  look(): void;
  /** As of the last look. */
  frozen(source: string, root: string): Frozen | undefined;
  /** The source was seen to move in this root. */
  isMoving(source: string, root: string): boolean;
}

export interface WatchOptions {
  readonly orders: ReadonlyMap<string, readonly string[]>;
  readonly clock: Clock;
}

/** Without a look for so long this process slept, and knows nothing of what was said meanwhile. Wall milliseconds. */
const SLEPT_MS = 10_000;

interface Watched {
  readonly source: string;
  readonly root: string;
  readonly calendar: SessionCalendar;
  trail: FeedTrail;
  frozen: Frozen | undefined;
}

export function createWatch({ orders, clock }: WatchOptions): Watch {
  const watched = new Map<string, Watched>();
  const began = clock.now();
  for (const [root, order] of orders) {
    const spec = instrument(root);
    if (!spec) continue;
    const calendar = sessionCalendar(spec.calendar);
    for (const source of order)
      watched.set(keyOf(source, root), { source, root, calendar, trail: newTrail(began), frozen: undefined });
  }
  let lookedAt = clock.elapsed();
  const restart = (it: Watched, now: EpochMs): void => {
    it.trail = { ...newTrail(now), price: it.trail.price, tellsVolume: it.trail.tellsVolume };
    it.frozen = undefined;
  };
  return {
    bar(source, { root, bar }) {
      const it = watched.get(keyOf(source, root));
      if (!it) return;
      const now = clock.now();
      // Where market time runs fast, the way from the feed to here takes more of it.
      const lateMs = frozenBounds(root, now, it.calendar).lateMs * Math.max(1, clock.speed);
      it.trail = afterBar(it.trail, { bar, now, lateMs });
    },
    tick(source, { root, price }) {
      const it = watched.get(keyOf(source, root));
      if (it) it.trail = afterTick(it.trail, price, clock.now());
    },
    began(source) {
      for (const it of watched.values()) if (it.source === source) restart(it, clock.now());
    },
    look() {
      const [now, elapsed] = [clock.now(), clock.elapsed()];
      const hasSlept = elapsed - lookedAt > SLEPT_MS;
      lookedAt = elapsed;
      for (const it of watched.values()) {
        if (hasSlept) restart(it, now);
        // Where the data drive the clock, an hour is a moment and no feed is slow.
        it.frozen = Number.isFinite(clock.speed) ? frozenAt(it.trail, { ...it, now }) : undefined;
      }
    },
    frozen: (source, root) => watched.get(keyOf(source, root))?.frozen,
    isMoving: (source, root) => watched.get(keyOf(source, root))?.trail.hasMoved ?? false,
  };
}

const keyOf = (source: string, root: string): string => `${source}/${root}`;
