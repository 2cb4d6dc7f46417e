import { afterAll } from 'vitest';
import { liveQueue } from '../../../src/adapters/bullmq/live-queue.js';
import { auditRepository } from '../../../src/adapters/postgres/audit-repository.js';
import { barRepository } from '../../../src/adapters/postgres/bar-repository.js';
import { connectPostgres } from '../../../src/adapters/postgres/client.js';
import { historyRepository } from '../../../src/adapters/postgres/history-repository.js';
import { migrate } from '../../../src/adapters/postgres/migrate.js';
import { regimeRepository } from '../../../src/adapters/postgres/regime-repository.js';
import { connectRedis } from '../../../src/adapters/redis/connection.js';
import { dashboardSource } from '../../../src/adapters/redis/dashboard-source.js';
import { dataBus } from '../../../src/adapters/redis/data-bus.js';
import { engineBus } from '../../../src/adapters/redis/engine-bus.js';
import type { EpochMs } from '../../../src/kernel/units.js';
import { heartbeatSchema } from '../../../src/messages/dashboard.js';
import { redisNames } from '../../../src/messages/streams.js';
import type { Clock } from '../../../src/ports/clock.js';
import type { Feed } from '../../../src/ports/feed.js';
import { type RunningData, startData } from '../../../src/roles/data/data.js';
import { createArbiter } from '../../../src/roles/data/sources/arbiter.js';
import { type Engine, startEngine } from '../../../src/roles/engine/engine.js';
import { createApp } from '../../../src/roles/web/app.js';
import { listen } from '../../../src/roles/web/server.js';
import { newCopilot } from '../../support/copilot-day.js';
import { memoryLog } from '../../support/memory-bus.js';
import { testPostgres, testRedis } from '../../support/services.js';

export const KEY = 'a-key-of-many-letters';

/** Real stores, and the roles of a live run on a clock of the test's own. Call at the top level. */
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

  /** The data role on these feeds; each root has all of them, in this order, unless it is told otherwise. */
  async function data(clock: Clock, sources: readonly Feed[], order?: Readonly<Record<string, readonly string[]>>) {
    const all = sources.map(({ name }) => name);
    const orders = new Map(roots.map((root) => [root, order?.[root] ?? all]));
    const feed = createArbiter({ sources, orders, clock, log: memoryLog() });
    const mine = connect('producer');
    const running: RunningData = await startData({
      bus: dataBus(mine, names),
      store: barRepository(sql),
      feed,
      sources: feed.report,
      clock,
      drive: undefined,
      log: memoryLog(),
      roots,
      runId: 'live',
      intake: { host: '127.0.0.1', port: 0, apiKey: KEY },
    });
    closers.push(async () => {
      await running.close();
      mine.disconnect();
    });
    return running;
  }

  /** A web role; gives its address. */
  async function web(clock: Clock): Promise<string> {
    const source = dashboardSource({ redis, openReader: () => connect('blocking-reader') }, names, async () => true);
    const version = { sha: 'test', builtAt: 'now', configHash: 'none' };
    const app = await createApp({ source, clock, mode: 'live', log: memoryLog(), version });
    closers.push(async () => app.close());
    return `http://127.0.0.1:${await listen(app, { host: '127.0.0.1', port: 0 })}`;
  }

  return {
    redisUrl,
    postgresUrl,
    sql,
    redis,
    names,
    connect,
    engine,
    data,
    web,
    /** The newest heartbeat of an engine. */
    async beat() {
      const text = await redis.get(names.heartbeat);
      return text === null ? undefined : heartbeatSchema.parse(JSON.parse(text));
    },
  };
}
