import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectPostgres } from '../../../src/adapters/postgres/client.js';
import { dataQualityRepository } from '../../../src/adapters/postgres/data-quality.js';
import { migrate } from '../../../src/adapters/postgres/migrate.js';
import { monthEnd, monthStart } from '../../../src/domain/bars/month.js';
import { tradingDay, tradingDayStart } from '../../../src/domain/sessions/trading-day.js';
import { after, epochMs, MINUTE, ticks } from '../../../src/kernel/units.js';
import { dataQualitySchema } from '../../../src/messages/data-quality.js';
import { archiveParts } from '../../support/archive.js';
import { qualityApp } from '../../support/quality-app.js';
import { testPostgres } from '../../support/services.js';

const NOW = epochMs(Date.parse('2026-06-03T15:00:00Z'));
const MONTH = '2026-05';
const FRIDAY = tradingDay('2026-05-29');
/** Begins on Sunday, 31 May, two hours before June does in UTC. */
const MONDAY = tradingDay('2026-06-01');
const TUESDAY = tradingDay('2026-06-02');

const folder = await mkdtemp(join(tmpdir(), 'data-quality-'));
const { url } = await testPostgres();
const sql = connectPostgres({ url });
await migrate(sql);
const { store, ledger, files, history } = archiveParts(sql, { folder }, NOW);

/** The page of a web process that has just started. */
const startPage = (bars = history) =>
  qualityApp(NOW, { store: dataQualityRepository(sql), history: bars, roots: ['MES'] });
const app = await startPage();
let file = '';

/** Every minute of the day but those that are left out, with a bad print at 300 and a bar in the daily break at 1,400. */
const barsOf = (day: typeof FRIDAY, isOut: (i: number) => boolean) =>
  Array.from({ length: 1_401 }, (_, i) => i)
    .filter((i) => (i < 1_380 || i === 1_400) && !isOut(i))
    .map((i) => ({
      root: 'MES',
      contract: 'MESM6',
      source: 'massive',
      bar: {
        at: after(tradingDayStart(day), i * MINUTE),
        open: ticks(27_000),
        high: ticks(i === 300 ? 27_400 : 27_004),
        low: ticks(26_996),
        close: ticks(27_000),
        volume: 5,
      },
    }));

beforeAll(async () => {
  const isNoBreak = (i: number) => i === 1_400;
  await store.save(
    barsOf(FRIDAY, (i) => i >= 100 && i < 110),
    'test',
  );
  await store.save([...barsOf(MONDAY, isNoBreak), ...barsOf(TUESDAY, isNoBreak)], 'test');
  const columns = await store.columns('MES', monthStart(MONTH), monthEnd(MONTH));
  const written = await files.write('MES', MONTH, columns);
  file = join(folder, written.file);
  const [firstAt, lastAt] = [epochMs(columns.at[0] ?? 0), epochMs(columns.at.at(-1) ?? 0)];
  const rows = columns.at.length;
  await ledger.record({
    ...written,
    root: 'MES',
    month: MONTH,
    rows,
    firstAt,
    lastAt,
    writtenAt: NOW,
    restoredAt: undefined,
  });
  expect(await ledger.release('MES', MONTH, columns)).toBe(1_371 + 120);
});
afterAll(async () => {
  await app.close();
  await sql.end();
  await rm(folder, { recursive: true });
});

const get = async (query: string, from = app) => {
  const { statusCode, body } = await from.inject({ url: `/api/data-quality?${query}` });
  expect(statusCode, body).toBe(200);
  return new Map(dataQualitySchema.parse(JSON.parse(body)).days.map((day) => [day.day, day]));
};

test('the first trading day after an archived month has the minutes of its evening, which lie in the file', async () => {
  const days = await get('days=4');
  expect(days.get(MONDAY)).toMatchObject({ grade: 'complete', present: 1_380, missing: 0, outside: 0, archived: true });
  expect(days.get(TUESDAY)).toMatchObject({ grade: 'complete', present: 1_380, missing: 0, archived: false });
});

test('an archived day is told like a hot one: bars outside the hours are not present, stretches and outliers are named', async () => {
  const all = await get('days=5');
  const alone = await get(`days=5&symbol=MES&day=${FRIDAY}`);
  for (const day of [all.get(FRIDAY), alone.get(FRIDAY)]) {
    expect(day).toMatchObject({ grade: 'quiet', present: 1_370, missing: 10, outside: 1, archived: true });
    expect(day?.sources).toEqual(['massive']);
    expect(day?.missing_stretches).toEqual([
      { from: '2026-05-28T23:40:00.000Z', until: '2026-05-28T23:50:00.000Z', minutes: 10 },
    ]);
    expect(day?.outliers).toMatchObject([{ at: '2026-05-29T03:00:00.000Z', side: 'high', price: 6_850 }]);
  }
});

test('a damaged file makes its days unknown with the reason, hides no other, and is read again once it is put right', async () => {
  const bytes = await readFile(file);
  await writeFile(file, bytes.subarray(1));
  const fresh = await startPage(archiveParts(sql, { folder }, NOW).history);
  const damaged = await get('days=4', fresh);
  expect(damaged.get(MONDAY)).toMatchObject({ grade: 'unknown', missing: null, missing_stretches: null });
  expect(damaged.get(MONDAY)?.unreadable).toContain('MES of 2026-05');
  expect(damaged.get(TUESDAY)).toMatchObject({ grade: 'complete', missing: 0, unreadable: null });
  const { body } = await fresh.inject({ url: '/data?days=4' });
  expect(body).toContain('1,260 of 1,380 minutes counted, the rest is unknown');

  await writeFile(file, bytes);
  expect((await get('days=5', fresh)).get(MONDAY)).toMatchObject({ grade: 'complete', unreadable: null });
  await fresh.close();
});
