import { OperationalError } from '../../kernel/errors.js';
import { rest } from '../../kernel/rest.js';
import type { Log } from '../../ports/log.js';

const FIRST_PAUSE_MS = 100;
const PAUSE_MS_MAX = 1_000;
const OUTSIDE_SERVICES = ['REDIS_UNAVAILABLE', 'POSTGRES_UNAVAILABLE', 'FEED_UNAVAILABLE'];

export interface RetryOptions {
  /** Names what fails, e.g. `bars.append`. */
  readonly evt: string;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** A failure that trying again cannot mend: a wrong file, a wrong setting, or a bug. */
export const isPermanent = (error: unknown): boolean =>
  error instanceof OperationalError
    ? !OUTSIDE_SERVICES.includes(error.code)
    : error instanceof Error && error.message.startsWith('impossible');

/**
 * Does `action` until it succeeds, resting longer after each failure. An outage is logged when it begins and when it ends.
 * Rejects on a permanent failure, and with the last one when stopped.
 */
export async function untilDone<T>(action: () => Promise<T>, { evt, log, signal }: RetryOptions): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      const value = await action();
      if (attempt > 0) log.info({ evt: `${evt}.recovered`, attempts: attempt }, 'works again');
      return value;
    } catch (error) {
      if (isPermanent(error) || signal.aborted) throw error;
      if (attempt === 0) log.warn({ evt: `${evt}.failed`, error }, 'will be tried again until it works');
      await rest(Math.min(PAUSE_MS_MAX, FIRST_PAUSE_MS * 2 ** attempt), signal);
    }
  }
}
