import type { EpochMs } from '../../../kernel/units.js';
import type { Clock } from '../../../ports/clock.js';
import type { FeedStatus } from '../../../ports/feed.js';

/** An instant on both clocks: market time, and the steady counter that patience is measured with. */
export interface Instant {
  readonly now: EpochMs;
  readonly elapsed: number;
}

export const instantOf = (clock: Clock): Instant => ({ now: clock.now(), elapsed: clock.elapsed() });

/** How one source stands, for every root it serves. */
export interface Standing {
  readonly name: string;
  readonly state: FeedStatus['state'];
  readonly reason: string | undefined;
  /** No bar of its closing at or before this instant will follow, and when it said so; before the first promise 0. */
  readonly promised: number;
  readonly promisedAt: number;
  /** On the steady counter: when it began, and since when it is not live any more; undefined until it has been. */
  readonly startedAt: number;
  readonly downSince: number | undefined;
}

/** What a root asks of its sources when it decides a bar. */
export interface SourceView {
  standing(source: string): Standing;
  /** Why the source stands still in this root; undefined for one that is well. */
  frozen(source: string, root: string): string | undefined;
}

/** Wall milliseconds. */
export interface Patience {
  /** How long the source in charge may owe a bar that another one has. */
  readonly failOverMs: number;
  /** How long another source may still bring a bar that the one in charge does not have. */
  readonly fillMs: number;
  /** How long a source that starts is waited for. */
  readonly startMs: number;
  /** Minutes in a row that a better source must have brought, in time, before it is in charge again. */
  readonly returnMinutes: number;
}

export const USUAL_PATIENCE: Patience = { failOverMs: 5_000, fillMs: 1_500, startMs: 10_000, returnMinutes: 5 };

export const isAlive = ({ state }: Standing): boolean => state === 'live';
