import { assert } from '../../kernel/assert.js';
import { type EpochMs, epochMs, MINUTE, type Ticks, ticks } from '../../kernel/units.js';
import type { Bar } from './bar.js';

/** Builds longer bars from shorter ones, one bar at a time. Buckets are left-closed and aligned in UTC. */
export interface Resampler {
  /** Takes the next bar (later than all before it) and returns the buckets it closed, oldest first: none, one or two. */
  push(bar: Bar): readonly Bar[];
  /** Says that no bar closing at or before `at` is still to come; returns the bucket this closes. */
  closeThrough(at: EpochMs): readonly Bar[];
  /** Closes the running bucket before its end: the session is over and nothing more will enter it. */
  flush(): readonly Bar[];
  /** The running bucket as it stands; never for decisions. */
  open(): Bar | undefined;
}

const NONE: readonly Bar[] = [];

/**
 * A bucket closes when a bar at or after its end arrives, when a bar that fills its last `inputMs` arrives, or when it is
 * told so. A closed bucket never changes: a bar that would enter it after `flush` is left out.
 */
export function createResampler(ms: number, inputMs: number = MINUTE): Resampler {
  assert(ms > 0 && inputMs > 0, 'a bar length that is not positive');
  // Numbers that change with each bar live in one typed array: closures over doubles would allocate per bar.
  const now = new Float64Array(7);
  now[BUCKET] = Number.NaN;
  now[CLOSED] = Number.NEGATIVE_INFINITY;

  const close = (): readonly Bar[] => {
    const bar = read(now);
    if (!bar) return NONE;
    now[CLOSED] = bar.at + ms;
    now[BUCKET] = Number.NaN;
    return [bar];
  };

  return {
    push(bar) {
      const bucket = Math.floor(bar.at / ms) * ms;
      let closed = NONE;
      if (now[BUCKET] !== bucket) {
        closed = close();
        if (bucket < (now[CLOSED] ?? 0)) return closed;
        begin(now, bucket, bar);
      } else {
        extend(now, bar);
      }
      if (bar.at + inputMs < bucket + ms) return closed;
      return closed.length === 0 ? close() : [...closed, ...close()];
    },
    closeThrough: (at) => (at >= (now[BUCKET] ?? Number.NaN) + ms ? close() : NONE),
    flush: close,
    open: () => read(now),
  };
}

/**
 * All buckets of a run of bars in order, the unfinished last one included so that volume is conserved. Decisions use
 * `createResampler`, which gives out closed buckets only.
 */
export function resample(bars: readonly Bar[], ms: number): readonly Bar[] {
  const resampler = createResampler(ms);
  const all: Bar[] = [];
  for (const bar of bars) all.push(...resampler.push(bar));
  all.push(...resampler.flush());
  return all;
}

const [BUCKET, CLOSED, OPEN, HIGH, LOW, CLOSE, VOLUME] = [0, 1, 2, 3, 4, 5, 6] as const;

function begin(now: Float64Array, bucket: number, bar: Bar): void {
  now[BUCKET] = bucket;
  now[OPEN] = bar.open;
  now[HIGH] = bar.high;
  now[LOW] = bar.low;
  now[CLOSE] = bar.close;
  now[VOLUME] = bar.volume;
}

function extend(now: Float64Array, bar: Bar): void {
  if (bar.high > (now[HIGH] ?? 0)) now[HIGH] = bar.high;
  if (bar.low < (now[LOW] ?? 0)) now[LOW] = bar.low;
  now[CLOSE] = bar.close;
  now[VOLUME] = (now[VOLUME] ?? 0) + bar.volume;
}

function read(now: Float64Array): Bar | undefined {
  const at = now[BUCKET] ?? Number.NaN;
  if (Number.isNaN(at)) return undefined;
  const tick = (i: number): Ticks => ticks(now[i] ?? 0);
  return {
    at: epochMs(at),
    open: tick(OPEN),
    high: tick(HIGH),
    low: tick(LOW),
    close: tick(CLOSE),
    volume: now[VOLUME] ?? 0,
  };
}
