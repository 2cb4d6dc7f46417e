import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Sql } from '../../../src/adapters/postgres/client.js';
import { areSameColumns, columnsOf, mergeColumns } from '../../../src/domain/bars/columns.js';
import { archiveMonths } from '../../../src/roles/archive/archive-months.js';
import { archiveParts, emptyArchive } from '../../support/archive.js';
import { ensureBuilt } from '../../support/program.js';
import { testPostgres } from '../../support/services.js';
import { feedBars, instant } from '../../support/stored-bars.js';

const { url } = await testPostgres();
beforeAll(() => ensureBuilt());

const NOW = instant('2026-11-21T12:00:00Z');
const [FROM, TO] = [instant('2025-03-03T00:00:00Z'), instant('2025-03-06T00:00:00Z')];
const gold = feedBars('MGC', FROM, TO);
const spoons = feedBars('SIL', FROM, TO);
const CHILD = resolve(import.meta.dirname, '../../support/archive-child.mjs');

/** Archives in a process of its own that dies right after a step; the signal or the code it ended with. */
function killedAfter(step: string, own: string, folder: string): Promise<string | number | null> {
  const child = spawn(process.execPath, [CHILD, own, folder, String(NOW), step], { stdio: 'inherit' });
  return new Promise((done) => child.once('close', (code, signal) => done(signal ?? code)));
}

async function stateOf(sql: Sql, folder: string) {
  const { ledger, history } = archiveParts(sql, { folder }, NOW);
  const files = readdirSync(folder, { recursive: true }).map(String).sort();
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
  const [hot] = await sql`select count(*)::int as n from bar_1m`;
  const partitions = await sql`select count(*)::int as n from pg_inherits where inhparent = 'bar_1m'::regclass`;
  const days = await sql`select symbol, trading_day::text, minutes, volume from bar_1d order by 1, 2`;
  return {
    entries: (await ledger.entries()).map(({ file, rows, sha256 }) => ({ file, rows, sha256 })),
    listed: manifest.months.map(({ file, sha256 }: { file: string; sha256: string }) => [file, sha256]),
    files,
    hot: hot?.n,
    partitions: partitions[0]?.n,
    days: days.map((row) => Object.values(row)),
    gold: await history.columns('MGC', FROM, TO),
  };
}

const STEPS = ['written', 'synced', 'renamed', 'verified', 'recorded', 'listed', 'daily', 'removed', 'dropped'];
/** A database and a folder with a month to archive; `isSecond`: some of it is archived already and the rest came later. */
async function begin(isSecond: boolean) {
  const { own, sql, folder, parts } = await emptyArchive(url, NOW);
  if (isSecond) {
    await parts.store.load(gold.slice(0, 1_500), 'first');
    await archiveMonths(parts, { roots: [] });
  }
  await parts.store.load([...(isSecond ? gold.slice(1_500) : gold), ...spoons], 'massive');
  const finish = () => archiveMonths(parts, { roots: [] });
  return { own, sql, folder, finish };
}

describe.each([
  { isSecond: false, what: 'a month' },
  { isSecond: true, what: 'a month of which a part was archived before' },
])('an archive run over $what', ({ isSecond }) => {
  test('ends in the same state wherever one before it was killed', async () => {
    const calm = await begin(isSecond);
    await calm.finish();
    const expected = await stateOf(calm.sql, calm.folder);
    const bars = isSecond
      ? mergeColumns(columnsOf(gold.slice(0, 1_500), 'first'), columnsOf(gold.slice(1_500), 'massive'))
      : columnsOf(gold, 'massive');
    expect(areSameColumns(expected.gold, bars)).toBe(true);
    expect(expected).toMatchObject({ hot: 0, partitions: 0 });
    for (const step of STEPS) {
      const run = await begin(isSecond);
      expect(await killedAfter(step, run.own, run.folder), step).toBe('SIGKILL');
      const { history } = archiveParts(run.sql, { folder: run.folder }, NOW);
      expect(areSameColumns(await history.columns('MGC', FROM, TO), bars), `readable after ${step}`).toBe(true);
      await run.finish();
      expect(await stateOf(run.sql, run.folder), step).toEqual(expected);
    }
  });
});
