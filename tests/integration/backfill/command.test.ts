import { afterAll, beforeAll, expect, test } from 'vitest';
import { wallNow } from '../../../src/adapters/clock/clock.js';
import { archiveFolder } from '../../../src/adapters/duckdb/archive-files.js';
import { connectPostgres } from '../../../src/adapters/postgres/client.js';
import { migrate } from '../../../src/adapters/postgres/migrate.js';
import { spanOfDates, usualRange } from '../../../src/domain/bars/backfill.js';
import { sessionCalendar } from '../../../src/domain/sessions/calendar.js';
import { tradingDay } from '../../../src/domain/sessions/trading-day.js';
import { archiveMonths } from '../../../src/roles/archive/archive-months.js';
import { archiveParts } from '../../support/archive.js';
import { KEY } from '../../support/backfill.js';
import { startFakeMassive } from '../../support/fake-massive/server.js';
import { fakeMarket } from '../../support/fake-vendor/market.js';
import { ensureBuilt, startProgram } from '../../support/program.js';
import { testFolder, testPostgres } from '../../support/services.js';

const { url } = await testPostgres();
const sql = connectPostgres({ url });
const market = fakeMarket({ roots: ['MGC'], start: wallNow() });
const vendor = await startFakeMassive(market, { apiKey: KEY });
const { to } = usualRange(wallNow());
const span = spanOfDates({ from: to, to }, wallNow());
const folder = testFolder();

async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const keys = { MASSIVE_API_KEY: KEY, MASSIVE_BASE_URL: vendor.url };
  const program = startProgram(['backfill', ...args], { DATABASE_URL: url, COPILOT_DATA_DIR: folder, ...keys, ...env });
  return { code: await program.ended, text: program.output() };
}

beforeAll(async () => {
  ensureBuilt();
  await migrate(sql);
});
afterAll(async () => {
  await vendor.close();
  await sql.end();
});

test('backfill tells each step as a line of JSON, and a second run that nothing is missing', async () => {
  const day = ['--symbol', 'mgc', '--from', to, '--to', to, '--force'];
  const { code, text } = await run(day);
  expect(code, text).toBe(0);
  const bars = market.past('MGC', span.from, span.to).length;
  expect(text).toContain('"evt":"backfill.step","symbol":"MGC","state":"done"');
  expect(text).toContain(`"text":"MGC: backfilled ${bars.toLocaleString('en-US')} bars (${to} to ${to})"`);
  expect(text).not.toContain(KEY);
  const asked = vendor.asked.length;
  const again = await run(day);
  expect([again.code, again.text.includes(`MGC: nothing is missing (${to} to ${to})`)]).toEqual([0, true]);
  expect(vendor.asked.length).toBe(asked);
});

test('backfill ends with 1 and the reason when something is still missing', async () => {
  const range = ['--symbol', 'MES', '--from', to, '--to', to, '--force'];
  const { code, text } = await run(range, { MASSIVE_API_KEY: 'another-key' });
  expect(code).toBe(1);
  expect(text).toMatch(/MES: [\d,]+ minutes of .* are still missing: FEED_REFUSED: .*MASSIVE_API_KEY/);
});

test('backfill asks for nothing that lies in the archive, though the database was made anew', async () => {
  const [old] = sessionCalendar('metals').lastTradingDays(tradingDay(to), 140);
  const day = ['--symbol', 'mgc', '--from', `${old}`, '--to', `${old}`, '--force'];
  expect(await run(day)).toMatchObject({ code: 0 });
  await archiveMonths(archiveParts(sql, { folder: archiveFolder(folder) }, wallNow()), { roots: [] });
  expect((await sql`delete from bar_archive`).count).toBe(1);
  const asked = vendor.asked.length;
  const { code, text } = await run(day);
  expect([code, text]).toEqual([0, expect.stringContaining(`MGC: nothing is missing (${old} to ${old})`)]);
  expect(vendor.asked.length).toBe(asked);
});

test('what cannot be is said in a sentence', async () => {
  expect(await run(['--source', 'ninjatrader', '--force'])).toMatchObject({ code: 2 });
  expect((await run(['--source', 'ibkr', '--force'])).text).toContain('CONFIG_INVALID');
  expect((await run(['--symbol', 'ZZZ', '--force'])).text).toContain('ZZZ is not an instrument we know');
});
