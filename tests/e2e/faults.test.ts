import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { demoRoots, marketMinutes } from '../../src/adapters/feeds/demo/market.js';
import { barRepository } from '../../src/adapters/postgres/bar-repository.js';
import { connectPostgres } from '../../src/adapters/postgres/client.js';
import { connectRedis } from '../../src/adapters/redis/connection.js';
import { after, epochMs, MINUTE } from '../../src/kernel/units.js';
import { type FocusAsset, type FocusPlanJson, focusPlanSchema } from '../../src/messages/focus-plan.js';
import { redisNames } from '../../src/messages/streams.js';
import { type UpState, upStateSchema } from '../../src/messages/up-state.js';
import type { FeedBar } from '../../src/ports/feed.js';
import { eventually } from '../support/eventually.js';
import { ensureBuilt, freePorts, isRunning, type Program, startProgram } from '../support/program.js';
import { testFolder } from '../support/services.js';

const home = testFolder();
chmodSync(home, 0o755);
beforeAll(ensureBuilt);

const START = epochMs(Date.parse('2026-11-19T09:50:00Z'));
const names = redisNames('');
let program: Program | undefined;
let runs = 0;

afterEach(async () => {
  program?.process.kill('SIGTERM');
  await program?.ended;
});

interface Demo {
  readonly web: string;
  state(): UpState;
  pidOf(name: string): number;
}

async function startDemo(...args: string[]): Promise<Demo> {
  const [web, bridge] = await freePorts(2);
  runs += 1;
  const dataDir = join(home, String(runs));
  program = startProgram(['up', '--demo', ...args], {
    COPILOT_DATA_DIR: dataDir,
    WEB_PORT: String(web),
    BRIDGE_PORT: String(bridge),
  });
  const state = () => upStateSchema.parse(JSON.parse(readFileSync(join(dataDir, 'up.json'), 'utf8')));
  const demo: Demo = {
    web: `http://127.0.0.1:${web}`,
    state,
    pidOf: (name) => {
      const pid = state().processes.find((it) => it.name === name)?.pid;
      // Signalling process 0 would end the test run itself.
      if (!pid) throw new Error(`${name} does not run`);
      return pid;
    },
  };
  await eventually(() => planOf(demo), { timeout: 40_000 });
  return demo;
}

async function planOf({ web }: Demo): Promise<FocusPlanJson | undefined> {
  const answer = await fetch(`${web}/api/focus`).catch(() => undefined);
  return answer?.ok ? focusPlanSchema.parse(await answer.json()) : undefined;
}

/** What was decided: last prices and ages move on between two plans and are laid over it. */
function decided(plan: FocusPlanJson | undefined) {
  const bare = ({ last_price: _p, price_at: _t, data_age_s: _a, ...card }: FocusAsset) => card;
  return plan && { ...plan, assets: plan.assets.map(bare), others: plan.others.map(bare) };
}

const isHealthy = async ({ web }: Demo) => (await fetch(`${web}/health`).catch(() => undefined))?.status === 200;
const page = async ({ web }: Demo) => (await fetch(web)).text();

async function kill(demo: Demo, name: string): Promise<void> {
  const pid = await eventually(() => demo.pidOf(name));
  process.kill(pid, 'SIGKILL');
  await eventually(() => !isRunning(pid));
}

test('any one process, and all of them, may be killed: the same plan within 5 s and no alert twice', async () => {
  const demo = await startDemo();
  await eventually(() => isHealthy(demo), { timeout: 20_000 });
  const before = decided(await planOf(demo));
  for (const victims of [['data'], ['engine'], ['web'], ['data', 'engine', 'web']]) {
    await Promise.all(victims.map((name) => kill(demo, name)));
    await eventually(async () => (await isHealthy(demo)) && (await planOf(demo)) !== undefined, { timeout: 5_000 });
    expect(decided(await planOf(demo)), `after killing ${victims.join(', ')}`).toEqual(before);
  }
  const redis = connectRedis(demo.state().redis_url, 'producer');
  const entries = await redis.xrange(names.dashboard, '-', '+');
  const alerts = entries.flatMap(([, fields]) => (fields[1] === 'alert' ? [JSON.parse(fields[3] ?? '').id] : []));
  redis.disconnect();
  expect(new Set(alerts).size).toBe(alerts.length);
});

test('nothing is lost from the streams when processes die while bars arrive', async () => {
  const demo = await startDemo('--speed', '60');
  for (const name of ['engine', 'data', 'engine', 'data']) {
    await eventually(() => isHealthy(demo), { timeout: 20_000 });
    await kill(demo, name);
  }
  await eventually(() => isHealthy(demo), { timeout: 20_000 });
  const sql = connectPostgres({ url: demo.state().database_url });
  const store = barRepository(sql);
  const through = await eventually(
    async () => {
      const newest = await store.newest('MES');
      if (newest === undefined || newest <= START + 20 * MINUTE) throw new Error(`bars only until ${newest}`);
      return newest;
    },
    { timeout: 60_000 },
  );
  const kept = await Promise.all(demoRoots.map((root) => store.range(root, START, through)));
  await sql.end();
  const made: FeedBar[] = [];
  for (const { close, bars } of marketMinutes({ seed: 1, start: START, roots: demoRoots })) {
    if (close > through) break;
    made.push(...bars.filter(({ bar }) => bar.at >= START && bar.at < through));
  }
  const expected = demoRoots.map((root) => made.filter((it) => it.root === root));
  expect(kept).toEqual(expected);
});

test('while Redis is away the page says stale, and it heals by itself', async () => {
  const demo = await startDemo();
  await eventually(async () => !(await page(demo)).includes('data-stale="true"'), { timeout: 20_000 });
  const redis = demo.pidOf('redis');
  process.kill(redis, 'SIGSTOP');
  try {
    await eventually(async () => (await page(demo)).includes('stale since'), { timeout: 10_000 });
  } finally {
    process.kill(redis, 'SIGCONT');
  }
  await eventually(async () => !(await page(demo)).includes('stale since') && (await isHealthy(demo)), {
    timeout: 10_000,
  });
});

test('a killed Redis is started again with everything it held', async () => {
  const demo = await startDemo();
  await eventually(() => isHealthy(demo), { timeout: 20_000 });
  const before = decided(await planOf(demo));
  await kill(demo, 'redis');
  await eventually(() => isHealthy(demo), { timeout: 15_000 });
  expect(decided(await planOf(demo))).toEqual(before);
});

test('a killed Postgres is started again, and the engine waits for it', async () => {
  const demo = await startDemo('--speed', '60');
  await eventually(() => isHealthy(demo), { timeout: 20_000 });
  await kill(demo, 'postgres');
  const asOf = (await planOf(demo))?.as_of ?? '';
  await eventually(async () => ((await planOf(demo))?.as_of ?? '') > asOf, { timeout: 30_000 });
  expect(after(START, 0)).toBeLessThan(Date.parse((await planOf(demo))?.as_of ?? ''));
});
