import { OperationalError } from '../../kernel/errors.js';
import { redisNames } from '../../messages/streams.js';
import type { RunMarker } from '../../messages/up-state.js';
import { connectRedis } from './connection.js';

const SCAN_COUNT = 500;

/** Whose data a Redis holds, and the means to empty it of ours; `close` when done. */
export function redisClaim(url: string, prefix: string) {
  const redis = connectRedis(url, 'producer');
  const { queuePrefix, dashboardLive: _channel, ...keys } = redisNames(prefix);
  const ours = Object.values(keys);
  const unreachable = (cause: unknown): never => {
    throw new OperationalError('REDIS_UNAVAILABLE', 'Redis at REDIS_URL does not answer', { cause });
  };
  return {
    marker: async (): Promise<string | undefined> => (await redis.get(keys.run).catch(unreachable)) ?? undefined,
    hasState: async (): Promise<boolean> => (await redis.exists(...ours)) > 0,
    async clear(): Promise<void> {
      await redis.del(...ours);
      for await (const found of redis.scanStream({ match: `${queuePrefix}:*`, count: SCAN_COUNT })) {
        if (found.length > 0) await redis.del(...found);
      }
    },
    mark: async (marker: RunMarker): Promise<void> => {
      await redis.set(keys.run, JSON.stringify(marker));
    },
    close: (): void => redis.disconnect(),
  };
}
