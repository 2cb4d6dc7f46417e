import { afterEach, beforeAll, expect, test } from 'vitest';
import { wallNow } from '../../../src/adapters/clock/clock.js';
import { formatClockSpec } from '../../../src/adapters/clock/spec.js';
import { eventually } from '../../support/eventually.js';
import { ensureBuilt, freePorts, isRunning, type Program, startProgram } from '../../support/program.js';
import { testPostgres, testRedis } from '../../support/services.js';
import { openStream, pageOf, type StreamReader } from '../../support/stream-reader.js';
import {
  alertsAt,
  asset,
  MORNING,
  noTradeAt,
  planAt,
  positionsAt,
  riskAt,
  seedOf,
  sessionStateAt,
} from '../../support/web-source.js';
import { redisWebs } from './redis-web.js';

const redis = await testRedis();
const postgres = await testPostgres();
const { engine } = redisWebs(redis.url);
const RECONNECT_MS_MAX = 3_000;
const roles: Program[] = [];

beforeAll(ensureBuilt);
afterEach(async () => {
  for (const role of roles.splice(0)) {
    role.process.kill('SIGKILL');
    await role.ended;
  }
});

/** The web role as `up` starts it, on the clock of its run: a process that can be killed. */
async function webProcess(port: number, clock: string): Promise<{ url: string; pid: number }> {
  const role = startProgram(['web', '--mode', 'demo', '--clock', clock], {
    REDIS_URL: redis.url,
    DATABASE_URL: postgres.url,
    WEB_PORT: String(port),
    COPILOT_PREFIX: 'kill:',
    LOG_LEVEL: 'warn',
  });
  roles.push(role);
  const url = `http://127.0.0.1:${port}`;
  await eventually(async () => (await fetch(`${url}/api/version`)).ok, { timeout: 30_000 }).catch(() => {
    throw new Error(`the web role did not start: ${role.output()}`);
  });
  return { url, pid: role.process.pid ?? 0 };
}

/** Asks again and again, as a browser does, with the last id it saw. */
async function comeBack(url: string, lastEventId: string): Promise<StreamReader> {
  return eventually(async () => openStream(url, { lastEventId }), { timeout: 30_000 });
}

test('a web role is killed, 50 events pass, it starts again: a stream that comes back shows what a new one shows', async () => {
  const it = engine('kill:');
  const clock = formatClockSpec({ kind: 'scaled', marketStart: MORNING, wallStart: wallNow(), speed: 1 });
  await it.beatOnce();
  await it.publish('session-change', sessionStateAt(MORNING));
  await it.publish('focus-update', planAt(MORNING));
  await it.publish('positions-update', positionsAt(MORNING));
  await it.publish('risk-update', riskAt(MORNING));
  const [port = 0] = await freePorts(1);
  const first = await webProcess(port, clock);
  const reader = await openStream(first.url);
  await eventually(() => reader.text().includes('event: alert'));
  const seen = await it.publish('risk-update', riskAt(MORNING, { daily_pnl: -1 }));
  await eventually(() => reader.events().at(-1)?.id === seen);

  process.kill(first.pid, 'SIGKILL');
  await eventually(() => !isRunning(first.pid));
  await eventually(reader.isClosed);
  for (let n = 1; n <= 50; n += 1) await it.publish(...eventNo(n));

  const second = await webProcess(port, clock);
  const begun = performance.now();
  const back = await comeBack(second.url, seen);
  await eventually(() => pageOf(back.events())['panel-risk']?.includes('$150 of'));
  expect(performance.now() - begun).toBeLessThan(RECONNECT_MS_MAX);
  const fresh = await openStream(second.url, { localAddress: '127.0.0.2' });
  await eventually(() => fresh.text().includes('event: alert'));
  const told = (stream: StreamReader) => pageOf(stream.events());
  await eventually(() => expect(told(back)).toEqual(told(fresh)) ?? true);
  expect(told(back)['card MGC'], 'quality of the newest card').toContain('98');
  expect(told(back)['panel-alerts']).toContain('alert 49');
  expect(told(back)['panel-no-trade']).toContain('NO TRADE');
  for (const stream of [back, fresh]) stream.end();
}, 120_000);

/** Of every kind some; the newest of each is what counts. */
function eventNo(n: number): [string, unknown] {
  if (n % 5 === 0) return ['risk-update', riskAt(MORNING, { daily_pnl: -100 - n })];
  if (n % 5 === 1) return ['positions-update', positionsAt(MORNING, { positions: [] })];
  if (n % 5 === 2) return ['no-trade-alert', noTradeAt(MORNING)];
  if (n % 5 === 3) return ['mgc-update', asset({ ...seedOf('mgc'), quality: 50 + n }, MORNING)];
  return ['alert', { ...alertsAt(MORNING)[0], id: `kill-${n}`, text: `alert ${n}` }];
}
