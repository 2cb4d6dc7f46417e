import type { DataBus } from '../../ports/bus.js';
import type { FeedTick } from '../../ports/feed.js';
import type { Log } from '../../ports/log.js';

/** Last prices go out at most four times a second for each symbol; of those in between the newest is kept. */
const FLUSH_EVERY_MS = 250;

export interface Quotes {
  push(tick: FeedTick): void;
  close(): void;
}

/** Joins last prices. They are perishable: what cannot be sent is dropped, for the next one is better. */
export function createQuotes(bus: Pick<DataBus, 'appendTicks'>, log: Log): Quotes {
  const newest = new Map<string, FeedTick>();
  let isSending = false;
  let isFailing = false;
  const flush = async (): Promise<void> => {
    if (isSending || newest.size === 0) return;
    const batch = [...newest.values()];
    newest.clear();
    isSending = true;
    try {
      await bus.appendTicks(batch);
      isFailing = false;
    } catch (error) {
      if (!isFailing)
        log.warn({ evt: 'ticks.append.failed', error }, 'last prices are dropped until the stream is back');
      isFailing = true;
    } finally {
      isSending = false;
    }
  };
  const timer = setInterval(() => void flush(), FLUSH_EVERY_MS);
  return {
    push: (tick) => void newest.set(tick.root, tick),
    close: () => clearInterval(timer),
  };
}
