import { afterAll } from 'vitest';
import { liveQueue } from '../../../src/adapters/bullmq/live-queue.js';
import { auditRepository } from '../../../src/adapters/postgres/audit-repository.js';
import { barRepository } from '../../../src/adapters/postgres/bar-repository.js';
import { connectPostgres } from '../../../src/adapters/postgres/client.js';
import { historyRepository } from '../../../src/adapters/postgres/history-repository.js';
import { migrate } from '../../../src/adapters/postgres/migrate.js';
import { regimeRepository } from '../../../src/adapters/postgres/regime-repository.js';
import { connectRedis } from '../../../src/adapters/redis/connection.js';
import { engineBus } from '../../../src/adapters/redis/engine-bus.js';
import type { EpochMs } from '../../../src/kernel/units.js';
import { heartbeatSchema } from '../../../src/messages/dashboard.js';
import { redisNames } from '../../../src/messages/streams.js';
import type { Clock } from '../../../src/ports/clock.js';
import { type Engine, startEngine } from '../../../src/roles/engine/engine.js';
import { newCopilot } from '../../support/copilot-day.js';
import { memoryLog } from '../../support/memory-bus.js';
import { testPostgres, testRedis } from '../../support/services.js';

/** Real stores, and engines of a live run on a clock of the test's own. Call at the top level. */
export async function liveStores(roots: readonly string[]) {
  const [redisUrl, postgresUrl] = (await Promise.all([testRedis(), testPostgres()])).map(({ url }) => url);
  if (!redisUrl || !postgresUrl) throw new Error('no services');
  const sql = connectPostgres({ url: postgresUrl });
  await migrate(sql);
  const redis = connectRedis(redisUrl, 'producer');
  const names = redisNames('');
  const closers: (() => Promise<void>)[] = [];
  afterAll(async () => {
    for (const close of closers.splice(0).reverse()) await close();
    redis.disconnect();
    await sql.end();
  });
  const connect = (profile: Parameters<typeof connectRedis>[1]) => connectRedis(redisUrl, profile);

  async function engine(clock: Clock): Promise<{ readonly engine: Engine; stop(): Promise<void> }> {
    const [mine, reader, quoteReader, worker] = [
      connect('producer'),
      connect('blocking-reader'),
      connect('blocking-reader'),
      connect('queue-worker'),
    ] as const;
    const log = memoryLog();
    const started = await startEngine({
      bus: engineBus({ redis: mine, reader, quoteReader }, names),
      audit: auditRepository(sql, 'test'),
      bars: barRepository(sql),
      history: historyRepository(sql),
      regimes: regimeRepository(sql),
      openQueue: (handle) => liveQueue({ producer: mine, worker, prefix: names.queuePrefix, log }, handle),
      makeState: (start: EpochMs) => newCopilot(start, roots),
      owner: `engine-${Math.trunc(performance.now() * 1_000)}`,
      run: { mode: 'live', runId: 'live' },
      clock,
      drive: undefined,
      names,
      log,
    });
    let isStopped = false;
    const stop = async (): Promise<void> => {
      if (isStopped) return;
      isStopped = true;
      await started.stop();
      for (const connection of [mine, reader, quoteReader, worker]) connection.disconnect();
    };
    closers.push(stop);
    return { engine: started, stop };
  }

  return {
    redisUrl,
    postgresUrl,
    sql,
    redis,
    names,
    connect,
    engine,
    /** The newest heartbeat of an engine. */
    async beat() {
      const text = await redis.get(names.heartbeat);
      return text === null ? undefined : heartbeatSchema.parse(JSON.parse(text));
    },
    onEnd: (close: () => Promise<void>) => void closers.push(close),
  };
}
