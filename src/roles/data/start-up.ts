import { rest } from '../../kernel/rest.js';
import { after, DAY, type EpochMs, epochMs, MINUTE } from '../../kernel/units.js';
import type { BarStore } from '../../ports/bar-store.js';
import type { DataBus } from '../../ports/bus.js';
import type { Clock } from '../../ports/clock.js';
import type { FeedStatus } from '../../ports/feed.js';
import type { Log } from '../../ports/log.js';
import { untilDone } from './retry.js';

/** A live feed is asked for no more than this at a start; what lies further back is the backfill's. */
const LOOK_BACK_MS = 7 * DAY;

export interface Resume {
  readonly store: Pick<BarStore, 'newest'>;
  readonly roots: readonly string[];
  readonly now: EpochMs;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/**
 * Where a live feed goes on: at the newest stored bar of the root that lags most. A root that has none yet, or has had
 * none for days, does not send the others back: its past is filled in by the backfill.
 */
export async function resumeAt({ store, roots, now, log, signal }: Resume): Promise<EpochMs> {
  const earliest = after(now, -LOOK_BACK_MS);
  const newest: number[] = [];
  for (const root of roots) {
    const at = await untilDone(() => store.newest(root), { evt: 'bars.newest', log, signal });
    if (at !== undefined && at >= earliest) newest.push(at + MINUTE);
  }
  return newest.length === 0 ? earliest : epochMs(Math.min(...newest));
}

export interface StartUp {
  /** The minutes since the newest stored bar were fetched, the engine has decided them and made its plan anew. */
  isReady(): boolean;
  readonly done: Promise<void>;
}

export interface StartUpOptions {
  readonly bus: Pick<DataBus, 'engineLag' | 'published' | 'sendRefresh'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly feedState: () => FeedStatus['state'];
  readonly completeThrough: () => EpochMs | undefined;
}

const LOOK_EVERY_MS = 200;
/** A live feed that says nothing has nothing: a shut market, or a quiet one. Wall milliseconds. */
const NOTHING_MORE_MS = 10_000;
/** A feed that cannot be reached, or a platform that is not started, is said by its own state. Wall milliseconds. */
const WAIT_FOR_FEED_MS = 60_000;
/** An engine that is away is said by its own silence. Wall milliseconds. */
const ASK_AGAIN_MS = 5_000;

export function startUp(options: StartUpOptions): StartUp {
  let isReady = false;
  const done = becomeReady(options).then(() => {
    isReady = true;
  });
  return { isReady: () => isReady, done };
}

async function becomeReady(options: StartUpOptions): Promise<void> {
  const { bus, clock, log, signal } = options;
  const began = clock.now();
  await until(options, createFetched(options, began));
  const retry = { evt: 'engine.lag', log, signal };
  await until(options, async () => (await untilDone(() => bus.engineLag(), retry)) === 0);
  // The plan of before was made without these minutes.
  let askedAt = Number.NEGATIVE_INFINITY;
  await until(options, async () => {
    const plan = await untilDone(() => bus.published(), retry).then((it) => it.plan);
    if (plan && Date.parse(plan.as_of) >= began) return true;
    if (clock.elapsed() - askedAt > ASK_AGAIN_MS) {
      askedAt = clock.elapsed();
      await untilDone(() => bus.sendRefresh(clock.now()), retry);
    }
    return false;
  });
  if (!signal.aborted) log.info({ evt: 'data.ready' }, 'the minutes since the newest stored bar are decided');
}

/** Whether everything that closed before the start is in the stream, or nothing more can be expected of the feed. */
function createFetched({ clock, feedState, completeThrough }: StartUpOptions, began: EpochMs): () => boolean {
  const beganAt = clock.elapsed();
  const target = Math.floor(began / MINUTE) * MINUTE;
  let seen = { through: 0, at: beganAt };
  return () => {
    const through = completeThrough() ?? 0;
    if (through >= target) return true;
    if (through !== seen.through || feedState() === 'starting') seen = { through, at: clock.elapsed() };
    const quietMs = clock.elapsed() - (feedState() === 'live' ? seen.at : beganAt);
    return quietMs > (feedState() === 'live' ? NOTHING_MORE_MS : WAIT_FOR_FEED_MS);
  };
}

async function until({ signal }: StartUpOptions, isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!signal.aborted && !(await isSo())) await rest(LOOK_EVERY_MS, signal);
}
