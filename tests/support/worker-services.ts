import { afterAll } from 'vitest';
import { connectRedis } from '../../src/adapters/redis/connection.js';
import { dataBus } from '../../src/adapters/redis/data-bus.js';
import { type EpochMs, iso } from '../../src/kernel/units.js';
import { redisNames } from '../../src/messages/streams.js';
import { testRedis } from './services.js';
import { testDatabase } from './test-database.js';

/** The Redis and the database of a worker; ended after the calling test file. */
export async function workerServices() {
  const [{ url: redisUrl }, { url: postgresUrl, sql }] = await Promise.all([testRedis(), testDatabase()]);
  const [redis, names] = [connectRedis(redisUrl, 'producer'), redisNames('')];
  afterAll(() => redis.disconnect());
  return {
    redisUrl,
    postgresUrl,
    sql,
    redis,
    names,
    openForWork: (through: EpochMs) => openForWork(redisUrl, through),
  };
}

/** What a worker waits for: the history of its run is there, and an engine shows something. */
export async function openForWork(redisUrl: string, through: EpochMs): Promise<void> {
  const [redis, names] = [connectRedis(redisUrl, 'producer'), redisNames('')];
  await dataBus(redis, names).setHistoryMarker({ run: 'live', through: iso(through), bars: 1 });
  await redis.set(names.heartbeat, '{}');
  redis.disconnect();
}
