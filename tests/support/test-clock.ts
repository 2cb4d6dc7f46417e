import { type EpochMs, epochMs } from '../../src/kernel/units.js';
import type { Clock } from '../../src/ports/clock.js';

/** Market time that runs `speed` times as fast as the wall, from `start` now. */
export function runningClock(start: EpochMs, speed: number): Clock {
  const wallStart = performance.now();
  return {
    now: () => epochMs(Math.floor(start + (performance.now() - wallStart) * speed)),
    elapsed: () => performance.now(),
    speed,
  };
}

export interface HandClock extends Clock {
  set(at: EpochMs): void;
}

/** Market time that stands until it is set. With a finite speed, a feed that waits on it looks again and again. */
export function handClock(start: EpochMs, speed = Number.POSITIVE_INFINITY): HandClock {
  let at = start;
  return {
    now: () => at,
    elapsed: () => performance.now(),
    speed,
    set(to) {
      at = to;
    },
  };
}
