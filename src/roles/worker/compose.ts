import { constants, setPriority } from 'node:os';
import { researchQueue } from '../../adapters/bullmq/research-queue.js';
import { barRepository } from '../../adapters/postgres/bar-repository.js';
import { connectPostgres } from '../../adapters/postgres/client.js';
import { historyRepository } from '../../adapters/postgres/history-repository.js';
import { regimeRepository } from '../../adapters/postgres/regime-repository.js';
import { connectRedis } from '../../adapters/redis/connection.js';
import { workerBus } from '../../adapters/redis/worker-bus.js';
import type { RoleContext, RunningRole } from '../../config/role-context.js';
import { codeVersion } from '../../config/version.js';
import { OperationalError } from '../../kernel/errors.js';
import { redisNames } from '../../messages/streams.js';
import { startWorker } from './worker.js';

/** Wires the worker role; `startWorker` is the role itself. */
export async function runWorker({ config, run, log }: RoleContext): Promise<RunningRole> {
  if (!config.redisUrl) throw new OperationalError('REDIS_UNAVAILABLE', 'the worker needs REDIS_URL');
  if (!config.databaseUrl) throw new OperationalError('POSTGRES_UNAVAILABLE', 'the worker needs DATABASE_URL');
  // Research gives way to the live roles wherever they share a machine.
  setPriority(constants.priority.PRIORITY_LOW);
  const names = redisNames(config.prefix);
  const sql = connectPostgres({ url: config.databaseUrl, connectionsMax: 2 });
  const producer = connectRedis(config.redisUrl, 'producer');
  const blocking = connectRedis(config.redisUrl, 'queue-worker');
  const worker = startWorker({
    bars: barRepository(sql),
    regimes: regimeRepository(sql),
    history: historyRepository(sql),
    bus: workerBus(producer, names),
    openQueue: (handle) => researchQueue({ producer, worker: blocking, prefix: names.queuePrefix, log }, handle),
    roots: config.watchlist,
    runId: run.runId,
    code: await codeVersion(),
    log,
  });
  return {
    async close() {
      await worker.close();
      for (const connection of [producer, blocking]) connection.disconnect();
      await sql.end({ timeout: 2 });
    },
  };
}
