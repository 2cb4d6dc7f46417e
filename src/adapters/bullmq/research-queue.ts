import { Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { parseTradingDay } from '../../domain/sessions/trading-day.js';
import type { Log } from '../../ports/log.js';
import type { BackfillJob, ResearchJob, ResearchQueue, TrainJob } from '../../ports/research-queue.js';

const QUEUE = 'research';
/** Short, so that the job of a killed worker is taken up again within seconds; every job is idempotent. */
const LOCK_MS = 5_000;
const STALLED_CHECK_MS = 2_000;
const KEPT_MAX = 1_000;
const TRIES_MAX = 20;
const TRY_AGAIN_MS = 3_000;

export interface ResearchQueueOptions {
  /** Fails fast, for adding. */
  readonly producer: Redis;
  /** Waits for Redis, for the worker. */
  readonly worker: Redis;
  readonly prefix: string;
  readonly log: Log;
}

type Payload = Omit<TrainJob, 'id'> | Omit<BackfillJob, 'id'>;

/** Behind everything that has no number: a model is worth more than old bars. */
const BACKFILL_PRIORITY = 10;
/** The store knows what is still to be done, and puts it in again. */
const BACKFILL_HABITS = { attempts: 1, priority: BACKFILL_PRIORITY, removeOnComplete: true } as const;

/** The `research` queue: one job at a time in this process, any number of processes. */
export function researchQueue(
  { producer, worker: workerConnection, prefix, log }: ResearchQueueOptions,
  handle: (job: ResearchJob) => Promise<void>,
): ResearchQueue {
  const queue = new Queue<Payload>(QUEUE, { connection: producer, prefix, skipWaitingForReady: true });
  const worker = new Worker<Payload>(QUEUE, async (job) => handle(jobOf(job.id, job.data)), {
    connection: workerConnection,
    prefix,
    concurrency: 1,
    lockDuration: LOCK_MS,
    stalledInterval: STALLED_CHECK_MS,
    maxStalledCount: 100,
  });
  const report = (error: Error) => log.warn({ evt: 'jobs.redis', err: error.message }, 'research queue lost Redis');
  queue.on('error', report);
  worker.on('error', report);
  worker.on('failed', (job, error) => {
    log.error({ evt: 'jobs.failed', job: job?.id, err: error.stack }, 'a research job failed and will be tried again');
  });
  return {
    async add({ id, ...payload }) {
      await queue.add(payload.name, payload, {
        jobId: id,
        attempts: TRIES_MAX,
        backoff: { type: 'fixed', delay: TRY_AGAIN_MS },
        removeOnComplete: { count: KEPT_MAX },
        // Given up for now: whoever finds it still without an outcome may put it in again.
        removeOnFail: true,
        ...(payload.name === 'backfill' && BACKFILL_HABITS),
      });
    },
    async close() {
      await worker.close();
      await queue.close();
    },
  };
}

function jobOf(id: string | undefined, payload: Payload): ResearchJob {
  const { name, root } = payload;
  if (id === undefined) throw new Error(`a ${name} job of ${root} without its id`);
  if (name === 'backfill') return { id, name, root };
  const day = parseTradingDay(payload.day);
  if (day === undefined) throw new Error(`a ${name} job of ${root} without its day`);
  return { id, name, root, day };
}
