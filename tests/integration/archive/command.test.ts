import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { barRepository } from '../../../src/adapters/postgres/bar-repository.js';
import { connectPostgres } from '../../../src/adapters/postgres/client.js';
import { migrate } from '../../../src/adapters/postgres/migrate.js';
import { ensureBuilt, startProgram } from '../../support/program.js';
import { testFolder, testPostgres } from '../../support/services.js';
import { feedBars, instant } from '../../support/stored-bars.js';

const { url } = await testPostgres();
const sql = connectPostgres({ url });
afterAll(() => sql.end());
const dataDir = testFolder();
const [FROM, TO] = [instant('2025-03-10T00:00:00Z'), instant('2025-03-15T00:00:00Z')];
const gold = feedBars('MGC', FROM, TO);
const files = join(dataDir, 'archive', 'bars');

async function run(...args: readonly string[]) {
  const program = startProgram(args, { DATABASE_URL: url, COPILOT_DATA_DIR: dataDir });
  return { code: await program.ended, text: program.output() };
}
const hot = async () => Number((await sql`select count(*) from bar_1m`)[0]?.count);

beforeAll(async () => {
  ensureBuilt();
  await migrate(sql);
  await barRepository(sql).load(gold, 'massive');
});

test('archive moves the bars into files below the data folder, and restore brings them back', async () => {
  const archived = await run('archive');
  expect(archived.code, archived.text).toBe(0);
  expect(archived.text).toContain(`"root":"MGC","month":"2025-03","file":"MGC/2025-03.parquet","rows":${gold.length}`);
  expect(await hot()).toBe(0);
  expect(existsSync(join(files, 'MGC/2025-03.parquet'))).toBe(true);
  expect((await run('archive')).text).toContain('"months":0');
  const restored = await run('restore', '--month', '2025-03', '--symbol', 'mgc');
  expect(restored.code, restored.text).toBe(0);
  expect(restored.text).toContain(`"added":${gold.length}`);
  expect(await barRepository(sql).range('MGC', FROM, TO)).toEqual(gold);
  expect((await run('archive', '--before', '2025-04')).code).toBe(0);
  expect(await hot()).toBe(0);
});

test('restore of a broken file ends with its code and name, and nothing is written', async () => {
  const path = join(files, 'MGC/2025-03.parquet');
  const bytes = readFileSync(path);
  writeFileSync(path, bytes.subarray(0, -1));
  const { code, text } = await run('restore', '--month', '2025-03');
  writeFileSync(path, bytes);
  expect(code).toBe(1);
  expect(text).toContain(`ARCHIVE_INVALID: ${path} (MGC of 2025-03)`);
  expect(await hot()).toBe(0);
});

test('what cannot be is said in a sentence', async () => {
  expect((await run('restore', '--month', '2024-01')).text).toContain(
    'the archive has no bars of 2024-01; it has 2025-03',
  );
  expect((await run('restore', '--month', '2025-03', '--symbol', 'ZZZ')).text).toContain(
    'ZZZ is not an instrument we know',
  );
  expect(await run('archive', '--before', '2999-01')).toMatchObject({ code: 2 });
});

test('a demo on the same data folder is left alone', async () => {
  const process_ = { name: 'web', pid: process.pid };
  const state = { v: 1, pid: process.pid, mode: 'demo', run: 'demo', started_at: '2026-11-21T12:00:00.000Z' };
  const where = { host: '127.0.0.1', web_port: 1, bridge_port: 2, redis_url: 'redis://x', database_url: url };
  writeFileSync(join(dataDir, 'up.json'), JSON.stringify({ ...state, ...where, processes: [process_] }));
  const { code, text } = await run('archive');
  expect(code).toBe(1);
  expect(text).toContain('WRONG_RUN: a demo runs on');
});
