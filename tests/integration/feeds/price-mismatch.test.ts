import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { clockOf, wallNow } from '../../../src/adapters/clock/clock.js';
import { barRepository } from '../../../src/adapters/postgres/bar-repository.js';
import { after, DAY, epochMs, SECOND } from '../../../src/kernel/units.js';
import { focusPlanSchema } from '../../../src/messages/focus-plan.js';
import { walk } from '../../support/copilot-day.js';
import { eventually } from '../../support/eventually.js';
import { fakePlatform, LONG_GOLD } from '../../support/fake-platform.js';
import { ensureBuilt, freePorts } from '../../support/program.js';
import { liveStores } from './live-engine.js';

const ROOTS = ['MGC', 'MES'];
const KEY = 'a-key-of-many-letters';
/** 09:30 in New York on an ordinary Thursday. */
const START = epochMs(Date.parse('2026-11-19T14:30:00Z'));
const spec = { kind: 'scaled', marketStart: START, wallStart: wallNow(), speed: 1 } as const;
const { clock } = clockOf(spec);
const stores = await liveStores(ROOTS);
const [port = 0] = await freePorts(1);
const url = `http://127.0.0.1:${port}`;
const children = new Set<ChildProcess>();
const reporting = { lastPrice: 4237, timer: undefined as NodeJS.Timeout | undefined };

beforeAll(ensureBuilt);
afterAll(() => {
  clearInterval(reporting.timer);
  for (const child of children) child.kill('SIGKILL');
});

/** A data role as a process; its feed shows December gold at 4207.0 unless told another price in ticks. */
async function dataRole(ticks: number) {
  const { redisUrl, postgresUrl: databaseUrl } = stores;
  const given = { redisUrl, databaseUrl, port, key: KEY, roots: ROOTS, clock: spec, contract: 'MGCZ6' };
  const main = resolve(import.meta.dirname, '../../support/data-child.mjs');
  const child = spawn(process.execPath, [main, JSON.stringify(given)], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.add(child);
  const ready = new Promise<void>((done) => child.stdout.once('data', () => done()));
  child.stdin.write(`${ticks}\n`);
  await ready;
  return {
    async kill() {
      const ended = new Promise((done) => child.once('close', done));
      child.kill('SIGKILL');
      await ended;
      children.delete(child);
    },
  };
}

/** A platform that holds the February contract and reports once a second. */
function platformReports(): void {
  const platform = fakePlatform({ url, key: KEY, sentAt: '2026-11-19T14:30:00.000Z' });
  reporting.timer = setInterval(() => {
    const [gold] = LONG_GOLD.positions;
    const positions = [{ ...gold, symbol: 'MGC 02-27', last_price: reporting.lastPrice }];
    // While the data role is dead nobody answers, and the platform goes on.
    platform.report({ positions, orders: [] }).catch(() => undefined);
  }, SECOND);
}

const believed = async () => ((await stores.beat())?.status.feed_facts ?? []).map(({ symbol, fact }) => [symbol, fact]);
const recorded = async () => {
  const rows = await stores.sql<{ phase: string }[]>`
    select phase from risk_event where rule = 'price-mismatch' order by at, phase`;
  return rows.map(({ phase }) => phase);
};
const card = async () => {
  const text = await stores.redis.get(stores.names.focus);
  const plan = focusPlanSchema.parse(JSON.parse(text ?? 'null'));
  return [...plan.assets, ...plan.others].find(({ symbol }) => symbol === 'MGC');
};
const mayEnter = async (symbol: string) => {
  const answer = await fetch(`${url}/risk/check`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': KEY },
    body: JSON.stringify({ symbol, side: 'LONG', size: 1, entry: 4207, stop: 4202 }),
  });
  const { reasons } = (await answer.json()) as { reasons: readonly { rule: string; text: string }[] };
  return reasons.filter(({ rule }) => rule === 'feed-sound');
};

test('a price mismatch takes the card out of trading, outlives a killed data role and engine, and ends when it is over', async () => {
  const store = barRepository(stores.sql);
  for (const root of ROOTS) {
    const bars = walk(root, after(START, -3 * DAY), START).map((bar) => ({ root, contract: `${root}Z6`, bar }));
    await store.save(bars, 'test');
  }
  const first = await stores.engine(clock);
  let data = await dataRole(42_070);
  platformReports();

  await eventually(async () => (await believed()).length === 1, { timeout: 30_000 });
  expect(await believed()).toEqual([['MGC', 'price-mismatch']]);
  await eventually(async () => (await card())?.note?.startsWith('PRICE_MISMATCH'));
  const noted = await card();
  expect(noted).toMatchObject({ tradeable: false });
  expect(noted?.note).toMatch(
    /feed MGCZ6 4207\.0 \(\d+ s old\), platform MGCG7 4237\.0 \(\d+ s old\), 300 ticks apart; two contract months/,
  );
  expect(await mayEnter('MGC')).toMatchObject([{ text: expect.stringContaining('PRICE_MISMATCH') }]);
  expect(await mayEnter('MES')).toEqual([]);
  expect(await recorded()).toEqual(['began']);

  // Killed and started again, a data role neither forgets nor repeats what the one before it had said.
  await data.kill();
  data = await dataRole(42_070);
  // Another engine finds it in its audit.
  await first.stop();
  await stores.engine(clock);
  await eventually(async () => (await believed()).length === 1, { timeout: 10_000 });
  const compared = clock.elapsed() + 12 * SECOND;
  await eventually(
    async () => {
      expect(await recorded()).toEqual(['began']);
      return clock.elapsed() > compared;
    },
    { timeout: 20_000, every: 500 },
  );
  expect(await believed()).toEqual([['MGC', 'price-mismatch']]);

  // It ends while nobody watches: the next data role sees that it is over.
  await data.kill();
  reporting.lastPrice = 4207.2;
  await dataRole(42_070);
  await eventually(async () => (await believed()).length === 0, { timeout: 30_000 });
  expect(await recorded()).toEqual(['began', 'ended']);
  expect((await card())?.note ?? '').not.toContain('PRICE_MISMATCH');
  expect(await mayEnter('MGC')).toEqual([]);
}, 150_000);
