import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Sql } from '../../../src/adapters/postgres/client.js';
import { tradingDay } from '../../../src/domain/sessions/trading-day.js';
import { type ArchiveStep, archiveMonths } from '../../../src/roles/archive/archive-months.js';
import { restoreMonth } from '../../../src/roles/archive/restore.js';
import { archiveParts, emptyArchive } from '../../support/archive.js';
import { testFolder, testPostgres } from '../../support/services.js';
import { feedBars, instant } from '../../support/stored-bars.js';

const { url } = await testPostgres();
/** The first month that stays is August. */
const NOW = instant('2026-11-21T12:00:00Z');
const bars = feedBars('MGC', instant('2026-07-29T00:00:00Z'), instant('2026-08-06T00:00:00Z'));
let folder: string;
let parts: ReturnType<typeof archiveParts>;
let sql: Sql;

beforeEach(async () => {
  ({ sql, folder, parts } = await emptyArchive(url, NOW));
  await parts.store.load(bars, 'massive');
});
const nightly = (more: object = {}) => archiveMonths({ ...parts, ...more }, { roots: ['MGC'] });
const pathOf = (name: string) => join(folder, name);
const listed = (): readonly string[] =>
  existsSync(pathOf('manifest.json'))
    ? JSON.parse(readFileSync(pathOf('manifest.json'), 'utf8')).months.map(({ file }: { file: string }) => file)
    : [];
/** A run that ends as a killed one does, after a step. */
const endedAfter = (last: ArchiveStep) => {
  const onStep = (step: ArchiveStep): void => {
    if (step === last) throw new Error(`killed after ${step}`);
  };
  return expect(nightly({ onStep })).rejects.toThrow(`killed after ${last}`);
};
const days = async (from: string, through: string) =>
  (await parts.daily.range('MGC', tradingDay(from), tradingDay(through))).map(({ day }) => day);

describe('a run', () => {
  test('lists what one before it has written before it takes a row out of the database', async () => {
    await endedAfter('recorded');
    expect(listed()).toEqual([]);
    await endedAfter('removed');
    expect(listed()).toEqual(['MGC/2026-07.parquet']);
  });

  test('in a folder that holds nothing of what the database lists moves nothing: a wrong folder would swallow the rows', async () => {
    await nightly();
    await parts.store.load(
      feedBars('MNQ', instant('2026-07-29T00:00:00Z'), instant('2026-07-30T00:00:00Z')),
      'massive',
    );
    const stranger = archiveParts(sql, { folder: join(testFolder(), 'elsewhere') }, NOW);
    const rows = async () => (await sql`select count(*)::int as n from bar_1m where symbol = 'MNQ'`)[0]?.n;
    const before = await rows();
    await expect(archiveMonths(stranger, { roots: ['MNQ'] })).rejects.toThrow(
      /is COPILOT_DATA_DIR the one of the other/,
    );
    expect([before > 0, await rows()]).toEqual([true, before]);
    expect((await nightly())?.months.map(({ root }) => root)).toEqual(['MNQ']);
  });

  test('keeps the daily bars from the first day of the first month that stays', async () => {
    await nightly();
    // 90 days before are 23 August: what came to the days before it is in them, too.
    expect(await days('2026-08-03', '2026-08-05')).toEqual(['2026-08-03', '2026-08-04', '2026-08-05']);
  });

  test('goes on beside a damaged file of the month before: only the day that lies in both stays as it is', async () => {
    // The trading day of 1 October begins at 18:00 of the evening before, in September's file.
    const late = feedBars('MGC', instant('2026-09-30T20:00:00Z'), instant('2026-10-02T20:00:00Z'));
    await parts.store.load(late, 'massive');
    const later = instant('2027-01-05T12:00:00Z');
    await archiveMonths({ ...parts, now: later }, { roots: [] });
    await sql`delete from bar_1d`;
    truncateSync(pathOf('MGC/2026-09.parquet'), 100);
    const fresh = archiveParts(sql, { folder }, later);
    const done = await archiveMonths(fresh, { roots: ['MGC'] });
    expect(done?.faults).toEqual([expect.stringContaining('(MGC of 2026-09): it has 100 bytes in place of')]);
    expect(fresh.told).toEqual([expect.stringContaining('the daily bar of MGC of 2026-10-01 stays as it is')]);
    expect(await days('2026-09-29', '2026-10-05')).toEqual(['2026-10-02']);
  });

  test('checks every file that is listed, names those that are wrong, and moves the other months', async () => {
    await nightly();
    const path = pathOf('MGC/2026-07.parquet');
    const bytes = readFileSync(path);
    bytes[500] = (bytes[500] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    const june = feedBars('MES', instant('2026-06-10T14:00:00Z'), instant('2026-06-10T15:00:00Z'));
    await parts.store.load(june, 'massive');
    const done = await nightly();
    expect(done?.months.map(({ root, month }) => `${root} ${month}`)).toEqual(['MES 2026-06']);
    expect(done?.faults).toEqual([
      `ARCHIVE_INVALID: ${path} (MGC of 2026-07): its checksum is not the one that was written down`,
    ]);
    renameSync(path, `${path}.away`);
    expect((await nightly())?.faults).toEqual([expect.stringContaining('the file is missing or cannot be read')]);
  });

  test('leaves a month in the database whose file cannot be written, says so, and moves the others', async () => {
    const june = feedBars('MES', instant('2026-06-10T14:00:00Z'), instant('2026-06-10T15:00:00Z'));
    await parts.store.load(june, 'massive');
    mkdirSync(folder);
    writeFileSync(pathOf('MGC'), 'a file where the folder has to be');
    const done = await nightly();
    expect(done?.months.map(({ root, month }) => `${root} ${month}`)).toEqual(['MES 2026-06']);
    expect(done?.faults).toEqual([
      expect.stringContaining(`ARCHIVE_INVALID: ${pathOf('MGC/2026-07.parquet.tmp')} cannot be written: `),
    ]);
    expect(await parts.history.range('MGC', instant('2026-07-01T00:00:00Z'), NOW)).toEqual(bars);
    rmSync(pathOf('MGC'));
    expect((await nightly())?.dropped).toEqual(['2026-07']);
  });

  test('minds only what lies in folders of instruments: what else is in its own stays, and stops nothing', async () => {
    for (const name of ['lost+found', 'MGC', 'MGC/2026-07.2.parquet', 'MGC/old.tmp'])
      mkdirSync(pathOf(name), { recursive: true });
    symlinkSync('/nowhere', pathOf('old'));
    symlinkSync('/nowhere', pathOf('SIL'));
    writeFileSync(pathOf('lost+found/2026-07.parquet'), 'of another archive');
    writeFileSync(pathOf('lost+found/half.tmp'), 'of another program');
    writeFileSync(pathOf('MGC/2026-06.parquet.tmp'), 'left by a killed run');
    const done = await nightly();
    expect(done).toMatchObject({ faults: [], dropped: ['2026-07'] });
    expect(readdirSync(folder).sort()).toEqual(['MGC', 'SIL', 'lost+found', 'manifest.json', 'old']);
    expect(readdirSync(pathOf('lost+found')).sort()).toEqual(['2026-07.parquet', 'half.tmp']);
    expect(existsSync(pathOf('MGC/2026-06.parquet.tmp'))).toBe(false);
    expect(await days('2026-08-03', '2026-08-05')).toHaveLength(3);
  });

  test('ends before its next change when it is told to, and the next one goes on', async () => {
    const leaving = new AbortController();
    const onStep = (step: ArchiveStep): void => {
      if (step === 'daily') leaving.abort();
    };
    await expect(nightly({ onStep, signal: leaving.signal })).rejects.toThrow('aborted');
    expect(await parts.store.newest('MGC')).toBe(bars.at(-1)?.bar.at);
    expect(await sql`select 1 from bar_1m where ts < '2026-08-01' limit 1`).toHaveLength(1);
    expect((await nightly())?.dropped).toEqual(['2026-07']);
    expect(await parts.history.range('MGC', instant('2026-07-01T00:00:00Z'), NOW)).toEqual(bars);
  });
});

test('a lost database keeps the checksum of a file it cannot read, so that one from a backup can be taken up', async () => {
  await nightly();
  const path = pathOf('MGC/2026-07.parquet');
  renameSync(path, `${path}.away`);
  await sql`delete from bar_archive`;
  const fresh = archiveParts(sql, { folder }, NOW);
  expect((await archiveMonths(fresh, { roots: [] }))?.faults).toEqual([
    expect.stringContaining('MGC 2026-07: listed beside the files, but ARCHIVE_INVALID'),
  ]);
  await expect(restoreMonth(fresh, { month: '2026-07', root: 'MGC' })).rejects.toMatchObject({ code: 'USAGE' });
  expect(listed()).toEqual(['MGC/2026-07.parquet']);
  renameSync(`${path}.away`, path);
  expect((await archiveMonths(fresh, { roots: [] }))?.faults).toEqual([]);
  expect(await fresh.history.range('MGC', instant('2026-07-01T00:00:00Z'), NOW)).toEqual(bars);
});

test('a run whose lock goes with its connection is told, and has ended before anybody hears of it', async () => {
  const steps: string[] = [];
  const run = parts.ledger.alone(async (held) => {
    await sql`select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and pid <> pg_backend_pid()`;
    await new Promise<void>((done) => held.addEventListener('abort', () => done(), { once: true }));
    await sql`select 1`;
    steps.push('work ended');
  });
  await expect(run.finally(() => steps.push('told'))).rejects.toMatchObject({ code: 'POSTGRES_UNAVAILABLE' });
  expect(steps).toEqual(['work ended', 'told']);
  expect(await nightly()).toBeDefined();
});
