import type { DataBus } from '../../ports/bus.js';
import type { FeedTick } from '../../ports/feed.js';
import type { Log } from '../../ports/log.js';

/**
 * Last prices of a symbol go out at most four times a second: the first at once, of those that follow within 250 ms the
 * newest. Rests end on common steps, so that the symbols whose prices are due together leave together. The steps are short:
 * by steps of 250 ms, a symbol that begins within one would rest up to half a second.
 */
const STEP_MS = 50;
const REST_STEPS = 5;

export interface Quotes {
  push(tick: FeedTick): void;
  close(): void;
}

/** Calls `run` again and again; what it returns ends that. */
export type Every = (ms: number, run: () => void) => () => void;

interface Resting {
  /** The step at which it ends. */
  readonly until: number;
  newest: FeedTick | undefined;
}

/** Joins last prices. They are perishable: what cannot be sent is dropped, for the next one is better. */
export function createQuotes(bus: Pick<DataBus, 'appendTicks'>, log: Log, every: Every = wallEvery): Quotes {
  const sender = createSender(bus, log);
  const resting = new Map<string, Resting>();
  let step = 0;
  let stop: (() => void) | undefined;
  let isClosed = false;
  const next = (): void => {
    step += 1;
    for (const [root, { until, newest }] of resting) {
      if (until > step) continue;
      if (newest === undefined) {
        resting.delete(root);
        continue;
      }
      resting.set(root, { until: step + REST_STEPS, newest: undefined });
      sender.send(newest);
    }
    if (resting.size > 0) return;
    stop?.();
    stop = undefined;
  };
  return {
    push(tick) {
      if (isClosed) return;
      const rest = resting.get(tick.root);
      if (rest) {
        rest.newest = tick;
        return;
      }
      // A part of the step that runs is over already.
      resting.set(tick.root, { until: step + REST_STEPS + 1, newest: undefined });
      stop ??= every(STEP_MS, next);
      sender.send(tick);
    },
    close() {
      isClosed = true;
      stop?.();
    },
  };
}

/** One message for all that is to be sent within one turn; while one is on its way, what comes is joined. */
function createSender(bus: Pick<DataBus, 'appendTicks'>, log: Log): { send(tick: FeedTick): void } {
  const due = new Map<string, FeedTick>();
  let isSending = false;
  let isFailing = false;
  const work = async (): Promise<void> => {
    while (due.size > 0) {
      const batch = [...due.values()];
      due.clear();
      try {
        await bus.appendTicks(batch);
        isFailing = false;
      } catch (error) {
        if (!isFailing)
          log.warn({ evt: 'ticks.append.failed', error }, 'last prices are dropped until the stream is back');
        isFailing = true;
      }
    }
    isSending = false;
  };
  return {
    send(tick) {
      due.set(tick.root, tick);
      if (isSending) return;
      isSending = true;
      queueMicrotask(() => void work());
    },
  };
}

const wallEvery: Every = (ms, run) => {
  const timer = setInterval(run, ms);
  return () => clearInterval(timer);
};
