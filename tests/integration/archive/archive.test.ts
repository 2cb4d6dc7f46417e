import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectPostgres } from '../../../src/adapters/postgres/client.js';
import { migrate } from '../../../src/adapters/postgres/migrate.js';
import { ownSchema } from '../../../src/adapters/postgres/own-schema.js';
import { areSameColumns, columnsOf } from '../../../src/domain/bars/columns.js';
import { dailyBars } from '../../../src/domain/bars/daily.js';
import { mgc } from '../../../src/domain/instruments/catalogue/mgc.js';
import { tradingDay } from '../../../src/domain/sessions/trading-day.js';
import { after, DAY, epochMs, FIVE_MINUTES } from '../../../src/kernel/units.js';
import { archiveMonths } from '../../../src/roles/archive/archive-months.js';
import { restoreMonth } from '../../../src/roles/archive/restore.js';
import { storedSources } from '../../../src/roles/research/stored-bars.js';
import { archiveParts } from '../../support/archive.js';
import { testFolder, testPostgres } from '../../support/services.js';
import { feedBars, instant } from '../../support/stored-bars.js';

const { url } = await testPostgres();
const sql = connectPostgres({ url });
afterAll(() => sql.end());
await migrate(sql);

const NOW = instant('2026-11-21T12:00:00Z');
const [FROM, TO] = [instant('2025-02-26T00:00:00Z'), instant('2025-04-03T00:00:00Z')];
const ROOTS = ['MGC', 'MES'];
const folder = join(testFolder(), 'archive', "a trader's [bars]");
const parts = archiveParts(sql, { folder }, NOW);
const { store, ledger, history, daily } = parts;

// What a year leaves behind: a roll, other sources, minutes that are missing, and a recording of longer bars.
const old = ROOTS.map((root) => {
  const bars = feedBars(root, FROM, TO).filter((_, i) => i % 501 !== 0);
  return bars.map((bar, i) => ({
    ...bar,
    ...(i % 4_000 < 60 && { source: 'ibkr' }),
    ...(i > 200 && i < 220 && { lengthMs: FIVE_MINUTES }),
  }));
});
const recent = feedBars('MGC', instant('2026-11-18T00:00:00Z'), instant('2026-11-20T00:00:00Z'));
const whole = (root: string) => columnsOf(old[ROOTS.indexOf(root)] ?? [], 'massive');
const read = (root: string) => history.columns(root, FROM, TO);
const nightly = (before?: string) => archiveMonths(parts, { before, roots: ROOTS });
const partitions = async () =>
  (await sql`select relname from pg_class where relname ~ '^bar_1m_\\d{4}_\\d{2}$' order by relname`).map(
    (row) => row.relname,
  );
const hotRows = async (root: string) =>
  Number((await sql`select count(*) from bar_1m where symbol = ${root} and ts < '2026-01-01'`)[0]?.count);
const pathOf = (name: string) => join(folder, name);
/** Five bars of March as another source would bring them again. */
const lateAgain = (root: string) => {
  const [from, to] = [instant('2025-03-20T14:00:00Z'), instant('2025-03-20T14:05:00Z')];
  const bars = old[ROOTS.indexOf(root)] ?? [];
  return bars.filter(({ bar }) => bar.at >= from && bar.at < to).map((bar) => ({ ...bar, source: 'late' }));
};

beforeAll(async () => {
  for (const bars of old) await store.load(bars, 'massive');
  await store.load(recent, 'massive');
});

describe('months that are old enough', () => {
  test('leave the database for files, and read as before bit for bit', async () => {
    expect(await partitions()).toEqual(['bar_1m_2025_02', 'bar_1m_2025_03', 'bar_1m_2025_04', 'bar_1m_2026_11']);
    const done = await nightly();
    expect(done?.faults).toEqual([]);
    expect(done?.dropped).toEqual(['2025-02', '2025-03', '2025-04']);
    expect(done?.months.map(({ root, month }) => `${root} ${month}`)).toHaveLength(6);
    expect(await partitions()).toEqual(['bar_1m_2026_11']);
    expect(readdirSync(pathOf('MGC'))).toEqual(['2025-02.parquet', '2025-03.parquet', '2025-04.parquet']);
    for (const root of ROOTS) expect(areSameColumns(await read(root), whole(root))).toBe(true);
  });

  test('are read over the border to the hot bars, and in part', async () => {
    const bars = await history.range('MGC', FROM, NOW);
    expect(bars).toHaveLength((old[0]?.length ?? 0) + recent.length);
    const [from, to] = [instant('2025-03-31T20:00:00Z'), instant('2025-04-01T03:00:00Z')];
    const expected = (old[0] ?? []).filter(({ bar }) => bar.at >= from && bar.at < to).map(({ bar }) => bar.at);
    expect([...(await history.minutes('MGC', from, to))]).toEqual(expected);
    expect(await history.newest('MGC')).toBe(recent.at(-1)?.bar.at);
    expect(await history.newest('MES')).toBe(old[1]?.at(-1)?.bar.at);
  });

  test('are what research works on, hot ones and archived ones in one go', async () => {
    const [source] = await storedSources(history, [mgc], { since: undefined, tell: () => {} });
    const minutes: number[] = [];
    for await (const { at } of source?.bars ?? []) minutes.push(at);
    const expected = [...(old[0] ?? []), ...recent].filter((bar) => !('lengthMs' in bar)).map(({ bar }) => bar.at);
    expect(minutes).toEqual(expected);
  });

  test('are not touched again by a second run', async () => {
    const before = statSync(pathOf('MGC/2025-03.parquet'));
    const entries = await ledger.entries();
    expect(await nightly()).toEqual({ months: [], dropped: [], faults: [] });
    expect(await ledger.entries()).toEqual(entries);
    expect(statSync(pathOf('MGC/2025-03.parquet')).mtimeMs).toBe(before.mtimeMs);
    expect(JSON.parse(readFileSync(pathOf('manifest.json'), 'utf8')).months).toHaveLength(6);
  });

  test('leave daily bars of every trading day, those over the end of a month included', async () => {
    const rows = await daily.range('MGC', tradingDay('2025-02-26'), tradingDay('2025-04-02'));
    expect(rows).toEqual(dailyBars(whole('MGC')).filter(({ day }) => day <= '2025-04-02'));
    expect(
      (await daily.range('MGC', tradingDay('2026-11-18'), tradingDay('2026-11-20'))).map(({ day }) => day),
    ).toEqual(
      dailyBars(columnsOf(recent, 'massive'))
        .map(({ day }) => day)
        .filter((day) => day < '2026-11-23'),
    );
  });

  test('cannot be had while they are young, whatever is asked', async () => {
    await expect(nightly('2026-11')).rejects.toMatchObject({ code: 'USAGE' });
    expect(await partitions()).toEqual(['bar_1m_2026_11']);
  });
});

describe('a month brought back', () => {
  const march = ['MES', 'MGC'].map((root) => ({ root, rows: 0, added: 0 }));

  test('is in the database again, once, and stays until somebody asks or a fortnight has passed', async () => {
    const first = await restoreMonth(parts, { month: '2025-03', root: undefined });
    expect(first?.map(({ root, rows, added }) => [root, rows === added && rows > 10_000])).toEqual(
      march.map(({ root }) => [root, true]),
    );
    const again = await restoreMonth(parts, { month: '2025-03', root: 'MGC' });
    expect(again).toEqual([{ root: 'MGC', rows: first?.[1]?.rows, added: 0, differing: 0 }]);
    expect(areSameColumns(await read('MGC'), whole('MGC'))).toBe(true);
    expect(await nightly()).toMatchObject({ months: [], dropped: [] });
    expect(await hotRows('MGC')).toBe(first?.[1]?.rows);
    const later = { ...parts, now: after(NOW, 15 * DAY) };
    expect((await archiveMonths(later, { roots: [] }))?.dropped).toEqual(['2025-03']);
    expect(readdirSync(pathOf('MGC'))).toEqual(['2025-02.parquet', '2025-03.parquet', '2025-04.parquet']);
    await restoreMonth(parts, { month: '2025-03', root: 'MES' });
    expect((await nightly('2025-04'))?.dropped).toEqual(['2025-03']);
    expect(await hotRows('MES')).toBe(0);
  });

  test('that is not there is answered with what is', async () => {
    await expect(restoreMonth(parts, { month: '2024-01', root: 'MGC' })).rejects.toThrow('2025-02, 2025-03, 2025-04');
  });
});

describe('a file that is not what was written', () => {
  const path = pathOf('MGC/2025-03.parquet');
  const damaged = async (work: () => Promise<void>) => {
    const bytes = readFileSync(path);
    const wrong = Buffer.from(bytes);
    wrong[1_000] = (wrong[1_000] ?? 0) ^ 1;
    writeFileSync(path, wrong);
    await work().finally(() => writeFileSync(path, bytes));
  };
  const fresh = () => archiveParts(sql, { folder }, NOW);

  test('is named with its month, and the months beside it can be read', async () => {
    await damaged(async () => {
      const { history: reader } = fresh();
      const error = await reader.columns('MGC', FROM, TO).catch((it: unknown) => it);
      expect(error).toMatchObject({ code: 'ARCHIVE_INVALID' });
      expect(String(error)).toContain(path);
      expect(String(error)).toContain('MGC of 2025-03');
      const april = await reader.minutes('MGC', instant('2025-04-01T00:00:00Z'), TO);
      expect(april.length).toBeGreaterThan(1_000);
    });
  });

  test('is not brought back, nor anything else of its month', async () => {
    await damaged(async () => {
      const wish = { month: '2025-03', root: undefined };
      await expect(restoreMonth(fresh(), wish)).rejects.toMatchObject({ code: 'ARCHIVE_INVALID' });
      expect([await hotRows('MGC'), await hotRows('MES')]).toEqual([0, 0]);
    });
  });

  test('or is missing keeps later bars of its month in the database, and the other months go', async () => {
    for (const root of ROOTS) await store.save(lateAgain(root), 'late');
    renameSync(path, `${path}.away`);
    const done = await archiveMonths(fresh(), { roots: [] }).finally(() => renameSync(`${path}.away`, path));
    expect(done?.faults).toEqual([
      expect.stringContaining(`ARCHIVE_INVALID: ${path} (MGC of 2025-03): the file is missing`),
    ]);
    expect([await hotRows('MGC'), await hotRows('MES')]).toEqual([5, 0]);
    expect((await nightly())?.dropped).toEqual(['2025-03']);
    expect(areSameColumns(await read('MGC'), whole('MGC'))).toBe(true);
  });
});

describe('bars that come to an archived month', () => {
  const at = old[0]?.[3_000]?.bar.at ?? epochMs(0);
  const missing = feedBars('MGC', FROM, TO).filter((_, i) => i % 501 === 0);

  test('are read beside the file, and the next run writes a file of both before it removes the first', async () => {
    expect(missing.some(({ bar }) => bar.at > at)).toBe(true);
    await store.load(missing, 'backfill');
    const expected = columnsOf(
      [...(old[0] ?? []), ...missing.map((bar) => ({ ...bar, source: 'backfill' }))],
      'massive',
    );
    expect(areSameColumns(await read('MGC'), expected)).toBe(true);
    await nightly();
    expect(readdirSync(pathOf('MGC'))).toEqual(['2025-02.2.parquet', '2025-03.2.parquet', '2025-04.2.parquet']);
    expect(await hotRows('MGC')).toBe(0);
    expect(areSameColumns(await read('MGC'), expected)).toBe(true);
    expect(await daily.range('MGC', tradingDay('2025-03-03'), tradingDay('2025-03-28'))).toEqual(
      dailyBars(expected).filter(({ day }) => day >= '2025-03-03' && day <= '2025-03-28'),
    );
  });

  test('while it is being archived make the run look again, and none is lost', async () => {
    const [late, ...rest] = feedBars('MHG', instant('2025-03-10T00:00:00Z'), instant('2025-03-12T00:00:00Z'));
    if (!late) throw new Error('no bars');
    await store.load(rest, 'massive');
    let isSaved = false;
    const record: typeof ledger.record = async (entry) => {
      if (!isSaved) await store.save([late], 'late');
      isSaved = true;
      await ledger.record(entry);
    };
    await archiveMonths({ ...parts, ledger: { ...ledger, record } }, { roots: [] });
    expect(await hotRows('MHG')).toBe(0);
    expect(await history.range('MHG', FROM, TO)).toEqual([late, ...rest]);
  });
});

describe('beside others', () => {
  test('only one archives or restores at a time', async () => {
    const other = connectPostgres({ url });
    try {
      const second = archiveParts(other, { folder }, NOW);
      await ledger.alone(async () => {
        expect(await archiveMonths(second, { roots: [] })).toBeUndefined();
        expect(await restoreMonth(second, { month: '2025-03', root: undefined })).toBeUndefined();
      });
      expect(await archiveMonths(second, { roots: [] })).toBeDefined();
    } finally {
      await other.end();
    }
  });

  test('a long reader is not waited for: the empty month is dropped another night', async () => {
    await restoreMonth(parts, { month: '2025-02', root: 'MES' });
    const reader = await sql.reserve();
    try {
      await reader.unsafe('begin; select count(*) from bar_1m');
      expect((await nightly('2025-03'))?.dropped).toEqual([]);
      expect(await hotRows('MES')).toBe(0);
      await reader.unsafe('commit');
    } finally {
      reader.release();
    }
    expect((await nightly())?.dropped).toEqual(['2025-02']);
  });

  test('a database that was lost learns from the list beside the files what is archived', async () => {
    const anew = connectPostgres({ url: await ownSchema(url, 'anew'), connectionsMax: 2 });
    try {
      await migrate(anew);
      const fresh = archiveParts(anew, { folder }, NOW);
      expect(await fresh.history.newest('MES')).toBeUndefined();
      const restored = await restoreMonth(fresh, { month: '2025-03', root: 'MES' });
      expect(restored?.map(({ rows, added }) => rows === added && rows > 10_000)).toEqual([true]);
      expect(fresh.told.filter((line) => line.endsWith('taken from the list beside the files'))).toHaveLength(7);
      expect(areSameColumns(await fresh.history.columns('MES', FROM, TO), await read('MES'))).toBe(true);
    } finally {
      await anew.end();
    }
  });

  test('a file nobody lists is neither removed nor written over', async () => {
    const stray = pathOf('MHG/2025-04.parquet');
    writeFileSync(stray, 'a file of somebody else');
    await store.load(feedBars('MHG', instant('2025-04-01T00:00:00Z'), instant('2025-04-02T00:00:00Z')), 'massive');
    await nightly();
    expect(readFileSync(stray, 'utf8')).toBe('a file of somebody else');
    expect(existsSync(pathOf('MHG/2025-04.2.parquet'))).toBe(true);
    rmSync(stray);
  });
});
