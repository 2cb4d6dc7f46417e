import { setImmediate as turn } from 'node:timers/promises';
import { admit } from '../../domain/bars/order.js';
import { instrument } from '../../domain/instruments/catalogue/index.js';
import { messageOf } from '../../kernel/errors.js';
import { rest } from '../../kernel/rest.js';
import { after, type EpochMs, epochMs, iso, MINUTE } from '../../kernel/units.js';
import type { BarStore } from '../../ports/bar-store.js';
import type { DataBus } from '../../ports/bus.js';
import type { Clock } from '../../ports/clock.js';
import type { Feed, FeedBar, FeedSink, FeedTick } from '../../ports/feed.js';
import type { Log } from '../../ports/log.js';
import { feedBarFault } from './bar-fault.js';
import type { Board } from './board.js';
import { isPermanent, untilDone } from './retry.js';

export interface FeedRun {
  readonly feed: Feed;
  readonly store: Pick<BarStore, 'save'>;
  readonly bus: DataBus;
  readonly clock: Clock;
  /** Moves the run's clock; present where the data drive it. */
  readonly drive: ((at: EpochMs) => void) | undefined;
  readonly log: Log;
  readonly runId: string;
  readonly board: Board;
  readonly signal: AbortSignal;
  /** Where a live feed goes on; absent in a practice run, which has a history of its own. */
  readonly resume?: (() => Promise<EpochMs>) | undefined;
  /** Also told of what is sent on. */
  readonly onBars?: (bars: readonly FeedBar[], completeThrough: EpochMs | undefined) => void;
  readonly onTick: (tick: FeedTick) => void;
}

/** Where the data drive the clock, and at a start, the feed rests while the engine has this many bars to do. */
const ENGINE_LAG_MAX = 5_000;
const LOOK_AT_LAG_EVERY_BARS = 500;
const LAG_PAUSE_MS = 10;
/** Bars of longer ago come as fast as they can be sent, on any clock. */
const CATCHING_UP_MS = 10 * MINUTE;
const FEED_PAUSE_MS = 1_000;

/** History once into the store, then the live part into the stream, through every outage, until the feed ends or is stopped. */
export async function runFeed(run: FeedRun): Promise<void> {
  const { feed, log, signal, board } = run;
  signal.addEventListener('abort', () => void feed.stop(), { once: true });
  try {
    const start = await loadHistory(run);
    const sink = liveSink(run, start);
    while (!signal.aborted) {
      const done = await attempt(run, sink, start);
      if (done) return;
      await rest(FEED_PAUSE_MS, signal);
    }
  } catch (error) {
    if (signal.aborted) return;
    board.feedIs({ state: 'failed', reason: messageOf(error) });
    log.error({ evt: 'feed.failed', feed: feed.name, error }, 'the feed cannot go on');
    if (error instanceof Error && error.message.startsWith('impossible')) throw error;
  }
}

/** One stretch of the live part; false when the feed broke and should be started again where it left off. */
async function attempt(run: FeedRun, sink: FeedSink, start: EpochMs): Promise<boolean> {
  const { feed, bus, log, signal, board } = run;
  const through = await untilDone(() => bus.barsThrough(), { evt: 'bars.read', log, signal });
  const from = through !== undefined && through > start ? through : start;
  log.info({ evt: 'feed.run', feed: feed.name, from: iso(from) }, 'live part begins');
  try {
    await feed.run(from, sink);
    return true;
  } catch (error) {
    if (isPermanent(error) || signal.aborted) throw error;
    board.feedIs({ state: 'failed', reason: messageOf(error) });
    log.warn({ evt: 'feed.broke', feed: feed.name, error }, 'the feed broke and is started again');
    return false;
  }
}

/** Returns the instant after which the live part begins. A history that this run already stored is not stored again. */
async function loadHistory({ feed, store, bus, log, runId, signal, resume }: FeedRun): Promise<EpochMs> {
  const retry = { evt: 'history', log, signal };
  const known = await untilDone(() => bus.historyMarker(), retry);
  if (resume) {
    const from = await resume();
    if (known?.run !== runId)
      await untilDone(() => bus.setHistoryMarker({ run: runId, through: iso(from), bars: 0 }), retry);
    return from;
  }
  if (known?.run === runId) return epochMs(Date.parse(known.through));
  let [bars, added] = [0, 0];
  let newest = 0;
  for await (const batch of feed.history()) {
    if (signal.aborted) break;
    added += await untilDone(() => store.save(batch, feed.name), retry);
    bars += batch.length;
    newest = batch.reduce((latest, { bar }) => Math.max(latest, after(bar.at, MINUTE)), newest);
  }
  signal.throwIfAborted();
  const through = feed.startsAt ?? epochMs(newest);
  await untilDone(() => bus.setHistoryMarker({ run: runId, through: iso(through), bars }), retry);
  log.info({ evt: 'history.stored', feed: feed.name, bars, added, through: iso(through) }, 'history is in the store');
  return through;
}

function liveSink(run: FeedRun, start: EpochMs): FeedSink {
  const { feed, bus, board, log, signal, clock } = run;
  const lastAt = new Map<string, EpochMs>();
  let promised = start;
  let sinceLook = 0;
  const refuse = (where: string, reason: string, root?: string): void => {
    board.refused(root);
    log.warn({ evt: 'feed.refused', where, reason }, 'a row was refused');
    bus.deadLetter({ where, reason }).catch((error: unknown) => {
      log.error({ evt: 'dead_letter.failed', where, reason, error }, 'a refused row is only in this log');
    });
  };
  const isAdmitted = ({ root, bar }: FeedBar): boolean => {
    const fault = feedBarFault(root, bar);
    if (fault !== undefined) {
      refuse(`${feed.name} ${root} ${iso(bar.at)}`, fault, root);
      return false;
    }
    const outcome = admit(lastAt.get(root), bar);
    if (outcome !== 'accepted') board.barIgnored(root, outcome);
    return outcome === 'accepted';
  };
  return {
    async bars(bars, completeThrough) {
      const admitted = bars.filter((bar) => {
        const isNew = isAdmitted(bar);
        if (isNew) lastAt.set(bar.root, bar.bar.at);
        return isNew;
      });
      if (completeThrough !== undefined) run.drive?.(completeThrough);
      if (admitted.length > 0) {
        await untilDone(() => bus.appendBars(admitted, feed.name, completeThrough), {
          evt: 'bars.append',
          log,
          signal,
        });
        admitted.forEach(board.barAccepted);
      } else if (completeThrough !== undefined && completeThrough > promised) {
        await untilDone(() => bus.appendClock(completeThrough), { evt: 'bars.append', log, signal });
      }
      if (completeThrough !== undefined && completeThrough > promised) promised = completeThrough;
      if (completeThrough !== undefined) board.completeThrough(completeThrough);
      run.onBars?.(admitted, completeThrough);
      sinceLook += admitted.length;
      const isOld = completeThrough !== undefined && clock.now() - completeThrough > CATCHING_UP_MS;
      if ((Number.isFinite(clock.speed) && !isOld) || sinceLook < LOOK_AT_LAG_EVERY_BARS) return;
      sinceLook = 0;
      // Full speed must leave the intake and the heartbeat their turn, however fast the stream answers.
      await turn();
      await engineCaughtUp(run);
    },
    tick(tick) {
      if (!instrument(tick.root) || !Number.isSafeInteger(tick.price))
        return refuse(feed.name, 'a last price off the grid', tick.root);
      board.ticked(tick);
      run.onTick(tick);
    },
    refused: ({ where, reason }) => refuse(where, reason),
    status(status) {
      board.feedIs(status);
      log.info({ evt: 'feed.status', feed: feed.name, ...status }, 'feed status');
    },
  };
}

async function engineCaughtUp({ bus, log, signal }: FeedRun): Promise<void> {
  while (!signal.aborted) {
    const lag = await untilDone(() => bus.engineLag(), { evt: 'lag.read', log, signal });
    if (lag < ENGINE_LAG_MAX) return;
    await rest(LAG_PAUSE_MS, signal);
  }
}
