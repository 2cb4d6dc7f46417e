import { type Job, Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { epochMs } from '../../kernel/units.js';
import type { DueJob, JobQueue } from '../../ports/jobs.js';
import type { Log } from '../../ports/log.js';

const QUEUE = 'live';
/** Short, so that the job of a killed engine is picked up within seconds; every job is idempotent. */
const LOCK_MS = 3_000;
const STALLED_CHECK_MS = 1_000;
const KEPT_MAX = 2_000;
const LOOK_AGAIN_MS = 500;

export interface LiveQueueOptions {
  /** Fails fast, for adding. */
  readonly producer: Redis;
  /** Waits for Redis, for the worker. */
  readonly worker: Redis;
  readonly prefix: string;
  readonly log: Log;
}

interface Payload {
  readonly name: DueJob['name'];
  readonly at: number;
}

/** The `live` queue: concurrency 1, in the engine's own process. */
export function liveQueue(options: LiveQueueOptions, handle: (job: DueJob) => Promise<void>): JobQueue {
  const { prefix, log } = options;
  const queue = new Queue<Payload>(QUEUE, { connection: options.producer, prefix, skipWaitingForReady: true });
  const finished = new Map<string, () => void>();
  let closed = false;
  const worker = new Worker<Payload>(
    QUEUE,
    async (job) => {
      const id = job.id ?? '';
      await handle({ id, name: job.data.name, at: epochMs(job.data.at) });
      finished.get(id)?.();
    },
    {
      connection: options.worker,
      prefix,
      concurrency: 1,
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_CHECK_MS,
      maxStalledCount: 100,
    },
  );
  const report = (error: Error) => log.warn({ evt: 'jobs.redis', err: error.message }, 'job queue lost Redis');
  queue.on('error', report);
  worker.on('error', report);
  worker.on('failed', (job, error) => {
    log.error({ evt: 'jobs.failed', job: job?.id, err: error.stack }, 'a job failed and will be tried again');
  });

  return {
    async run({ id, name, at }) {
      const isFinished = new Promise<void>((resolve) => finished.set(id, resolve));
      try {
        const job = await queue.add(
          name,
          { name, at },
          {
            jobId: id,
            attempts: 1_000,
            backoff: { type: 'fixed', delay: LOOK_AGAIN_MS },
            removeOnComplete: { count: KEPT_MAX },
            removeOnFail: { count: KEPT_MAX },
          },
        );
        await Promise.race([isFinished, alreadyDone(job)]);
        if (closed) throw new Error('the job queue is closing');
      } finally {
        finished.delete(id);
      }
    },
    async close() {
      closed = true;
      await worker.close();
      await queue.close();
    },
  };

  /** A job another engine finished is never handed to our worker, so its state is asked for now and then. */
  async function alreadyDone(job: Job<Payload>): Promise<void> {
    while (finished.has(job.id ?? '') && !closed) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
      if (!finished.has(job.id ?? '')) return;
      const state = await job.getState().catch(() => 'unknown');
      if (state === 'completed' || state === 'failed') return;
    }
  }
}
