import { afterAll, afterEach } from 'vitest';
import { connectRedis } from '../../../src/adapters/redis/connection.js';
import { dashboardSource } from '../../../src/adapters/redis/dashboard-source.js';
import { engineBus } from '../../../src/adapters/redis/engine-bus.js';
import { iso } from '../../../src/kernel/units.js';
import { redisNames } from '../../../src/messages/streams.js';
import type { DashboardSource } from '../../../src/ports/dashboard-source.js';
import { createApp } from '../../../src/roles/web/app.js';
import { listen } from '../../../src/roles/web/server.js';
import { openStream, type StreamQuestion, type StreamReader } from '../../support/stream-reader.js';
import { runningClock } from '../../support/test-clock.js';
import { MORNING, quietLog, statusAt } from '../../support/web-source.js';

const BEAT_MS = 300;

/** The engine's side of a real Redis and web roles on it, ended after each test. Call at the top level. */
export function redisWebs(url: string) {
  const connections: ReturnType<typeof connectRedis>[] = [];
  const closers: (() => unknown)[] = [];
  const open = (use: Parameters<typeof connectRedis>[1]) => {
    const redis = connectRedis(url, use);
    connections.push(redis);
    return redis;
  };
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });
  afterAll(() => {
    for (const redis of connections) redis.disconnect();
  });

  return {
    open,
    /** An engine that publishes what it is told and whose heart beats. */
    engine(prefix: string) {
      const redis = open('producer');
      const names = redisNames(prefix);
      const bus = engineBus({ redis, reader: redis, quoteReader: redis }, names);
      const clock = runningClock(MORNING, 1);
      let beat = 0;
      const beatOnce = async (): Promise<void> => {
        beat += 1;
        const at = iso(clock.now());
        await bus.heartbeat({ at, mode: 'demo', beat, status: statusAt(clock.now()), dashboard_id: '0-0' });
      };
      const beating = setInterval(() => beatOnce().catch(() => {}), BEAT_MS);
      closers.push(() => clearInterval(beating));
      /** Gives the id of the entry. */
      const publish = async (event: string, data: unknown): Promise<string> =>
        (await bus.publish([{ event, data }])) ?? '';
      return { redis, names, clock, beatOnce, publish };
    },
    async web(prefix: string, around: (stored: DashboardSource) => Partial<DashboardSource> = () => ({})) {
      const redis = open('producer');
      const openReader = () => open('blocking-reader');
      const stored = dashboardSource({ redis, openReader }, redisNames(prefix), async () => true);
      const source = { ...stored, ...around(stored) };
      const clock = runningClock(MORNING, 1);
      const version = { sha: 'test', builtAt: 'now', configHash: 'none' };
      const app = await createApp({ source, clock, mode: 'demo', log: quietLog, version });
      const port = await listen(app, { host: '127.0.0.1', port: 0 });
      closers.push(() => app.close());
      return { redis, url: `http://127.0.0.1:${port}` };
    },
    async stream(web: { url: string }, question: StreamQuestion = {}): Promise<StreamReader> {
      const stream = await openStream(web.url, question);
      closers.push(stream.end);
      return stream;
    },
  };
}
