import { beforeEach, expect, test } from 'vitest';
import type { Sql } from '../../../src/adapters/postgres/client.js';
import type { ArchiveLedger } from '../../../src/ports/bar-archive.js';
import { archiveMonths } from '../../../src/roles/archive/archive-months.js';
import { restoreMonth } from '../../../src/roles/archive/restore.js';
import { restoreText } from '../../../src/roles/archive/text.js';
import { type archiveParts, emptyArchive } from '../../support/archive.js';
import { testPostgres } from '../../support/services.js';
import { feedBars, instant } from '../../support/stored-bars.js';

// Bars that are in the database although the file of their month has them: of each minute only one can stay.

const { url } = await testPostgres();
const NOW = instant('2026-11-21T12:00:00Z');
const [FROM, TO] = [instant('2026-07-14T12:00:00Z'), instant('2026-07-14T18:00:00Z')];
const [gold, spoons] = [feedBars('MGC', FROM, TO), feedBars('SIL', FROM, TO)];
const [first, ...rest] = gold;
if (!first) throw new Error('no bars');
const another = { ...first, bar: { ...first.bar, volume: first.bar.volume + 1 } };
const fault =
  'MGC of 2026-07 stays: 1 bar in the database with other values than in MGC/2026-07.parquet, the first of 2026-07-14T12:00:00.000Z; ' +
  "the file's are the ones that are read";
let parts: ReturnType<typeof archiveParts>;
let sql: Sql;

const night = (ledger: Partial<ArchiveLedger> = {}) =>
  archiveMonths({ ...parts, ledger: { ...parts.ledger, ...ledger } }, { roots: [] });
const hot = async () => (await parts.store.range('MGC', FROM, TO)).length;

beforeEach(async () => {
  ({ sql, parts } = await emptyArchive(url, NOW));
  await parts.store.load([...gold, ...spoons], 'massive');
  await night();
  expect(await hot()).toBe(0);
});

test('the same bars leave the database again, whoever brought them', async () => {
  await parts.store.load(gold, 'ibkr');
  const done = await night();
  expect(done).toMatchObject({ faults: [], dropped: ['2026-07'] });
  expect(done?.months.map(({ root, rows, removed }) => [root, rows, removed])).toEqual([
    ['MGC', gold.length, gold.length],
  ]);
});

test('a month of which one has another value stays and is told with the count, until somebody has decided; others go', async () => {
  await parts.store.load([another, ...rest.slice(0, 9), ...spoons], 'ibkr');
  for (const moved of [['SIL'], []]) {
    const done = await night();
    expect(done?.months.map(({ root }) => root)).toEqual(moved);
    expect(done?.faults).toEqual([fault]);
    expect(await hot()).toBe(10);
    expect(await parts.history.range('MGC', FROM, TO)).toEqual(gold);
  }
  await sql`delete from bar_1m where symbol = 'MGC' and ts = ${new Date(FROM)}`;
  expect(await night()).toMatchObject({ faults: [], dropped: ['2026-07'] });
});

test('a month that is brought back beside bars with other values says how many there are, and which are read', async () => {
  await parts.store.load([another, ...rest.slice(0, 9)], 'ibkr');
  const restored = await restoreMonth(parts, { month: '2026-07', root: 'MGC' });
  const counts = { rows: gold.length, added: gold.length - 10, differing: 1 };
  expect(restored).toEqual([{ root: 'MGC', ...counts }]);
  const says = (isForPeople: boolean) => restoreText(restored, { month: '2026-07', isForPeople });
  expect(says(true)).toEqual([
    expect.stringMatching(
      /brought back; 1 bar in the database with other values than the file's, which are the ones that are read$/,
    ),
  ]);
  expect(JSON.parse(says(false)[0] ?? '')).toMatchObject(counts);
  expect(await parts.history.range('MGC', FROM, TO)).toEqual(gold);
  const [same] = (await restoreMonth(parts, { month: '2026-07', root: 'SIL' })) ?? [];
  expect(same).toMatchObject({ root: 'SIL', differing: 0 });
});

test('a value that changes after it was looked at keeps the month, too', async () => {
  await parts.store.load(gold, 'ibkr');
  const release: ArchiveLedger['release'] = async (root, month, archived) => {
    await sql`update bar_1m set volume = ${another.bar.volume} where symbol = 'MGC' and ts = ${new Date(FROM)}`;
    return parts.ledger.release(root, month, archived);
  };
  expect((await night({ release }))?.faults).toEqual([fault]);
  expect(await hot()).toBe(gold.length);
});
