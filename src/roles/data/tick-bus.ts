import type { FeedTick } from '../../ports/feed.js';
import type { Log } from '../../ports/log.js';

export interface TickListener {
  readonly name: string;
  tick(tick: FeedTick): void;
}

export interface TickBus {
  /** Hands a last price to every listener, in their order, before it returns. */
  publish(tick: FeedTick): void;
  counts(): TickCounts;
}

export interface TickCounts {
  /** Last prices so far: the number of the newest one. */
  readonly sequence: number;
  /** Of those, how many each listener failed on. */
  readonly dropped: Readonly<Record<string, number>>;
}

/**
 * Last prices to everyone here who wants them. They are perishable: one that a listener fails on is lost to that listener
 * alone and counted, the others and the feed go on. What cannot be is still passed up, after everyone was told.
 */
export function createTickBus(listeners: readonly TickListener[], log: Log): TickBus {
  const dropped = listeners.map(() => 0);
  let sequence = 0;
  const drop = (index: number, error: unknown): unknown => {
    const count = (dropped[index] ?? 0) + 1;
    dropped[index] = count;
    const listener = listeners[index]?.name;
    if (count === 1)
      log.error({ evt: 'ticks.dropped', listener, sequence, error }, 'a last price was lost to a listener');
    return error instanceof Error && error.message.startsWith('impossible') ? error : undefined;
  };
  return {
    publish(tick) {
      sequence += 1;
      let impossible: unknown;
      for (let i = 0; i < listeners.length; i += 1) {
        try {
          listeners[i]?.tick(tick);
        } catch (error) {
          impossible ??= drop(i, error);
        }
      }
      if (impossible !== undefined) throw impossible;
    },
    counts: () => ({
      sequence,
      dropped: Object.fromEntries(listeners.map(({ name }, i) => [name, dropped[i] ?? 0])),
    }),
  };
}
