import { rest } from '../../kernel/rest.js';
import { type EpochMs, SECOND } from '../../kernel/units.js';
import type { Clock } from '../../ports/clock.js';

/** Wall milliseconds between two looks at the clock while a feed waits: the rate at which last prices go out. */
const LOOK_EVERY_MS = 250;

/** Wall milliseconds between two looks of a feed that is live: each second of a market on a fast clock, and four times a second. */
export const lookEveryMs = ({ speed }: Clock): number =>
  Number.isFinite(speed) ? Math.max(1, Math.min(LOOK_EVERY_MS, SECOND / speed)) : LOOK_EVERY_MS;

export interface Wait {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Called before each rest. */
  readonly onLook?: () => void;
}

/** Rests until market time reaches `at`. False when stopped first. Never rests where the data drive the clock. */
export async function waitUntil(at: EpochMs, { clock, signal, onLook }: Wait): Promise<boolean> {
  while (!signal.aborted) {
    const leftMs = Number.isFinite(clock.speed) ? (at - clock.now()) / clock.speed : 0;
    if (leftMs <= 0) return true;
    onLook?.();
    await rest(Math.min(leftMs, LOOK_EVERY_MS), signal);
  }
  return false;
}
