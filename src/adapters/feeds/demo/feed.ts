import { createRng } from '../../../kernel/rng.js';
import { type EpochMs, epochMs } from '../../../kernel/units.js';
import type { Clock } from '../../../ports/clock.js';
import type { Feed, FeedBar, FeedSink } from '../../../ports/feed.js';
import { waitUntil } from '../pace.js';
import { demoRoots, type MarketMinute, marketMinutes } from './market.js';
import { minutePath, type PathPoint } from './path.js';

/** 04:50 in New York on Thursday 2026-11-19, ten minutes before the active session: the demo's usual beginning. */
export const DEMO_START = epochMs(Date.parse('2026-11-19T09:50:00Z'));

export interface DemoFeedOptions {
  readonly seed: number;
  /** The instant that splits history from the live part; the usual one when undefined. */
  readonly start: EpochMs | undefined;
  readonly clock: Clock;
  /** Markets the demo does not make are left out. */
  readonly roots: readonly string[];
}

/** A seeded synthetic market that keeps the real exchange hours. */
export function createDemoFeed(options: DemoFeedOptions): Feed {
  const start = options.start ?? DEMO_START;
  const market = { seed: options.seed, start, roots: options.roots.filter((root) => demoRoots.includes(root)) };
  const stopping = new AbortController();
  return {
    name: 'demo',
    startsAt: start,
    async *history() {
      yield* batched(until(marketMinutes(market), start));
    },
    async run(from, sink) {
      sink.status({ state: 'live', reason: `synthetic market, seed ${options.seed}` });
      for (const minute of marketMinutes(market)) {
        if (minute.close <= from) continue;
        const quotes = liveQuotes(minute, options, sink);
        if (!(await waitUntil(minute.close, { clock: options.clock, signal: stopping.signal, onLook: quotes.upToNow })))
          return;
        quotes.rest();
        await sink.bars(minute.bars, minute.close);
        if (stopping.signal.aborted) return;
      }
      sink.status({ state: 'finished', reason: 'the demo has come to the end of its calendar' });
    },
    async stop() {
      stopping.abort();
    },
  };
}

function* until(minutes: Iterable<MarketMinute>, end: EpochMs): Generator<MarketMinute> {
  for (const minute of minutes) {
    if (minute.close > end) return;
    yield minute;
  }
}

const BATCH_BARS = 10_000;

function* batched(minutes: Iterable<MarketMinute>): Generator<readonly FeedBar[]> {
  let batch: FeedBar[] = [];
  for (const { bars } of minutes) {
    batch.push(...bars);
    if (batch.length < BATCH_BARS) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

interface Quotes {
  /** Tells the sink each market's newest price of the minute so far, once. */
  upToNow(): void;
  /** Tells the closes, when the minute was waited for. */
  rest(): void;
}

/** Last prices inside a minute that is still to close; a minute that is already history has none. */
function liveQuotes({ bars, close }: MarketMinute, { seed, clock }: DemoFeedOptions, sink: FeedSink): Quotes {
  if (!Number.isFinite(clock.speed) || clock.now() >= close) return { upToNow() {}, rest() {} };
  const paths = bars.map(({ root, contract, bar }) => ({
    root,
    contract,
    points: minutePath(bar, createRng(`${seed}/${root}/path/${bar.at}`)),
    told: -1,
  }));
  const tell = (now: EpochMs): void => {
    for (const path of paths) {
      const newest = lastBefore(path.points, now);
      const point = path.points[newest];
      if (!point || newest === path.told) continue;
      path.told = newest;
      sink.tick({ root: path.root, contract: path.contract, ...point });
    }
  };
  return { upToNow: () => tell(clock.now()), rest: () => tell(close) };
}

/** Index of the newest point at or before `now`, -1 when there is none yet. */
const lastBefore = (points: readonly PathPoint[], now: EpochMs): number => points.findLastIndex(({ at }) => at <= now);
