import { afterEach, beforeAll, expect, test } from 'vitest';
import { demoRoots, marketMinutes } from '../../src/adapters/feeds/demo/market.js';
import { barRepository } from '../../src/adapters/postgres/bar-repository.js';
import { connectPostgres } from '../../src/adapters/postgres/client.js';
import { connectRedis } from '../../src/adapters/redis/connection.js';
import { epochMs, MINUTE } from '../../src/kernel/units.js';
import { redisNames } from '../../src/messages/streams.js';
import type { FeedBar } from '../../src/ports/feed.js';
import { eventually } from '../support/eventually.js';
import { ensureBuilt } from '../support/program.js';
import { decided, type RunningSystem, systems } from '../support/running-system.js';

const start = systems();
beforeAll(ensureBuilt);

const START = epochMs(Date.parse('2026-11-19T09:50:00Z'));
let running: RunningSystem | undefined;
afterEach(() => running?.stop());

async function startDemo(...args: string[]): Promise<RunningSystem> {
  running = await start(['--demo', ...args]);
  await eventually(running.isHealthy, { timeout: 20_000 });
  return running;
}

test('any one process, and all of them, may be killed: the same plan within 5 s and no alert twice', async () => {
  const demo = await startDemo();
  const before = decided(await demo.settledPlan());
  for (const victims of [['data'], ['engine'], ['web'], ['data', 'engine', 'web']]) {
    await Promise.all(victims.map(demo.kill));
    await eventually(async () => (await demo.isHealthy()) && (await demo.plan()) !== undefined, { timeout: 5_000 });
    expect(decided(await demo.plan()), `after killing ${victims.join(', ')}`).toEqual(before);
  }
  const redis = connectRedis(demo.state().redis_url, 'producer');
  const entries = await redis.xrange(redisNames('').dashboard, '-', '+');
  const alerts = entries.flatMap(([, fields]) => (fields[1] === 'alert' ? [JSON.parse(fields[3] ?? '').id] : []));
  redis.disconnect();
  expect(alerts.length).toBeGreaterThan(0);
  expect(new Set(alerts).size).toBe(alerts.length);
});

test('nothing is lost from the streams when processes die while bars arrive', async () => {
  const demo = await startDemo('--speed', '60');
  for (const name of ['engine', 'data', 'engine', 'data']) {
    await demo.kill(name);
    await eventually(demo.isHealthy, { timeout: 20_000 });
  }
  const sql = connectPostgres({ url: demo.state().database_url });
  const store = barRepository(sql);
  const newestBar = async () => {
    const newest = await store.newest('MES');
    if (newest === undefined || newest <= START + 20 * MINUTE) throw new Error(`bars only until ${newest}`);
    return newest;
  };
  const through = await eventually(newestBar, { timeout: 60_000 });
  const kept = await Promise.all(demoRoots.map((root) => store.range(root, START, through)));
  await sql.end();
  const made: FeedBar[] = [];
  for (const { close, bars } of marketMinutes({ seed: 1, start: START, roots: demoRoots })) {
    if (close > through) break;
    made.push(...bars.filter(({ bar }) => bar.at >= START && bar.at < through));
  }
  expect(kept).toEqual(demoRoots.map((root) => made.filter((it) => it.root === root)));
});

test('while Redis is away for 10 s the page says stale, and it heals by itself', async () => {
  const demo = await startDemo();
  const redis = demo.pidOf('redis');
  const stoppedAt = performance.now();
  process.kill(redis, 'SIGSTOP');
  try {
    await eventually(async () => (await demo.page()).includes('stale since'), { timeout: 10_000 });
    await eventually(() => performance.now() - stoppedAt > 10_000, { timeout: 11_000 });
  } finally {
    process.kill(redis, 'SIGCONT');
  }
  const isFresh = async () => !(await demo.page()).includes('stale since') && (await demo.isHealthy());
  await eventually(isFresh, { timeout: 10_000 });
});

test('a killed Redis is started again with everything it held', async () => {
  const demo = await startDemo();
  const before = decided(await demo.settledPlan());
  await demo.kill('redis');
  await eventually(demo.isHealthy, { timeout: 15_000 });
  expect(decided(await demo.plan())).toEqual(before);
});

test('a killed Postgres is started again, and the engine waits for it', async () => {
  const demo = await startDemo('--speed', '60');
  await demo.kill('postgres');
  const asOf = (await demo.plan())?.as_of ?? '';
  await eventually(async () => ((await demo.plan())?.as_of ?? '') > asOf, { timeout: 30_000 });
});
