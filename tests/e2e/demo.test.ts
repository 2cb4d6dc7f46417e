import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { connectRedis } from '../../src/adapters/redis/connection.js';
import { positionsSchema } from '../../src/messages/dashboard.js';
import { redisNames } from '../../src/messages/streams.js';
import { decodeTicks } from '../../src/messages/ticks.js';
import { eventually } from '../support/eventually.js';
import { ensureBuilt } from '../support/program.js';
import { decided, type RunningSystem, systems } from '../support/running-system.js';

const start = systems();
const names = redisNames('');
beforeAll(ensureBuilt);

const running: RunningSystem[] = [];
afterEach(async () => {
  for (const system of running.splice(0)) await system.stop();
});

async function demo(...args: string[]): Promise<RunningSystem> {
  const system = await start(['--demo', ...args]);
  running.push(system);
  return system;
}

test('the same seed gives the same plan, another seed another one', async () => {
  const [one, other] = await Promise.all([demo('--seed', '5'), demo('--seed', '6')]);
  // When the models came is a matter of the machine, and so is the instant of the plan that shows them.
  const settled = async (system: RunningSystem | undefined) => ({ ...decided(await system?.settledPlan()), as_of: '' });
  const plan = await settled(one);
  expect(plan.assets?.length).toBe(4);
  expect(plan.others?.length).toBe(2);
  expect(await settled(other)).not.toEqual(plan);
  await one?.stop();
  expect(await settled(await demo('--seed', '5'))).toEqual(plan);
});

test('the smoke test passes on the running demo, and fails when it is gone', async () => {
  const system = await demo();
  await eventually(system.isHealthy, { timeout: 20_000 });
  const smoke = () =>
    spawnSync('bash', ['scripts/smoke-test.sh'], {
      cwd: resolve(import.meta.dirname, '../..'),
      env: { PATH: process.env.PATH, HOME: process.env.HOME, COPILOT_DATA_DIR: system.dataDir },
      encoding: 'utf8',
    });
  const good = smoke();
  expect(good.stdout, good.stdout + good.stderr).not.toContain('FAIL');
  expect(good.stdout.match(/^PASS/gm)?.length).toBeGreaterThanOrEqual(8);
  expect(good.status).toBe(0);
  await system.stop();
  expect(smoke().status).toBe(1);
});

test('gold is shown at the price of its feed: the old $100 bug, in which a multiplier got into the price', async () => {
  const system = await demo();
  const redis = connectRedis(system.state().redis_url, 'producer');
  const newestTick = async () => {
    const entries = await redis.xrevrange(names.ticks, '+', '-', 'COUNT', 200);
    const ticks = entries.map(([, fields]) => decodeTicks(fields[1] ?? '')).flatMap((it) => (it.ok ? it.value : []));
    return ticks.find((tick) => tick.root === 'MGC');
  };
  await eventually(
    async () => {
      const tick = await newestTick();
      const answer = await fetch(`${system.web}/api/focus/MGC`);
      const card = (await answer.json()) as { last_price: number; contract: string; data_age_s: number };
      expect(card.last_price * 10).toBe(tick?.price);
      expect(card.contract).toBe(tick?.contract);
      expect(card.data_age_s).toBeLessThan(30);
      return true;
    },
    { timeout: 15_000 },
  );
  redis.disconnect();
  const card = await (await fetch(`${system.web}/api/focus/MGC`, { headers: { accept: 'text/html' } })).text();
  expect(card).toContain('Dec 26');
  expect(card).toMatch(/data-symbol="MGC"/);
});

test('every page says DEMO, and the simulated bridge posts through the real intake', async () => {
  const system = await demo('--speed', '20');
  expect(await system.page()).toContain('DEMO');
  expect(await (await fetch(`${system.web}/no-such-page`, { headers: { accept: 'text/html' } })).text()).toContain(
    'DEMO',
  );
  const redis = connectRedis(system.state().redis_url, 'producer');
  await eventually(
    async () => {
      const positions = positionsSchema.parse(JSON.parse((await redis.get(names.positions)) ?? '{}'));
      expect(positions.verdict).toBe('IN_SYNC');
      expect(positions.positions[0]).toMatchObject({ account: 'Sim101', risk_basis: 'stop' });
      return true;
    },
    { timeout: 30_000 },
  );
  redis.disconnect();
  const page = await system.page();
  expect(page).toContain('Sim101');
});
