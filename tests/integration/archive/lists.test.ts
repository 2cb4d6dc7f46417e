import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Sql } from '../../../src/adapters/postgres/client.js';
import { after, DAY, HOUR } from '../../../src/kernel/units.js';
import { archiveMonths } from '../../../src/roles/archive/archive-months.js';
import { restoreMonth } from '../../../src/roles/archive/restore.js';
import { archiveParts, emptyArchive } from '../../support/archive.js';
import { testPostgres } from '../../support/services.js';
import { feedBars, instant } from '../../support/stored-bars.js';

// The database and `manifest.json` both say which file of a month counts. Each can come back from a backup without the other.

const { url } = await testPostgres();
const NOW = instant('2026-11-21T12:00:00Z');
const [FROM, TO] = [instant('2026-07-13T00:00:00Z'), instant('2026-07-16T00:00:00Z')];
const bars = feedBars('MGC', FROM, TO);
const [early, later] = [bars.slice(0, 2_000), bars.slice(2_000)];
const [FIRST, SECOND] = ['MGC/2026-07.parquet', 'MGC/2026-07.2.parquet'];
let folder: string;
let parts: ReturnType<typeof archiveParts>;
let sql: Sql;
let nights = 0;

beforeEach(async () => {
  ({ sql, folder, parts } = await emptyArchive(url, NOW));
});
/** A process of its own, each on a later night. */
const night = (more: object = {}) => {
  nights += 1;
  const fresh = archiveParts(sql, { folder }, after(NOW, nights * DAY));
  return archiveMonths({ ...fresh, tell: parts.tell, ...more }, { roots: [] });
};
const pathOf = (name: string) => join(folder, name);
const list = () => readFileSync(pathOf('manifest.json'), 'utf8');
const listed = (): readonly string[] => JSON.parse(list()).months.map(({ file }: { file: string }) => file);
const recorded = async () => (await parts.ledger.entries()).map(({ file }) => file);
const read = () => archiveParts(sql, { folder }, NOW).history.range('MGC', FROM, TO);
const away = (name: string) => renameSync(pathOf(name), pathOf(`${name}.away`));
const back = (name: string) => renameSync(pathOf(`${name}.away`), pathOf(name));
const backUp = () => sql`create table backup as table bar_archive`;
const putBack = async () => {
  await sql`truncate bar_archive`;
  await sql`insert into bar_archive table backup`;
};

const SPOONS = 'SIL/2026-07.parquet';
const spoons = feedBars('SIL', FROM, after(FROM, HOUR));
/** Both lists as they were before the first file. */
const forgetFirst = async () => {
  await sql`delete from bar_archive where symbol = 'MGC'`;
  await parts.files.writeManifest(await parts.ledger.entries());
};

/** A month of which more came after it was archived, and the database's and the folder's backups of the time between. */
async function archivedTwice() {
  await parts.store.load(early, 'massive');
  await night();
  await backUp();
  const [file, manifest] = [readFileSync(pathOf(FIRST)), list()];
  await parts.store.load(later, 'massive');
  await night();
  expect([await recorded(), listed(), readdirSync(pathOf('MGC'))]).toEqual([[SECOND], [SECOND], ['2026-07.2.parquet']]);
  return { file, manifest };
}

describe('a database that was put back to its older rows', () => {
  test('takes the newer file from the list, and every bar is read', async () => {
    await archivedTwice();
    await putBack();
    await expect(read()).rejects.toThrow('the file is missing');
    expect((await night())?.faults).toEqual([]);
    expect([await recorded(), listed()]).toEqual([[SECOND], [SECOND]]);
    expect(parts.told).toEqual([
      expect.stringMatching(/^MGC 2026-07: MGC\/2026-07\.2\.parquet .* is read from now on/),
    ]);
    expect(await read()).toEqual(bars);
  });

  test('is read rightly by restore, too', async () => {
    await archivedTwice();
    await putBack();
    const restored = await restoreMonth(parts, { month: '2026-07', root: 'MGC' });
    expect(restored).toEqual([{ root: 'MGC', rows: bars.length, added: bars.length, differing: 0 }]);
  });

  test('keeps the bars that only the older file has, and that file, which is named, where a value of it is nowhere else', async () => {
    await parts.store.load([...early, ...spoons], 'massive');
    await night();
    await backUp();
    await forgetFirst();
    const anew = bars.slice(1_500).map((it, i) => (i === 0 ? { ...it, bar: { ...it.bar, volume: 1 } } : it));
    await parts.store.load(anew, 'massive');
    const stray = [expect.stringContaining(`${pathOf(FIRST)} (MGC of 2026-07): it is in no list and is not read`)];
    expect((await night())?.faults).toEqual(stray);
    expect(await recorded()).toEqual([SECOND, SPOONS]);
    await putBack();
    expect((await night())?.faults, 'the value that only it has').toEqual(stray);
    expect(parts.told).toEqual([
      expect.stringMatching(/and not MGC\/2026-07\.parquet .*only that one has.*: 1500; .*other values.*: 1$/),
    ]);
    const both = ['MGC/2026-07.3.parquet', SPOONS];
    expect([await recorded(), listed()]).toEqual([both, both]);
    expect(await read()).toEqual([...bars.slice(0, 1_500), ...anew]);
    expect(existsSync(pathOf(FIRST))).toBe(true);
  });

  test('says so where neither file can be read, moves nothing of the month, and forgets neither', async () => {
    await archivedTwice();
    await putBack();
    away(SECOND);
    await parts.store.load(later, 'massive');
    for (const nr of [1, 2]) {
      const done = await night();
      expect(done?.months, `night ${nr}`).toEqual([]);
      expect(done?.faults[0]).toContain('MGC 2026-07: neither of its files can be read: ');
      for (const file of [FIRST, SECOND])
        expect(done?.faults[0]).toContain(`${pathOf(file)} (MGC of 2026-07): the file is`);
      expect([await recorded(), listed()]).toEqual([[FIRST], [FIRST, SECOND]]);
    }
    parts.told.length = 0;
    await expect(restoreMonth(parts, { month: '2026-07', root: 'MGC' })).rejects.toMatchObject({
      code: 'ARCHIVE_INVALID',
    });
    expect(parts.told).toEqual([expect.stringContaining('neither of its files can be read: ')]);
    back(SECOND);
    expect((await night())?.faults).toEqual([]);
    expect([await recorded(), listed(), await read()]).toEqual([[SECOND], [SECOND], bars]);
  });
});

describe('a folder that was put back to its older files', () => {
  test('is read as it is, and the newer file is asked for each night until it is there again', async () => {
    const older = await archivedTwice();
    away(SECOND);
    writeFileSync(pathOf(FIRST), older.file);
    writeFileSync(pathOf('manifest.json'), older.manifest);
    const killed = { ...parts.ledger, record: () => Promise.reject(new Error('killed')) };
    await expect(night({ ledger: killed })).rejects.toThrow('killed');
    expect([await recorded(), listed()], 'nothing is forgotten on the way').toEqual([[SECOND], [FIRST, SECOND]]);
    for (const nr of [1, 2]) {
      const faults = (await night())?.faults;
      expect(faults, `night ${nr}`).toEqual([
        expect.stringMatching(
          /2026-07\.parquet \(2,000 bars, .*\) is read as long as MGC\/2026-07\.2\.parquet .* cannot be: /,
        ),
      ]);
      expect([await recorded(), listed(), await read()]).toEqual([[FIRST], [FIRST, SECOND], early]);
    }
    back(SECOND);
    expect((await night())?.faults).toEqual([]);
    expect([await recorded(), listed(), await read()]).toEqual([[SECOND], [SECOND], bars]);
  });
});

test('a file that is listed and away keeps its name: bars that come to its month get another, and both are read in the end', async () => {
  await parts.store.load(early, 'massive');
  await night();
  away(FIRST);
  await sql`truncate bar_archive`;
  await parts.store.load(later, 'massive');
  await night();
  expect((await night())?.faults).toEqual([
    expect.stringMatching(/2026-07\.2\.parquet .* is read as long as MGC\/2026-07\.parquet/),
  ]);
  expect([await recorded(), listed(), await read()]).toEqual([[SECOND], [SECOND, FIRST], later]);
  back(FIRST);
  expect((await night())?.faults).toEqual([]);
  expect([await recorded(), await read()]).toEqual([['MGC/2026-07.3.parquet'], bars]);
});

describe('a list that cannot be read', () => {
  test.each([
    ['is cut off', (text: string) => text.slice(0, 100), 'it is no JSON, or cut off'],
    ['has a wrong field', (text: string) => text.replace(/"sha256": "../, '"sha256": "'), 'months.0.sha256: '],
  ])('because it %s is kept under another name, told once, and written anew', async (_, damage, reason) => {
    await parts.store.load(early, 'massive');
    await night();
    const whole = list();
    for (const aside of ['manifest.damaged.json', 'manifest.damaged.2.json']) {
      writeFileSync(pathOf('manifest.json'), damage(whole));
      parts.told.length = 0;
      expect((await night())?.faults).toEqual([]);
      expect(parts.told).toEqual([
        expect.stringContaining(`${pathOf('manifest.json')} cannot be read as the list of the archive (${reason}`),
      ]);
      expect(parts.told[0]).toContain(`kept as ${pathOf(aside)}`);
      expect([readFileSync(pathOf(aside), 'utf8'), list()]).toEqual([damage(whole), whole]);
      await night();
      expect(parts.told).toHaveLength(1);
    }
  });

  test('beside a database that lists nothing stops archive and restore: one of the two has to come back from a backup', async () => {
    await parts.store.load(early, 'massive');
    await night();
    await sql`truncate bar_archive`;
    await parts.store.load(later, 'massive');
    const whole = list();
    writeFileSync(pathOf('manifest.json'), whole.slice(0, 100));
    const refusal = {
      code: 'ARCHIVE_INVALID',
      message: expect.stringContaining('take one of the two back from a backup'),
    };
    await expect(night()).rejects.toMatchObject(refusal);
    await expect(restoreMonth(parts, { month: '2026-07', root: 'MGC' })).rejects.toMatchObject(refusal);
    expect(readdirSync(folder).sort()).toEqual(['MGC', 'manifest.json']);
    expect(await read()).toEqual(later);
    writeFileSync(pathOf('manifest.json'), whole);
    expect((await night())?.faults).toEqual([]);
    expect(await read()).toEqual(bars);
  });
});

describe('neither list, and files that lie there,', () => {
  const refusal = {
    code: 'ARCHIVE_INVALID',
    message: expect.stringContaining('take one of the two back from a backup'),
  };
  const loseBoth = async () => {
    await sql`truncate bar_archive`;
    rmSync(pathOf('manifest.json'));
  };

  test('stop archive and restore, which name them, until one of the lists is back', async () => {
    await parts.store.load([...early, ...spoons], 'massive');
    await night();
    const whole = list();
    await loseBoth();
    await parts.store.load(later, 'massive');
    await expect(night()).rejects.toMatchObject(refusal);
    await expect(night()).rejects.toThrow(`${pathOf(FIRST)} and 1 more file: bars that may be nowhere else`);
    await expect(restoreMonth(parts, { month: '2026-07', root: 'MGC' })).rejects.toMatchObject(refusal);
    expect([await recorded(), readdirSync(folder).sort(), await read()]).toEqual([[], ['MGC', 'SIL'], later]);
    writeFileSync(pathOf('manifest.json'), whole);
    expect((await night())?.faults).toEqual([]);
    expect(await read()).toEqual(bars);
  });

  test('do not stop it where the database has every bar of them: a first run was killed there', async () => {
    await parts.store.load(early, 'massive');
    const onStep = (step: string): void => {
      if (step === 'verified') throw new Error('killed');
    };
    await expect(night({ onStep })).rejects.toThrow('killed');
    expect([await recorded(), existsSync(pathOf('manifest.json')), existsSync(pathOf(FIRST))]).toEqual([
      [],
      false,
      true,
    ]);
    await parts.store.load(later, 'massive');
    expect((await night())?.faults).toEqual([]);
    expect([await recorded(), readdirSync(pathOf('MGC')), await read()]).toEqual([
      [SECOND],
      ['2026-07.2.parquet'],
      bars,
    ]);
  });

  test('stop it where the database has a bar of theirs with another value, and where one cannot be read', async () => {
    await parts.store.load(early, 'massive');
    await night();
    await loseBoth();
    await parts.store.load(bars, 'massive');
    await sql`update bar_1m set volume = volume + 1 where ts = ${new Date(FROM)}`;
    await expect(night()).rejects.toMatchObject(refusal);
    await sql`update bar_1m set volume = volume - 1 where ts = ${new Date(FROM)}`;
    mkdirSync(pathOf('SIL'));
    writeFileSync(pathOf(SPOONS), 'cut off');
    await expect(night()).rejects.toThrow(`${pathOf(SPOONS)}: bars that`);
    rmSync(pathOf(SPOONS));
    expect((await night())?.faults).toEqual([]);
    expect(await read()).toEqual(bars);
  });
});

test('a file that neither list has and nothing has replaced is named in each run, and stays', async () => {
  await archivedTwice();
  const stray = 'MGC/2026-07.5.parquet';
  copyFileSync(pathOf(SECOND), pathOf(stray));
  for (const nr of [1, 2])
    expect((await night())?.faults, `night ${nr}`).toEqual([
      expect.stringContaining(`${pathOf(stray)} (MGC of 2026-07): it is in no list and is not read`),
    ]);
  expect(readdirSync(pathOf('MGC')).sort()).toEqual(['2026-07.2.parquet', '2026-07.5.parquet']);
});
