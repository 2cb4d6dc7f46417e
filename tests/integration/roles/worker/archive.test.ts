import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { backfillRepository } from '../../../../src/adapters/postgres/backfill-repository.js';
import { mgc } from '../../../../src/domain/instruments/catalogue/mgc.js';
import type { EpochMs } from '../../../../src/kernel/units.js';
import { archiveMonths } from '../../../../src/roles/archive/archive-months.js';
import { storedSources } from '../../../../src/roles/research/stored-bars.js';
import { archiveParts } from '../../../support/archive.js';
import { compiled } from '../../../support/compiled.js';
import { eventually } from '../../../support/eventually.js';
import { testFolder } from '../../../support/services.js';
import { feedBars, instant } from '../../../support/stored-bars.js';
import { workerServices } from '../../../support/worker-services.js';

/** 13:00 New York on a Friday, and 09:00. */
const AFTERNOON = instant('2026-11-20T18:00:00Z');
const MORNING = instant('2026-11-20T14:00:00Z');
const [FROM, TO] = [instant('2026-05-11T00:00:00Z'), instant('2026-07-11T00:00:00Z')];
const ROOTS = ['MES', 'MGC'];
const { redisUrl, postgresUrl, sql, redis, openForWork } = await workerServices();
const old = ROOTS.map((root) => feedBars(root, FROM, TO));
const young = ROOTS.map((root) => feedBars(root, instant('2026-11-18T00:00:00Z'), instant('2026-11-20T00:00:00Z')));
let program: string;
let dataDir: string;
let workers: Worker[] = [];

beforeAll(() => {
  program = compiled(resolve(import.meta.dirname, '../../../support/worker-child.ts'));
});
beforeEach(async () => {
  for (const worker of workers.splice(0)) await worker.end('SIGKILL');
  dataDir = testFolder();
  await redis.flushall();
  await sql`truncate backfill_run, bar_archive, bar_1d cascade`;
  const { store } = parts(AFTERNOON);
  await sql`delete from bar_1m`;
  for (const bars of [...old, ...young]) await store.load(bars, 'massive');
  await openForWork(MORNING);
});
afterAll(async () => {
  for (const worker of workers.splice(0)) await worker.end('SIGKILL');
});

interface Worker {
  output(): string;
  /** The code it ended with, or the signal. */
  end(signal: NodeJS.Signals): Promise<number | string | null>;
}

function startWorker(at: EpochMs): Worker {
  const { PATH = '', HOME = '' } = process.env;
  const env = { PATH, HOME, REDIS_URL: redisUrl, DATABASE_URL: postgresUrl, COPILOT_DATA_DIR: dataDir };
  const child: ChildProcess = spawn(process.execPath, [program, String(at)], {
    env: { ...env, WATCHLIST: ROOTS.join(','), LOG_LEVEL: 'debug' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let output = '';
  child.stderr?.on('data', (chunk) => {
    output += String(chunk);
  });
  const ended = new Promise<number | string | null>((done) =>
    child.once('close', (code, signal) => done(signal ?? code)),
  );
  const worker: Worker = {
    output: () => output,
    end(signal) {
      child.kill(signal);
      return ended;
    },
  };
  workers = [...workers, worker];
  return worker;
}

const parts = (at: EpochMs) => archiveParts(sql, { folder: join(dataDir, 'archive', 'bars') }, at);
const oldRows = async () => Number((await sql`select count(*) from bar_1m where ts < '2026-08-01'`)[0]?.count);
const files = () => {
  const folder = join(dataDir, 'archive', 'bars');
  return existsSync(folder) ? readdirSync(folder, { recursive: true }).map(String).sort() : [];
};
const archivedEvents = (worker: Worker, evt = 'archive.night') =>
  worker
    .output()
    .split('\n')
    .filter((line) => line.includes(`"evt":"${evt}"`));
const ALL = ROOTS.flatMap((root) => ['2026-05', '2026-06', '2026-07'].map((month) => `${root}/${month}.parquet`));
const EVERY_FILE = [...ROOTS, ...ALL, 'manifest.json'].sort();

/** What research reads: every bar once, in order. */
async function expectWhole(): Promise<void> {
  const { history } = parts(AFTERNOON);
  for (const [i, root] of ROOTS.entries())
    expect(await history.range(root, FROM, AFTERNOON)).toEqual([...(old[i] ?? []), ...(young[i] ?? [])]);
  const minutes: number[] = [];
  const [source] = await storedSources(history, [mgc], { since: undefined, tell: () => {} });
  for await (const { at } of source?.bars ?? []) minutes.push(at);
  expect(minutes).toEqual([...(old[1] ?? []), ...(young[1] ?? [])].map(({ bar }) => bar.at));
}

test('a worker archives by itself after the backfill of the night, tells of it, and ends in its time', async () => {
  const worker = startWorker(AFTERNOON);
  await eventually(() => archivedEvents(worker).length > 0, { timeout: 60_000 });
  expect(await oldRows()).toBe(0);
  expect(files()).toEqual(EVERY_FILE);
  const [told = '{}'] = archivedEvents(worker);
  expect(JSON.parse(told)).toMatchObject({ rows: (old[0]?.length ?? 0) + (old[1]?.length ?? 0), faults: 0 });
  expect((await backfillRepository(sql).run('night-2026-11-20'))?.state).toBe('done');
  await expectWhole();
  const second = startWorker(AFTERNOON);
  await eventually(() => archivedEvents(second).length > 0, { timeout: 60_000 });
  expect(archivedEvents(second)[0]).toContain('"months":[]');
  expect(files()).toEqual(EVERY_FILE);
  expect([await worker.end('SIGTERM'), await second.end('SIGTERM')]).toEqual([0, 0]);
});

test('a worker leaves everything where it is in live hours', async () => {
  const worker = startWorker(MORNING);
  const store = backfillRepository(sql);
  // Planned in its looks, before it would archive: two of them one after the other are a whole look.
  for (const id of ['page-1', 'page-2']) {
    const range = { from: '2026-11-18', to: '2026-11-18' };
    await store.ask({ id, by: 'page', roots: ['MGC'], range, source: undefined, isForced: true, at: MORNING });
    await eventually(async () => (await store.run(id))?.state !== 'asked', { timeout: 60_000 });
  }
  expect(await oldRows()).toBe((old[0]?.length ?? 0) + (old[1]?.length ?? 0));
  expect(files()).toEqual([]);
  expect(worker.output()).not.toContain('"evt":"archive');
});

test('a worker on a database that was made anew takes up the list of the files before it plans what to fetch', async () => {
  await archiveMonths(parts(AFTERNOON), { roots: [] });
  await sql`truncate bar_archive`;
  const worker = startWorker(MORNING);
  const store = backfillRepository(sql);
  const range = { from: '2026-06-01', to: '2026-06-01' };
  await store.ask({ id: 'page', by: 'page', roots: ['MGC'], range, source: undefined, isForced: true, at: MORNING });
  await eventually(async () => (await store.run('page'))?.state === 'done', { timeout: 60_000 });
  expect((await parts(AFTERNOON).ledger.entries()).map(({ file }) => file)).toEqual(ALL);
  await eventually(() => archivedEvents(worker, 'archive.remark').length === ALL.length);
});

test('two workers at once archive once', async () => {
  const both = [startWorker(AFTERNOON), startWorker(AFTERNOON)];
  await eventually(() => both.some((worker) => archivedEvents(worker).length > 0), { timeout: 60_000 });
  await eventually(
    () => both.every((worker) => archivedEvents(worker).length + archivedEvents(worker, 'archive.busy').length > 0),
    { timeout: 60_000 },
  );
  const moved = both.flatMap((worker) => archivedEvents(worker)).filter((line) => !line.includes('"months":[]'));
  expect(moved).toHaveLength(1);
  expect(files()).toEqual(EVERY_FILE);
  await expectWhole();
});

test('a worker killed in the middle of a month loses no bar and doubles none, and the next one ends the work', async () => {
  const first = startWorker(AFTERNOON);
  await eventually(() => files().some((name) => name.endsWith('.parquet')), { timeout: 60_000, every: 1 });
  expect(await first.end('SIGKILL')).toBe('SIGKILL');
  expect(await oldRows()).toBeGreaterThan(0);
  await expectWhole();
  const second = startWorker(AFTERNOON);
  await eventually(() => archivedEvents(second).length > 0, { timeout: 60_000 });
  expect([await oldRows(), files()]).toEqual([0, EVERY_FILE]);
  await expectWhole();
});
