import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { backfillRepository } from '../../../src/adapters/postgres/backfill-repository.js';
import type { Sql } from '../../../src/adapters/postgres/client.js';
import { NOTHING_MISSING } from '../../../src/domain/bars/backfill-wish.js';
import type { ArchiveLedger } from '../../../src/ports/bar-archive.js';
import { archiveMonths } from '../../../src/roles/archive/archive-months.js';
import { takeUpListed } from '../../../src/roles/archive/take-up.js';
import { addBackfills, type BackfillDeps } from '../../../src/roles/worker/backfill.js';
import { type archiveParts, emptyArchive } from '../../support/archive.js';
import { backfillRig } from '../../support/backfill.js';
import { startFakeMassive } from '../../support/fake-massive/server.js';
import { fakeMarket } from '../../support/fake-vendor/market.js';
import { testPostgres } from '../../support/services.js';
import { feedBars, instant } from '../../support/stored-bars.js';

// A database that was made anew knows nothing of the files, and a backfill asks for what nobody knows of.

const { url } = await testPostgres();
const NOW = instant('2026-11-21T12:00:00Z');
/** Every minute of three trading days. */
const bars = feedBars('MGC', instant('2026-07-12T22:00:00Z'), instant('2026-07-15T21:00:00Z'));
const range = { from: '2026-07-13', to: '2026-07-15' };
let folder: string;
let parts: ReturnType<typeof archiveParts>;
let sql: Sql;

beforeEach(async () => {
  ({ sql, folder, parts } = await emptyArchive(url, NOW));
  await parts.store.load(bars, 'massive');
  await archiveMonths(parts, { roots: [] });
  await sql`truncate bar_archive`;
});
const listed = () => join(folder, 'manifest.json');
const entries = async () => (await parts.ledger.entries()).map(({ file }) => file);
const busy: ArchiveLedger['alone'] = async () => undefined;
const takeUp = (alone = parts.ledger.alone) => takeUpListed({ ...parts, ledger: { ...parts.ledger, alone } });

describe('a worker', () => {
  const store = () => backfillRepository(sql);
  const queue = { add: async () => {}, close: async () => {} };
  async function depsOf(takeUpArchive: NonNullable<BackfillDeps['takeUpArchive']>): Promise<BackfillDeps> {
    const market = fakeMarket({ roots: ['MGC'], start: NOW });
    const vendor = await startFakeMassive(market, { apiKey: 'none' });
    await vendor.close();
    const rig = backfillRig(sql, vendor, market.clock);
    const { history } = parts;
    return { ...rig.depsOf('worker'), history, roots: ['MGC'], isNightly: false, drive: undefined, takeUpArchive };
  }
  const ask = (id: string) =>
    store().ask({ id, by: 'page', roots: ['MGC'], range, source: undefined, isForced: true, at: NOW });

  test('asks for no bar that lies in a file of which the database was never told', async () => {
    await ask('without');
    await addBackfills(await depsOf(async () => true), queue, new Set());
    expect((await store().run('without'))?.parts).toMatchObject([{ root: 'MGC', minutes: bars.length }]);
    await ask('with');
    await addBackfills(await depsOf(takeUp), queue, new Set());
    expect(await store().run('with')).toMatchObject({ state: 'done', reason: NOTHING_MISSING, parts: [] });
    expect(await entries()).toEqual(['MGC/2026-07.parquet']);
  });

  test('plans nothing as long as another process archives, and looks into the list once only', async () => {
    let looks = 0;
    let free = false;
    const deps = await depsOf(() => {
      looks += 1;
      return takeUp(free ? parts.ledger.alone : busy);
    });
    const finished = new Set<string>();
    await ask('one');
    await addBackfills(deps, queue, finished);
    expect((await store().run('one'))?.state).toBe('asked');
    free = true;
    await addBackfills(deps, queue, finished);
    expect((await store().run('one'))?.state).toBe('done');
    await ask('two');
    await addBackfills(deps, queue, finished);
    expect([(await store().run('two'))?.state, looks]).toEqual(['done', 2]);
  });
});

test('a database that knows every file that is listed does not wait for the process that archives', async () => {
  expect(await takeUp()).toBe(true);
  expect(await takeUp(busy)).toBe(true);
});

test('a file that is listed and away is told, and does not hold up what asks', async () => {
  renameSync(join(folder, 'MGC'), join(folder, 'away'));
  expect(await takeUp()).toBe(true);
  expect(parts.told).toEqual([expect.stringContaining('MGC 2026-07: listed beside the files, but ARCHIVE_INVALID')]);
});

test('a list that is damaged is left as it is for the run of the archive', async () => {
  const damaged = readFileSync(listed(), 'utf8').slice(0, 100);
  writeFileSync(listed(), damaged);
  expect(await takeUp(busy)).toBe(true);
  expect([readFileSync(listed(), 'utf8'), parts.told]).toEqual([damaged, []]);
});

test('a list that cannot be opened is told, and does not hold up what asks', async () => {
  rmSync(listed());
  mkdirSync(listed());
  expect(await takeUp()).toBe(true);
  expect(parts.told).toEqual([expect.stringContaining(`ARCHIVE_INVALID: ${listed()} cannot be read: `)]);
});
