import { afterAll, expect, test } from 'vitest';
import { barRepository } from '../../../src/adapters/postgres/bar-repository.js';
import { connectPostgres } from '../../../src/adapters/postgres/client.js';
import { migrate } from '../../../src/adapters/postgres/migrate.js';
import { researchRepository } from '../../../src/adapters/postgres/research-repository.js';
import { parseSettings } from '../../../src/config/load.js';
import { after, DAY, epochMs } from '../../../src/kernel/units.js';
import { qualityReportSchema } from '../../../src/messages/research.js';
import { runQualityResearch } from '../../../src/roles/research/compose.js';
import { walk } from '../../support/copilot-day.js';
import { testFolder, testPostgres } from '../../support/services.js';

const { url } = await testPostgres();
const folder = testFolder();
const sql = connectPostgres({ url });
afterAll(() => sql.end());
await migrate(sql);

const START = epochMs(Date.parse('2026-10-28T22:00:00Z'));
const bars = walk('MES', START, after(START, 9 * DAY)).map((bar) => ({ root: 'MES', contract: 'MESZ6', bar }));

async function research() {
  const [said, told]: [string[], string[]] = [[], []];
  await runQualityResearch({
    settings: parseSettings({ COPILOT_DATA_DIR: folder, DATABASE_URL: url, WATCHLIST: 'MES,MGC' }),
    bars: [],
    since: undefined,
    allHours: false,
    isForPeople: false,
    say: (line) => said.push(line),
    tell: (line) => told.push(line),
  });
  return { report: qualityReportSchema.parse(JSON.parse(said[0] ?? '')), told };
}

test('an empty store is refused with what would help', async () => {
  expect(await researchRepository(sql).newest('quality')).toBeUndefined();
  await expect(research()).rejects.toThrow(/--bars MES=FILE/);
});

test('the bars of the store make a report that is kept once, however often it is made', async () => {
  await barRepository(sql).save(bars, 'test');
  const first = await research();
  expect(first.report).toMatchObject({
    origin: 'store',
    inputs: [{ symbol: 'MES', source: 'store', bars: bars.length }],
  });
  expect(first.told).toContain('MGC: the store has no bars');
  const before = await researchRepository(sql).newest('quality');
  const again = await research();
  expect(again.report).toEqual(first.report);
  const kept = await researchRepository(sql).newest('quality');
  expect(kept?.report).toEqual(first.report);
  expect(kept?.ageMs).toBeLessThan(60_000);
  expect(kept?.madeAt).toBeGreaterThan(before?.madeAt ?? Number.POSITIVE_INFINITY);
  expect(await sql`select id from research_report`).toHaveLength(1);
});

test('the report made last is the newest, also when it is an old one made again', async () => {
  const { report } = await research();
  const store = researchRepository(sql);
  await store.save({ ...report, id: 'quality-other' });
  expect((await store.newest('quality'))?.report.id).toBe('quality-other');
  await store.save(report);
  expect((await store.newest('quality'))?.report.id).toBe(report.id);
});

test('a database without the table keeps nothing, and the report is said all the same', async () => {
  await sql`alter table research_report rename to research_report_away`;
  await expect(research()).rejects.toMatchObject({
    code: 'POSTGRES_UNAVAILABLE',
    message: expect.stringContaining('the report cannot be kept'),
  });
  await sql`alter table research_report_away rename to research_report`;
});
