import { hostname } from 'node:os';
import { liveQueue } from '../../adapters/bullmq/live-queue.js';
import { auditRepository } from '../../adapters/postgres/audit-repository.js';
import { barRepository } from '../../adapters/postgres/bar-repository.js';
import { connectPostgres } from '../../adapters/postgres/client.js';
import { historyRepository } from '../../adapters/postgres/history-repository.js';
import { regimeRepository } from '../../adapters/postgres/regime-repository.js';
import { connectRedis } from '../../adapters/redis/connection.js';
import { engineBus } from '../../adapters/redis/engine-bus.js';
import type { RoleContext, RunningRole } from '../../config/role-context.js';
import { codeVersion } from '../../config/version.js';
import { emptyBookAt } from '../../domain/accounts/book.js';
import { createCopilot } from '../../domain/copilot/state.js';
import { defaultLimits } from '../../domain/risk/limits.js';
import { OperationalError } from '../../kernel/errors.js';
import { redisNames } from '../../messages/streams.js';
import { startEngine } from './engine.js';

/** Wires the engine role; `startEngine` is the role itself. */
export async function runEngine(ctx: RoleContext): Promise<RunningRole> {
  const { config, run, clock, log } = ctx;
  if (!config.redisUrl) throw new OperationalError('REDIS_UNAVAILABLE', 'the engine needs REDIS_URL');
  if (!config.databaseUrl) throw new OperationalError('POSTGRES_UNAVAILABLE', 'the engine needs DATABASE_URL');
  const redisUrl = config.redisUrl;
  const names = redisNames(config.prefix);
  const sql = connectPostgres({ url: config.databaseUrl });
  const redis = connectRedis(redisUrl, 'producer');
  const reader = connectRedis(redisUrl, 'blocking-reader');
  const quoteReader = connectRedis(redisUrl, 'blocking-reader');
  const worker = connectRedis(redisUrl, 'queue-worker');
  const connections = [redis, reader, quoteReader, worker];
  const code = await codeVersion();
  const engine = await startEngine({
    bus: engineBus({ redis, reader, quoteReader }, names),
    audit: auditRepository(sql, code),
    bars: barRepository(sql),
    history: historyRepository(sql),
    regimes: regimeRepository(sql),
    openQueue: (handle) => liveQueue({ producer: redis, worker, prefix: names.queuePrefix, log }, handle),
    makeState: (start) =>
      createCopilot({
        roots: config.watchlist,
        accountSize: config.accountSize,
        limits: defaultLimits(config.accountSize),
        book: emptyBookAt(clock.speed),
        gate: config.gate,
        start,
      }),
    owner: `${hostname()}-${process.pid}`,
    run,
    clock,
    drive: ctx.drive,
    names,
    log,
  });
  return {
    async close() {
      await engine.stop();
      for (const connection of connections) connection.disconnect();
      await sql.end({ timeout: 2 });
    },
  };
}
