import { expect, test } from 'vitest';
import { archiveFolder } from '../../../src/adapters/duckdb/archive-files.js';
import { parseSettings } from '../../../src/config/load.js';
import { after, DAY } from '../../../src/kernel/units.js';
import { archiveMonths } from '../../../src/roles/archive/archive-months.js';
import { restoreMonth } from '../../../src/roles/archive/restore.js';
import { runQualityResearch } from '../../../src/roles/research/compose.js';
import { archiveParts } from '../../support/archive.js';
import { testFolder } from '../../support/services.js';
import { feedBars, instant } from '../../support/stored-bars.js';
import { testDatabase } from '../../support/test-database.js';

const { url, sql } = await testDatabase();
const dataDir = testFolder();
const parts = archiveParts(sql, { folder: archiveFolder(dataDir) }, instant('2026-11-21T12:00:00Z'));
/** Half in July, which leaves, half in August, which stays. */
const START = instant('2026-07-26T22:00:00Z');
const bars = feedBars('MES', START, after(START, 9 * DAY));

/** What the command prints; the report has a checksum of the bars it was made of. */
async function report(): Promise<{ inputs: unknown; plans: number }> {
  const said: string[] = [];
  await runQualityResearch({
    settings: parseSettings({ COPILOT_DATA_DIR: dataDir, DATABASE_URL: url, WATCHLIST: 'MES' }),
    bars: [],
    since: undefined,
    allHours: false,
    isForPeople: false,
    say: (line) => said.push(line),
    tell: () => {},
  });
  return JSON.parse(said[0] ?? '');
}

test('the research command makes the same report of hot bars, of archived and hot ones, and of a month brought back', async () => {
  await parts.store.load(bars, 'massive');
  const hot = await report();
  expect(hot.inputs).toMatchObject([{ symbol: 'MES', source: 'store', bars: bars.length }]);
  expect(hot.plans).toBeGreaterThan(0);
  expect((await archiveMonths(parts, { roots: [] }))?.dropped).toEqual(['2026-07']);
  expect(await parts.store.range('MES', START, instant('2026-08-01T00:00:00Z'))).toEqual([]);
  expect(await report()).toEqual(hot);
  await restoreMonth(parts, { month: '2026-07', root: 'MES' });
  expect(await report()).toEqual(hot);
});
