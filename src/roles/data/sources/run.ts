import { type EpochMs, epochMs } from '../../../kernel/units.js';
import type { Clock } from '../../../ports/clock.js';
import type { Feed, FeedSink, FeedStatus } from '../../../ports/feed.js';
import type { Log } from '../../../ports/log.js';
import { type Lane, runLane } from './lane.js';
import { createTickChoice, laneSink, type TickChoice } from './lane-sink.js';
import type { Merge } from './merge.js';
import { type SourcesReport, summary } from './report.js';
import { instantOf, isAlive } from './standing.js';
import type { Watch } from './watch.js';

/** One run of several feeds. */
export interface Running {
  readonly sources: readonly Feed[];
  readonly orders: ReadonlyMap<string, readonly string[]>;
  readonly clock: Clock;
  readonly log: Log;
  readonly merge: Merge;
  readonly watch: Watch;
  readonly sink: FeedSink;
  readonly report: () => SourcesReport;
  readonly from: EpochMs;
  readonly signal: AbortSignal;
  readonly stopAll: () => Promise<void>;
}

const LOOK_EVERY_MS = 250;

/** Resolves when every source has ended or all are stopped; rejects when none can go on, or the owner takes nothing more. */
export async function runAll(running: Running): Promise<void> {
  const { sources, signal, watch, stopAll } = running;
  const pump = createPump(running);
  const tell = createTeller(running);
  const isWanted = createTickChoice(running);
  let refusal: { readonly error: unknown } | undefined;
  const settle = (): Promise<void> =>
    pump().catch((error: unknown) => {
      refusal ??= { error };
      void stopAll();
    });
  const timer = setInterval(() => {
    watch.look();
    void settle().then(tell);
  }, LOOK_EVERY_MS);
  try {
    const ended = await Promise.all(sources.map((feed) => runLane(laneOf(running, { feed, settle, tell, isWanted }))));
    await settle();
    if (refusal) throw refusal.error;
    const [failure] = ended;
    if (!signal.aborted && failure !== undefined && ended.every((error) => error !== undefined)) throw failure;
    tell();
  } finally {
    clearInterval(timer);
  }
}

/** Passes on what is decided, one batch after the other; called again while it works, it looks once more. */
function createPump({ merge, sink, clock }: Running): () => Promise<void> {
  let working: Promise<void> | undefined;
  let isAskedAgain = false;
  const work = async (): Promise<void> => {
    do {
      isAskedAgain = false;
      const { bars, completeThrough } = merge.settle(instantOf(clock));
      if (bars.length > 0 || completeThrough !== undefined) await sink.bars(bars, completeThrough);
    } while (isAskedAgain);
  };
  return () => {
    isAskedAgain = true;
    working ??= work().finally(() => {
      working = undefined;
    });
    return working;
  };
}

/** Tells the owner how the feed stands as a whole, when that has changed. */
function createTeller({ sink, report }: Running): () => void {
  let told = '';
  return () => {
    const status = summary(report());
    const text = JSON.stringify(status);
    if (text === told) return;
    told = text;
    sink.status(status);
  };
}

interface LaneParts {
  readonly feed: Feed;
  readonly settle: () => Promise<void>;
  readonly tell: () => void;
  readonly isWanted: TickChoice;
}

function laneOf(running: Running, { feed, settle, tell, isWanted }: LaneParts): Lane {
  const { merge, watch, clock, log, signal, orders, from } = running;
  const source = feed.name;
  const stands = (status: FeedStatus): void => {
    if (status.state === 'live' && !isAlive(merge.standing(source))) watch.began(source);
    merge.stands(source, status, instantOf(clock));
    tell();
  };
  const mine = merge.lines().filter(({ root }) => orders.get(root)?.includes(source));
  return {
    feed,
    log,
    signal,
    stands,
    from: () => epochMs(Math.max(from, Math.min(...mine.map((line) => line.through(instantOf(clock)))))),
    sink: laneSink(running, { source, settle, stands, isWanted }),
  };
}
