import type { FeedTick } from '../../ports/feed.js';
import type { Log } from '../../ports/log.js';

export interface TickListener {
  readonly name: string;
  tick(tick: FeedTick): void;
}

export interface TickBus {
  /** Hands a last price to every listener, in their order, before it returns. */
  publish(tick: FeedTick): void;
}

/**
 * Last prices to everyone here who wants them. They are perishable: one that a listener fails on is lost to that listener
 * alone and logged the first time, the others and the feed go on. What cannot be is still passed up, after everyone was told.
 */
export function createTickBus(listeners: readonly TickListener[], log: Log): TickBus {
  const failed = new Set<TickListener>();
  let sequence = 0;
  const drop = (listener: TickListener, error: unknown): unknown => {
    if (!failed.has(listener))
      log.error(
        { evt: 'ticks.dropped', listener: listener.name, sequence, error },
        'a last price was lost to a listener',
      );
    failed.add(listener);
    return error instanceof Error && error.message.startsWith('impossible') ? error : undefined;
  };
  return {
    publish(tick) {
      sequence += 1;
      let impossible: unknown;
      for (const listener of listeners) {
        try {
          listener.tick(tick);
        } catch (error) {
          // On a line of its own: `??=` would not ask for the second one.
          const fault = drop(listener, error);
          impossible ??= fault;
        }
      }
      if (impossible !== undefined) throw impossible;
    },
  };
}
