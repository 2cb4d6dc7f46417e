import { after, SECOND } from '../../../kernel/units.js';
import type { Clock } from '../../../ports/clock.js';
import { waitUntil } from '../pace.js';
import { isRefusal } from '../vendor/failure.js';
import { plannedDowntime } from './downtime.js';

export interface DowntimeOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Called once, with the sentence, when it has to wait. */
  readonly onWait: (planned: string) => void;
  /** Called again and again while it waits. */
  readonly onLook?: () => void;
}

/** Between two tries while IBKR is expected to be away. Market time. */
const PAUSE_MS = 20 * SECOND;

/** Does `action`; what fails while IBKR is expected to be away is no failure and is tried again until it is over. */
export async function throughDowntime<T>(action: () => Promise<T>, options: DowntimeOptions): Promise<T> {
  const { clock, signal, onWait, onLook } = options;
  for (let tries = 1; ; tries += 1) {
    try {
      return await action();
    } catch (error) {
      const planned = plannedDowntime(clock.now());
      if (planned === undefined || signal.aborted || isRefusal(error)) throw error;
      if (tries === 1) onWait(planned);
      await waitUntil(after(clock.now(), PAUSE_MS), { clock, signal, ...(onLook && { onLook }) });
    }
  }
}
