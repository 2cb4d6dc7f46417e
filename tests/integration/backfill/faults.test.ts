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
import { nightDue, spanOfDates, usualRange } from '../../../src/domain/bars/backfill.js';
import { minutesIn } from '../../../src/domain/bars/coverage.js';
import { after, DAY } from '../../../src/kernel/units.js';
import { emptyPast, KEY, startPast } from '../../support/backfill.js';
import { eventually } from '../../support/eventually.js';
import { fakeMarket } from '../../support/fake-vendor/market.js';
import { ensureBuilt, type Program, startProgram } from '../../support/program.js';
import { CACHE_DIR, testFolder } from '../../support/services.js';
import { openForWork } from '../../support/worker-services.js';

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
const { market, vendor } = await startPast(sql, { roots: ROOTS, start: NOW, thin: ['MGC'], pageRows: 2_000 });
const whole = fakeMarket({ roots: ROOTS, start: NOW });

const started: Program[] = [];
function start(...args: readonly string[]): Program {
  const env = { REDIS_URL: redis.url, DATABASE_URL: url, MASSIVE_API_KEY: KEY, MASSIVE_BASE_URL: vendor.url };
  const program = startProgram(args, { ...env, WATCHLIST: ROOTS.join(','), COPILOT_DATA_DIR: folder });
  started.push(program);
  return program;
}
const startWorker = () => start('worker');
const startCommand = () => start('backfill', '--from', range.from, '--to', range.to, '--force');

beforeAll(() => ensureBuilt());

let run = '';
async function ask(id: string): Promise<void> {
  run = id;
  await store.ask({ id, by: 'page', roots: ROOTS, range, source: 'massive', isForced: true, at: NOW });
}
beforeEach(async () => {
  for (const { process: child } of started.splice(0)) child.kill('SIGKILL');
  await emptyPast(sql);
  // What a worker would ask for by itself, by the wall, is no part of it.
  for (const night of [nightDue(NOW), nightDue(after(NOW, DAY))]) {
    await ask(`night-${night}`);
    await store.plan(run, []);
  }
  await openForWork(redis.url, NOW);
  // Slow enough for something to happen in between.
  vendor.script.splice(0, Number.POSITIVE_INFINITY, ...Array.from({ length: 60 }, () => slowly));
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
    { timeout: 150_000, every: 100 },
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

const restartRedis = async () => {
  await redis.stop();
  redis = await openRedis();
};
const restartPostgres = async () => {
  await postgres.stop();
  postgres = await openPostgres();
};

/** A COPY stops at the first row that opens at half past, and Postgres is restarted: what came before it is not there. */
async function restartInCopy(): Promise<void> {
  const other = connectPostgres({ url, connectionsMax: 1 });
  await other`select pg_advisory_lock(47, 11)`;
  await sql.unsafe(`
    create or replace function hold_row() returns trigger language plpgsql as
      $$ begin perform pg_advisory_xact_lock_shared(47, 11); return new; end $$;
    create trigger hold_row before insert on bar_1m for each row when (extract(minute from new.ts) = 30)
      execute function hold_row()`);
  const held = () => sql`
    select 1 from pg_locks join pg_stat_activity using (pid)
    where locktype = 'advisory' and (classid, objid) = (47, 11) and not granted and query ilike 'copy bar_1m%'`;
  await eventually(async () => (await held()).length > 0, { timeout: 60_000 });
  await restartPostgres();
  await other.end({ timeout: 1 });
  await eventually(async () => (await sql`drop trigger if exists hold_row on bar_1m`).command !== '', {
    timeout: 60_000,
  });
}

test('a worker that is killed leaves its month to the others, and nothing is lost or doubled', async () => {
  await ask('page-kill');
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
  await ask('page-redis');
  startWorker();
  startWorker();
  await someBars();
  await restartRedis();
  await done();
  await expectWhole();
}, 180_000);

test('Postgres may be restarted in the middle of a COPY', async () => {
  await ask('page-postgres');
  const worker = startWorker();
  await restartInCopy();
  await done();
  await expectWhole();
  expect(worker.output()).toContain('"evt":"backfill.again"');
  expect(worker.output()).toMatch(/MES: backfilled [\d,]+ bars/);
}, 180_000);

test('a command goes on by itself when Redis is restarted, and when Postgres is in the middle of a COPY', async () => {
  const command = startCommand();
  await someBars();
  await restartRedis();
  await restartInCopy();
  expect(await command.ended, command.output()).toBe(0);
  await expectWhole();
  expect(command.output()).toContain('"evt":"backfill.again"');
}, 180_000);

test('a command that is killed leaves its months to a worker', async () => {
  const command = startCommand();
  await someBars();
  command.process.kill('SIGKILL');
  expect(await command.ended).toBe('SIGKILL');
  const [left] = await store.runs(1);
  run = left?.id ?? '';
  expect([left?.by, left?.state]).toEqual(['command', 'running']);
  startWorker();
  await done();
  await expectWhole();
}, 180_000);

test('what a worker takes up again after all that is nothing', async () => {
  await ask('page-first');
  startWorker();
  await done();
  const asked = vendor.asked.length;
  const [before] = await sql`select count(*)::int as n, max(xmin::text::bigint)::text as newest from bar_1m`;
  await ask('page-again');
  await done();
  expect((await store.run(run))?.reason).toBe('nothing is missing');
  expect(vendor.asked.length).toBe(asked);
  expect(await sql`select count(*)::int as n, max(xmin::text::bigint)::text as newest from bar_1m`).toEqual([before]);
}, 180_000);
