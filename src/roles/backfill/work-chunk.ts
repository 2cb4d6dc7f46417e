import { mayBackfill } from '../../domain/bars/backfill.js';
import { OperationalError } from '../../kernel/errors.js';
import { rest } from '../../kernel/rest.js';
import { iso, MINUTE } from '../../kernel/units.js';
import type {
  BackfillChunk,
  BackfillStore,
  ChunkEnd,
  ChunkProgress,
  ClaimedChunk,
  Hold,
} from '../../ports/backfill-store.js';
import type { Clock } from '../../ports/clock.js';
import type { HistorySource } from '../../ports/history-source.js';
import type { Log } from '../../ports/log.js';
import { type FillDeps, fillChunk } from './fill-chunk.js';
import { doneText, minutesText } from './text.js';

export interface WorkDeps extends FillDeps {
  readonly store: BackfillStore;
  readonly clock: Clock;
  readonly log: Log;
  /** Opens a vendor once and keeps it; rejects with CONFIG_INVALID where its settings are missing. */
  readonly source: (name: string) => HistorySource;
  readonly isAlone: (source: string) => boolean;
  /** Names this process among all that work on the queue. */
  readonly holder: string;
  readonly signal: AbortSignal;
  /** Wall milliseconds between two signs of life; a test may hurry. */
  readonly renewEveryMs?: number;
  readonly tryAgainMs?: number;
}

const RENEW_EVERY_MS = 3_000;
/** A vendor that waits for its own pace or a nightly reset may say nothing for long; for longer it is away. */
export const SILENCE_MS_MAX = 45 * MINUTE;
/** A database or archive that is away is waited for about a minute; after it the chunk is for the next run. */
const TRIES_MAX = 60;
const TRY_AGAIN_MS = 1_000;

export type Worked = 'done' | 'failed' | 'stopped' | 'put-back' | 'not-ours';

/** Takes a chunk up and brings it to an end, in the one process that holds it. */
export async function workChunk(id: string, deps: WorkDeps): Promise<Worked> {
  const { store, holder, clock, log } = deps;
  const waiting = (await store.waiting()).find((chunk) => chunk.id === id);
  if (!waiting) return 'not-ours';
  if (!waiting.isForced && !mayBackfill(clock.now())) return 'put-back';
  const chunk = await store.claim(id, { name: holder, isAlone: deps.isAlone(waiting.source) });
  if (!chunk) return 'not-ours';
  const hold = holdChunk(chunk, deps);
  const outcome = await patiently(chunk, deps, hold);
  await hold.release();
  if (outcome === 'lost') return 'not-ours';
  if (outcome === 'stopped' || outcome === 'put-back') {
    // What was loaded since the last sign of life counts, too.
    await store.renew(id, holder, hold.progress()).catch(() => undefined);
    if (outcome === 'put-back') await store.release(id, holder).catch(() => {});
    return outcome;
  }
  const part = await untilStored(() => store.end(id, holder, outcome), deps);
  const { root } = chunk;
  if (outcome.state === 'failed')
    log.warn({ evt: 'backfill.failed', chunk: id, reason: outcome.reason }, `${root}: ${outcome.reason}`);
  else log.debug({ evt: 'backfill.chunk', chunk: id, bars: outcome.bars }, 'a month is done');
  if (part?.isLast) log.info({ evt: 'backfill.done', root, bars: part.bars, ...part.range }, doneText(root, part));
  return outcome.state;
}

type Outcome = ChunkEnd | 'stopped' | 'lost' | 'put-back';

async function patiently(chunk: BackfillChunk, deps: WorkDeps, hold: ChunkHold): Promise<Outcome> {
  const { log, signal } = deps;
  for (let attempt = 1; ; attempt += 1) {
    const { bars } = hold.progress();
    try {
      const source = deps.source(chunk.source);
      await fillChunk(chunk, deps, { source, signal: hold.signal, barsBefore: bars, onProgress: hold.onProgress });
      return { state: 'done', ...hold.progress() };
    } catch (error) {
      const reason = hold.signal.aborted ? hold.signal.reason : undefined;
      if (signal.aborted || reason === 'live-hours') return 'put-back';
      if (reason === 'stopped' || reason === 'lost') return reason;
      const why =
        reason === 'silence' ? `${chunk.source} said nothing for ${SILENCE_MS_MAX / MINUTE} minutes` : textOf(error);
      if (error instanceof OperationalError && error.code !== 'POSTGRES_UNAVAILABLE') return failed(chunk, hold, why);
      if (reason === 'silence' || attempt >= TRIES_MAX) return failed(chunk, hold, why);
      log.warn({ evt: 'backfill.again', chunk: chunk.id, attempt, err: why }, 'a month is interrupted and tried again');
      await rest(deps.tryAgainMs ?? TRY_AGAIN_MS, hold.signal);
    }
  }
}

function failed(chunk: BackfillChunk, hold: ChunkHold, why: string): ChunkEnd {
  const { minutesDone } = hold.progress();
  const left = chunk.minutes - minutesDone;
  const range = `${iso(chunk.from).slice(0, 16)}Z to ${iso(chunk.to).slice(0, 16)}Z`;
  return {
    state: 'failed',
    ...hold.progress(),
    reason: `${minutesText(left)} of ${range} ${left === 1 ? 'is' : 'are'} still missing: ${why}`,
  };
}

const textOf = (error: unknown): string =>
  error instanceof OperationalError
    ? `${error.code}: ${error.message}`
    : error instanceof Error
      ? error.message
      : String(error);

interface ChunkHold {
  /** Aborted with `stopped`, `lost`, `live-hours`, `silence` or, when the process leaves, its own reason. */
  readonly signal: AbortSignal;
  progress(): ChunkProgress;
  onProgress(progress: ChunkProgress): void;
  release(): Promise<void>;
}

/** Gives signs of life, and looks whether to go on, while a chunk is worked on. */
function holdChunk(chunk: ClaimedChunk, deps: WorkDeps): ChunkHold {
  const { store, holder, clock, renewEveryMs = RENEW_EVERY_MS } = deps;
  const ending = new AbortController();
  const signal = AbortSignal.any([ending.signal, deps.signal]);
  let progress: ChunkProgress = { minutesDone: 0, bars: chunk.bars };
  let heardAt = clock.elapsed();
  let looking: Promise<void> = Promise.resolve();
  const look = async (): Promise<void> => {
    // A database that is away says nothing about the hold; `end` asks again.
    const hold: Hold = await store.renew(chunk.id, holder, progress).catch(() => 'held' as const);
    if (hold !== 'held') ending.abort(hold);
    else if (!chunk.isForced && !mayBackfill(clock.now())) ending.abort('live-hours');
    else if (clock.elapsed() - heardAt > SILENCE_MS_MAX) ending.abort('silence');
  };
  const timer = setInterval(() => {
    looking = looking.then(look);
  }, renewEveryMs);
  return {
    signal,
    progress: () => progress,
    onProgress(next) {
      progress = next;
      heardAt = clock.elapsed();
    },
    async release() {
      clearInterval(timer);
      await looking;
    },
  };
}

async function untilStored<T>(action: () => Promise<T>, { signal, tryAgainMs = TRY_AGAIN_MS }: WorkDeps): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await action();
    } catch (error) {
      if (signal.aborted || attempt >= TRIES_MAX) throw error;
      await rest(tryAgainMs, signal);
    }
  }
}
