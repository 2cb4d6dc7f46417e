import { Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { parseTradingDay } from '../../domain/sessions/trading-day.js';
import type { Log } from '../../ports/log.js';
import type { ResearchJob, ResearchQueue } from '../../ports/research-queue.js';

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

type Payload = Omit<ResearchJob, 'id'>;

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
      });
    },
    async close() {
      await worker.close();
      await queue.close();
    },
  };
}

function jobOf(id: string | undefined, { name, root, day }: Payload): ResearchJob {
  const tradingDay = parseTradingDay(day);
  if (id === undefined || tradingDay === undefined) throw new Error(`a ${name} job of ${root} without its day`);
  return { id, name, root, day: tradingDay };
}
