import { Redis } from 'ioredis';

export type RedisUse = 'producer' | 'blocking-reader' | 'queue-worker';

const RECONNECT_AFTER_MS_MAX = 500;

/**
 * Opens a connection. `url` is `redis://…` or `unix:///path/redis.sock`. A producer fails fast while Redis is away (its
 * caller decides what to do); readers and queue workers wait for it to come back.
 */
export function connectRedis(url: string, use: RedisUse): Redis {
  const options = {
    // RESP2 replies have one shape whatever the server's age; nothing here needs RESP3.
    protocol: 2 as const,
    retryStrategy: (attempt: number) => Math.min(50 * attempt, RECONNECT_AFTER_MS_MAX),
    ...(use === 'producer' ? { maxRetriesPerRequest: 1, commandTimeout: 5_000 } : { maxRetriesPerRequest: null }),
  };
  const redis = url.startsWith('unix:')
    ? new Redis({ ...options, path: new URL(url).pathname })
    : new Redis(url, options);
  // Each call already rejects with the reason; without a listener ioredis prints the same error to the console.
  redis.on('error', () => {});
  return redis;
}
