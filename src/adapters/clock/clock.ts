import { assert } from '../../kernel/assert.js';
import { type EpochMs, epochMs } from '../../kernel/units.js';
import type { Clock, ClockSpec } from '../../ports/clock.js';

const elapsed = (): number => performance.now();

/** The wall clock as an instant, for the few places outside the market's time (a run's start, a log line). */
export const wallNow = (): EpochMs => epochMs(Date.now());

export const systemClock = (): Clock => ({ now: wallNow, elapsed, speed: 1 });

/**
 * Market time that runs at a constant speed from a given wall instant. Monotonic within the process: it is read from the
 * steady counter, so a corrected wall clock neither halts nor reverses the market.
 */
export function scaledClock(spec: Omit<Extract<ClockSpec, { kind: 'scaled' }>, 'kind'>): Clock {
  assert(spec.speed > 0 && Number.isFinite(spec.speed), 'a clock speed that is not a positive number');
  const wallAtZero = Date.now() - elapsed();
  const now = (): EpochMs => {
    const passed = Math.max(0, wallAtZero + elapsed() - spec.wallStart);
    return epochMs(Math.floor(spec.marketStart + passed * spec.speed));
  };
  return { now, elapsed, speed: spec.speed };
}

export interface DrivenClock extends Clock {
  /** Moves to `at`; an earlier instant is ignored, time never runs backwards. */
  advance(at: EpochMs): void;
}

/** A clock that stands still until the data move it. */
export function drivenClock(start: EpochMs): DrivenClock {
  let at = start;
  return {
    now: () => at,
    elapsed,
    speed: Number.POSITIVE_INFINITY,
    advance(to) {
      if (to > at) at = to;
    },
  };
}

/** The clock of a specification, and the handle that drives it when the data do. */
export function clockOf(spec: ClockSpec): { clock: Clock; drive: ((at: EpochMs) => void) | undefined } {
  switch (spec.kind) {
    case 'system':
      return { clock: systemClock(), drive: undefined };
    case 'scaled':
      return { clock: scaledClock(spec), drive: undefined };
    case 'driven': {
      const clock = drivenClock(spec.marketStart);
      return { clock, drive: clock.advance };
    }
    default:
      return spec satisfies never;
  }
}
