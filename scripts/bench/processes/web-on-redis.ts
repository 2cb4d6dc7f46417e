// A process of its own: our web role on a real Redis, as `up` runs it. The address of Redis comes in the environment.
import { connectRedis } from '../../../src/adapters/redis/connection.js';
import { dashboardSource } from '../../../src/adapters/redis/dashboard-source.js';
import { redisNames } from '../../../src/messages/streams.js';
import { createApp } from '../../../src/roles/web/app.js';
import { listen } from '../../../src/roles/web/server.js';
import { runningClock } from '../../../tests/support/test-clock.js';
import { MORNING, quietLog } from '../../../tests/support/web-source.js';
import { serveRounds } from './rounds.js';

const url = process.env.REDIS_URL ?? '';
const openReader = () => connectRedis(url, 'blocking-reader');
const source = dashboardSource({ redis: connectRedis(url, 'producer'), openReader }, redisNames(''), async () => true);
const version = { sha: 'bench', builtAt: '', configHash: '' };
const app = await createApp({ source, clock: runningClock(MORNING, 1), mode: 'demo', log: quietLog, version });
const port = await listen(app, { host: '127.0.0.1', port: 0 });
serveRounds({ port, path: '/sse/dashboard', upgrade: false });
