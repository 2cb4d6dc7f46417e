import { ExponentialBackoff, type IBackoff } from 'cockatiel';
import { rest } from '../../../kernel/rest.js';
import { isRefusal, VendorFailure } from './failure.js';

/** A vendor that says "come again in an hour" is not waited for inside one request. */
const RETRY_AFTER_MS_MAX = 5 * 60_000;

export interface PatienceOptions {
  readonly attemptsMax: number;
  readonly firstMs: number;
  readonly longestMs: number;
  readonly onFailure?: (error: unknown, waitMs: number) => void;
}

/** Tries again after failures worth it, with jitter. All who share a patience rest together when the vendor says so. */
export type Patience = <T>(action: () => Promise<T>, signal: AbortSignal) => Promise<T>;

export function createPatience(options: PatienceOptions): Patience {
  const now = (): number => performance.now();
  let heldUntil = 0;
  return async (action, signal) => {
    const pause = createPause(options);
    for (let attempt = 1; ; attempt += 1) {
      if (heldUntil > now()) await rest(heldUntil - now(), signal);
      signal.throwIfAborted();
      try {
        return await action();
      } catch (error) {
        if (signal.aborted || isRefusal(error) || attempt >= options.attemptsMax) throw error;
        const waitMs = pause.next();
        const asked = error instanceof VendorFailure ? error.retryAfterMs : undefined;
        if (asked !== undefined) heldUntil = Math.max(heldUntil, now() + Math.min(asked, RETRY_AFTER_MS_MAX));
        options.onFailure?.(error, waitMs + (asked ?? 0));
        await rest(waitMs, signal);
      }
    }
  };
}

/** Growing pauses with decorrelated jitter, in wall milliseconds. */
export function createPause({ firstMs, longestMs }: Pick<PatienceOptions, 'firstMs' | 'longestMs'>): {
  next(): number;
} {
  const backoff = new ExponentialBackoff({ initialDelay: firstMs, maxDelay: longestMs });
  let step: IBackoff<unknown> | undefined;
  return {
    next() {
      step = step ? step.next(undefined) : backoff.next();
      return step.duration;
    },
  };
}
