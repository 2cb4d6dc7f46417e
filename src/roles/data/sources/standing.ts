import { etWhen } from '../../../domain/sessions/when.js';
import { type EpochMs, SECOND } from '../../../kernel/units.js';
import type { Clock } from '../../../ports/clock.js';
import type { FeedStatus } from '../../../ports/feed.js';
import { shortened } from '../shortened.js';

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
  /** Since when it is live, in market time. */
  readonly liveSince: EpochMs | undefined;
  /** What became of it, until it is live again: trying once more is no recovery. */
  readonly away: Away | undefined;
  /** What had become of it before it was live: one that comes and goes has been away all the while. */
  readonly wasAway: Away | undefined;
}

/** A source that brings nothing. */
export interface Away {
  readonly state: 'failed' | 'silent';
  /** What it said last. */
  readonly reason: string | undefined;
  /** Market time of the first failure. */
  readonly since: EpochMs;
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

/** Market milliseconds. A source that is live for less has not come back. */
const STEADY_AFTER_MS = 10 * SECOND;
/** A vendor's last words may be a page; several of them have to fit into one fact. */
const REASON_LENGTH_MAX = 200;

/** How a source stands after its word. */
export function nextStanding(known: Standing, status: FeedStatus, { now, elapsed }: Instant): Standing {
  const { state } = status;
  const reason = status.reason === undefined ? undefined : shortened(status.reason, REASON_LENGTH_MAX);
  const before = known.away ?? (isSteady(known, now) ? undefined : known.wasAway);
  return {
    ...known,
    state,
    reason,
    downSince: isAlive(known) && state !== 'live' ? elapsed : known.downSince,
    liveSince: state === 'live' ? (known.liveSince ?? now) : undefined,
    away: nextAway(before, { state, reason }, now),
    wasAway: before,
  };
}

/** A source that tells its failure again and again, or starts anew in between, is away since the first time. */
function nextAway(away: Away | undefined, { state, reason }: FeedStatus, now: EpochMs): Away | undefined {
  if (state === 'live' || state === 'finished') return undefined;
  return state === 'starting' ? away : { state, reason: reason ?? away?.reason, since: away?.since ?? now };
}

/** The state as it is told: one that failed and starts again is still the one that failed. */
export const toldState = ({ state, away }: Standing): Standing['state'] =>
  state === 'starting' ? (away?.state ?? state) : state;

/** `massive failed since 09:41: socket hang up` */
export function standingText(standing: Standing, now: EpochMs): string {
  const since = standing.away === undefined ? '' : ` since ${etWhen(standing.away.since, now)}`;
  return `${standing.name} ${toldState(standing)}${since}${because(whyOf(standing))}`;
}

/** What failed, and what is done about it where that is told. */
export function whyOf({ state, reason, away }: Standing): string | undefined {
  if (away === undefined || state !== 'starting') return reason ?? away?.reason;
  const words = [away.reason, reason].filter((it) => it !== undefined);
  return words.length === 0 ? undefined : words.join('; now ');
}

const because = (reason: string | undefined): string => (reason === undefined ? '' : `: ${reason}`);

export const isAlive = ({ state }: Standing): boolean => state === 'live';

/** It has been live for long enough to count as back. */
export const isSteady = ({ liveSince }: Standing, now: EpochMs): boolean =>
  liveSince !== undefined && now - liveSince >= STEADY_AFTER_MS;
