import { OperationalError } from '../../../src/kernel/errors.js';
import { after } from '../../../src/kernel/units.js';
import type { Feed, FeedBar, FeedStatus } from '../../../src/ports/feed.js';
import { eventually } from '../eventually.js';
import { sinkOf } from '../feed-sink.js';
import type { FakeMarket } from './market.js';

/** A feed that runs, and all it has said. */
export interface RunningFeed {
  readonly bars: readonly FeedBar[];
  readonly states: readonly FeedStatus[];
  readonly refused: readonly string[];
  /** What it failed with; undefined when it was stopped. */
  readonly ended: Promise<unknown>;
  /** Moves the market on until the feed is live. */
  toLive(): Promise<void>;
  stop(): Promise<void>;
}

export function runVendorFeed(feed: Feed, market: FakeMarket, from = market.clock.now()): RunningFeed {
  const [bars, states, refused]: [FeedBar[], FeedStatus[], string[]] = [[], [], []];
  const run = feed.run(
    from,
    sinkOf({
      bars: async (more) => void bars.push(...more),
      status: (status) => void states.push(status),
      refused: ({ where, reason }) => void refused.push(`${where}: ${reason}`),
    }),
  );
  const ended = run.then(
    () => undefined,
    (error: unknown) => error,
  );
  return {
    bars,
    states,
    refused,
    ended,
    async toLive() {
      await eventually(
        () => {
          market.moveTo(after(market.clock.now(), 2_000));
          return states.at(-1)?.state === 'live';
        },
        { timeout: 30_000 },
      );
    },
    async stop() {
      await feed.stop();
      await ended;
    },
  };
}

/** The coded error a promise fails with. */
export async function codedFailure(promise: Promise<unknown>): Promise<OperationalError> {
  const failure = await promise.then(
    (value) => value,
    (error: unknown) => error,
  );
  if (failure instanceof OperationalError) return failure;
  throw new Error(`no coded error but ${String(failure)}`);
}
