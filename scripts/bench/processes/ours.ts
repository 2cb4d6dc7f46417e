// A process of its own: our whole web role on an engine in memory. The parent says when to publish.
import { epochMs } from '../../../src/kernel/units.js';
import { createApp } from '../../../src/roles/web/app.js';
import { listen } from '../../../src/roles/web/server.js';
import { fakeSource, fullSnapshot, MORNING, quietLog } from '../../../tests/support/web-source.js';
import { EVENT, noTradeNo } from './event.js';
import { serveRounds } from './rounds.js';

const clock = { now: () => epochMs(MORNING), elapsed: () => performance.now(), speed: 1 };
const source = fakeSource(fullSnapshot(MORNING), clock);
const version = { sha: 'bench', builtAt: '', configHash: '' };
const app = await createApp({ source, clock, mode: 'demo', log: quietLog, version });
const port = await listen(app, { host: '127.0.0.1', port: 0 });
setInterval(source.beat, 500);

const publish = (n: number): void => void source.publish(EVENT, noTradeNo(n));
serveRounds({ port, path: '/sse/dashboard', upgrade: false, publish });
