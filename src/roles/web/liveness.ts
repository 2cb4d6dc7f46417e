import { after, type EpochMs } from '../../kernel/units.js';
import type { Heartbeat } from '../../messages/dashboard.js';
import type { Clock } from '../../ports/clock.js';

/** Without a new heartbeat for this long the engine counts as gone. */
export const ENGINE_SILENT_MS = 5_000;

/** Whether what the page shows can still be believed. */
export type Freshness =
  | { readonly stale: false }
  /** `since` is the market time of the last sign of life; undefined when there never was one. */
  | { readonly stale: true; readonly since: EpochMs | undefined; readonly why: 'engine' | 'stream' };

/**
 * Judges life by change: a beat that differs from the last one counts, whatever the clocks say. The first has none before it
 * and is as old as it says itself: what an earlier run has left is no sign of life.
 */
export interface Liveness {
  readonly freshness: Freshness;
  /** Wall milliseconds since the last new beat, or undefined before the first. */
  beatAgeMs(): number | undefined;
  heard(beat: Heartbeat | undefined): void;
  stream(state: 'up' | 'down'): void;
  /** Whether the last question for the heartbeat was answered: a store that is frozen keeps the stream open and says nothing. */
  store(state: 'answers' | 'silent'): void;
  /** Judges again; true when the answer changed. */
  check(): boolean;
}

export function createLiveness(clock: Clock): Liveness {
  let lastBeat: string | undefined;
  let beatElapsed: number | undefined;
  let beatAt: EpochMs | undefined;
  let isUp = true;
  let isAnswered = true;
  let freshness: Freshness = { stale: true, since: undefined, why: 'engine' };

  const judge = (): Freshness => {
    if (beatElapsed === undefined || clock.elapsed() - beatElapsed > ENGINE_SILENT_MS) {
      // Who cannot read the heartbeat knows nothing of the engine.
      return { stale: true, since: beatAt, why: isUp && isAnswered ? 'engine' : 'stream' };
    }
    return isUp ? { stale: false } : { stale: true, since: beatAt, why: 'stream' };
  };

  return {
    get freshness() {
      return freshness;
    },
    beatAgeMs: () => (beatElapsed === undefined ? undefined : clock.elapsed() - beatElapsed),
    heard(beat) {
      // An engine that waits for its store decides nothing: it is heard, but what the page shows grows old.
      if (!beat || beat.status.parts.some(({ part, state }) => part === 'engine' && state !== 'ok')) return;
      const mark = `${beat.beat} ${beat.at}`;
      if (mark === lastBeat) return;
      const ageMs = lastBeat === undefined ? ageOf(beat, clock.now()) : 0;
      lastBeat = mark;
      // Market time may run faster than the wall; where the data drive it, it tells no age, and the first beat counts as new.
      beatElapsed = clock.elapsed() - ageMs / clock.speed;
      beatAt = after(clock.now(), -ageMs);
    },
    stream(state) {
      isUp = state === 'up';
    },
    store(state) {
      isAnswered = state === 'answers';
    },
    check() {
      const now = judge();
      const changed =
        now.stale !== freshness.stale ||
        (now.stale && freshness.stale && (now.since !== freshness.since || now.why !== freshness.why));
      freshness = now;
      return changed;
    },
  };
}

/** A beat that is ahead of our clock is another machine's, which says nothing against it. */
const ageOf = ({ at }: Heartbeat, now: EpochMs): number => Math.max(0, now - Date.parse(at));
