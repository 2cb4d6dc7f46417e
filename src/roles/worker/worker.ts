import { instrument } from '../../domain/instruments/catalogue/index.js';
import { trainingDue } from '../../domain/regime/training.js';
import { sessionCalendar } from '../../domain/sessions/calendars/index.js';
import { messageOf } from '../../kernel/errors.js';
import { rest } from '../../kernel/rest.js';
import { after, type EpochMs, MINUTE } from '../../kernel/units.js';
import type { ResearchJob, ResearchQueue, TrainJob } from '../../ports/research-queue.js';
import type { WorkerBus } from '../../ports/worker-bus.js';
import { workChunk } from '../backfill/work-chunk.js';
import type { ArchiveNights } from './archive-night.js';
import { addBackfills, type BackfillDeps } from './backfill.js';
import { type TrainDeps, trainRegimeJob } from './train-regime.js';

const LOOK_EVERY_MS = 2_000;

export interface WorkerDeps extends TrainDeps {
  readonly bus: WorkerBus;
  readonly openQueue: (handle: (job: ResearchJob) => Promise<void>) => ResearchQueue;
  /** The watch list. */
  readonly roots: readonly string[];
  readonly runId: string;
  /** Bars of the past; absent where there is nobody to ask for them. */
  readonly backfill?: BackfillDeps;
  /** Absent in a practice run. */
  readonly archive?: ArchiveNights;
  readonly lookEveryMs?: number;
}

export interface RunningWorker {
  close(): Promise<void>;
}

/**
 * Long computations, away from the engine. What is due is read from the bars in the store and not from a clock: a training
 * falls due when a bar from after its hour has been stored, so nothing is missed by being down and nothing is done early.
 * The job's id and its outcome in the store see to it that no training is done twice.
 */
export function startWorker(deps: WorkerDeps): RunningWorker {
  const stopping = new AbortController();
  const queue = deps.openQueue((job) => handle(job, deps, stopping.signal));
  const looking = look(deps, queue, stopping.signal);
  return {
    async close() {
      stopping.abort();
      await looking;
      await deps.archive?.close();
      await queue.close();
    },
  };
}

async function handle(job: ResearchJob, deps: WorkerDeps, signal: AbortSignal): Promise<void> {
  if (job.name === 'train-regime') await trainRegimeJob(job, deps);
  else if (deps.backfill) await workChunk(job.id, { ...deps.backfill, signal });
}

async function look(deps: WorkerDeps, queue: ResearchQueue, signal: AbortSignal): Promise<void> {
  const { bus, log, runId, lookEveryMs = LOOK_EVERY_MS } = deps;
  const finished = new Set<string>();
  let isReady = false;
  let trouble: string | undefined;
  while (!signal.aborted) {
    const due = await reasonWhyNot(async () => {
      // A first card is worth more than a model: until the engine shows something, it has the machine to itself.
      isReady ||= (await bus.historyMarker())?.run === runId && (await bus.engineBeats());
      if (isReady) await addDue(deps, queue, finished);
      if (isReady && deps.backfill) await addBackfills(deps.backfill, queue, finished);
    });
    // By itself: a run of the archive is ended at the session's start whatever ails the rest.
    const archive = await reasonWhyNot(async () => (isReady ? deps.archive?.look() : undefined));
    const reason = due ?? archive;
    if (reason !== undefined && reason !== trouble)
      log.warn({ evt: 'worker.look', err: reason }, 'cannot see what is due, looking again');
    trouble = reason;
    await rest(lookEveryMs, signal);
  }
}

async function reasonWhyNot(action: () => Promise<void>): Promise<string | undefined> {
  try {
    await action();
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

async function addDue(deps: WorkerDeps, queue: ResearchQueue, finished: Set<string>): Promise<void> {
  for (const root of deps.roots) {
    const newest = await deps.bars.newest(root);
    const job = newest === undefined ? undefined : trainingJob(root, after(newest, MINUTE));
    if (!job || finished.has(job.id)) continue;
    if (await deps.regimes.hasOutcome(job.id)) finished.add(job.id);
    else await queue.add(job);
  }
}

/** The newest training of an instrument that is due once its market has come to an instant. */
export function trainingJob(root: string, marketTime: EpochMs): TrainJob | undefined {
  const spec = instrument(root);
  if (!spec) return undefined;
  const { day } = trainingDue(marketTime, sessionCalendar(spec.calendar));
  return { id: `train-regime-${day}-${root}`, name: 'train-regime', root, day };
}
