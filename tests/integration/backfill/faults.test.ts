import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { wallNow } from '../../../src/adapters/clock/clock.js';
import { startPostgres } from '../../../src/adapters/embedded/postgres.js';
import { startRedis } from '../../../src/adapters/embedded/redis.js';
import { backfillRepository } from '../../../src/adapters/postgres/backfill-repository.js';
import { barRepository } from '../../../src/adapters/postgres/bar-repository.js';
import { connectPostgres } from '../../../src/adapters/postgres/client.js';
import { migrate } from '../../../src/adapters/postgres/migrate.js';
import { connectRedis } from '../../../src/adapters/redis/connection.js';
import { dataBus } from '../../../src/adapters/redis/data-bus.js';
import { spanOfDates, usualRange } from '../../../src/domain/bars/backfill.js';
import { minutesIn } from '../../../src/domain/bars/coverage.js';
import { epochMs, iso } from '../../../src/kernel/units.js';
import { redisNames } from '../../../src/messages/streams.js';
import { KEY } from '../../support/backfill.js';
import { eventually } from '../../support/eventually.js';
import { startFakeMassive } from '../../support/fake-massive/server.js';
import { fakeMarket } from '../../support/fake-vendor/market.js';
import { ensureBuilt, type Program, startProgram } from '../../support/program.js';
import { CACHE_DIR, testFolder } from '../../support/services.js';

const folder = testFolder();
chmodSync(folder, 0o755);
const openRedis = () => startRedis({ folder: join(folder, 'redis'), cacheDir: CACHE_DIR, startEmpty: true });
const openPostgres = () => startPostgres({ folder: join(folder, 'postgres'), relaxed: true });
let [redis, postgres] = await Promise.all([openRedis(), openPostgres()]);
const url = await postgres.database('copilot_test', { fresh: true });
const sql = connectPostgres({ url });
await migrate(sql);
const store = backfillRepository(sql);
const bars = barRepository(sql);

// A worker in live mode goes by the wall, so the market does too.
const NOW = wallNow();
const { to } = usualRange(NOW);
const range = { to, from: new Date(Date.parse(to) - 24 * 86_400_000).toISOString().slice(0, 10) };
const span = spanOfDates(range, NOW);
const ROOTS = ['MES', 'MGC', 'MNQ'];
const market = fakeMarket({ roots: ROOTS, start: NOW, thin: ['MGC'] });
const vendor = await startFakeMassive(market, { apiKey: KEY, pageRows: 2_000 });
const whole = fakeMarket({ roots: ROOTS, start: NOW });

const started: Program[] = [];
function startWorker(): Program {
  const env = { REDIS_URL: redis.url, DATABASE_URL: url, MASSIVE_API_KEY: KEY, MASSIVE_BASE_URL: vendor.url };
  const program = startProgram(['worker'], { ...env, WATCHLIST: ROOTS.join(','), COPILOT_DATA_DIR: folder });
  started.push(program);
  return program;
}

beforeAll(() => ensureBuilt());

/** What a worker waits for: the history of its run is there, and an engine shows something. */
async function openForWork(): Promise<void> {
  const connection = connectRedis(redis.url, 'producer');
  await dataBus(connection, redisNames('')).setHistoryMarker({ run: 'live', through: iso(NOW), bars: 0 });
  await connection.set(redisNames('').heartbeat, '{}');
  connection.disconnect();
}
let nr = 0;
let run = '';
beforeEach(async () => {
  for (const { process: child } of started.splice(0)) child.kill('SIGKILL');
  await sql`truncate backfill_run cascade`;
  await sql`truncate bar_hole`;
  await sql`delete from bar_1m`;
  await openForWork();
  // Slow enough for something to happen in between.
  vendor.script.splice(0, Number.POSITIVE_INFINITY, ...Array.from({ length: 60 }, () => slowly));
  nr += 1;
  run = `page-${nr}`;
  await store.ask({ id: run, by: 'page', roots: ROOTS, range, source: 'massive', isForced: true, at: NOW });
});
afterAll(async () => {
  for (const { process: child } of started) child.kill('SIGKILL');
  await vendor.close();
  await sql.end();
  await redis.stop();
  await postgres.stop();
});

const slowly = (right: object) => ({ ...right, afterMs: 150 }) as never;
const state = async () => (await store.run(run).catch(() => undefined))?.state;
const count = async () => Number((await sql`select count(*) from bar_1m`.catch(() => [{ count: 0 }]))[0]?.count);
const someBars = () => eventually(async () => (await count()) > 3_000, { timeout: 60_000, every: 5 });
const done = () =>
  eventually(
    async () => {
      const now = await state();
      if (now === 'failed') throw new Error(JSON.stringify(await store.run(run)));
      return now === 'done';
    },
    { timeout: 90_000, every: 100 },
  );

/** Every bar of the vendor is there once, and every open minute without one is written down. */
async function expectWhole(): Promise<void> {
  for (const root of ROOTS) {
    const stored = await bars.range(root, span.from, span.to);
    expect(stored, root).toEqual(market.past(root, span.from, span.to));
    const holes = minutesIn(await store.holes(root, 'massive', span));
    expect(stored.length + holes, root).toBe(whole.past(root, span.from, span.to).length);
  }
}

test('a worker that is killed leaves its month to the others, and nothing is lost or doubled', async () => {
  const first = startWorker();
  await someBars();
  first.process.kill('SIGKILL');
  expect(await first.ended).toBe('SIGKILL');
  expect(await state()).toBe('running');
  startWorker();
  startWorker();
  await done();
  await expectWhole();
}, 180_000);

test('Redis may be restarted, and come back empty, in the middle of it', async () => {
  startWorker();
  startWorker();
  await someBars();
  await redis.stop();
  redis = await openRedis();
  await done();
  await expectWhole();
}, 180_000);

test('Postgres may be restarted in the middle of a COPY', async () => {
  const worker = startWorker();
  await someBars();
  await postgres.stop();
  postgres = await openPostgres();
  await done();
  await expectWhole();
  expect(worker.output()).toContain('"evt":"backfill.again"');
  expect(worker.output()).toMatch(/MES: backfilled [\d,]+ bars/);
}, 180_000);

test('what a worker takes up again after all that is nothing', async () => {
  startWorker();
  await done();
  const asked = vendor.asked.length;
  const [before] = await sql`select count(*)::int as n, max(xmin::text::bigint)::text as newest from bar_1m`;
  run = 'page-again';
  await store.ask({
    id: run,
    by: 'page',
    roots: ROOTS,
    range,
    source: 'massive',
    isForced: true,
    at: epochMs(NOW + 1),
  });
  await done();
  expect((await store.run(run))?.reason).toBe('nothing is missing');
  expect(vendor.asked.length).toBe(asked);
  expect(await sql`select count(*)::int as n, max(xmin::text::bigint)::text as newest from bar_1m`).toEqual([before]);
}, 180_000);
