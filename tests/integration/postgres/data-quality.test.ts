import { afterAll, expect, test } from 'vitest';
import { backfillRepository } from '../../../src/adapters/postgres/backfill-repository.js';
import { barRepository } from '../../../src/adapters/postgres/bar-repository.js';
import { connectPostgres } from '../../../src/adapters/postgres/client.js';
import { dataQualityRepository } from '../../../src/adapters/postgres/data-quality.js';
import { migrate } from '../../../src/adapters/postgres/migrate.js';
import { tradingDay, tradingDayStart } from '../../../src/domain/sessions/trading-day.js';
import { after, epochMs, HOUR, iso, MINUTE, ticks } from '../../../src/kernel/units.js';
import { dataQualitySchema } from '../../../src/messages/data-quality.js';
import type { FeedBar } from '../../../src/ports/feed.js';
import { createBoard } from '../../../src/roles/data/board.js';
import { startTallies } from '../../../src/roles/data/tallies.js';
import { qualityApp } from '../../support/quality-app.js';
import { testPostgres } from '../../support/services.js';
import { handClock } from '../../support/test-clock.js';
import { quietLog } from '../../support/web-source.js';

const { url } = await testPostgres();
const sql = connectPostgres({ url });
await migrate(sql);
const store = barRepository(sql);
const quality = dataQualityRepository(sql);
const DAY = tradingDay('2026-11-18');
const NOW = epochMs(Date.parse('2026-11-19T15:00:00Z'));

const app = await qualityApp(NOW, { store: quality, history: store, roots: ['MES', 'MGC'] });
afterAll(async () => {
  await app.close();
  await sql.end();
});

const get = async (query: string) => {
  const { statusCode, body } = await app.inject({ url: `/api/data-quality?${query}` });
  expect(statusCode).toBe(200);
  return dataQualitySchema.parse(JSON.parse(body));
};

test('without a bar the page says what would stand there and how to get it', async () => {
  const { statusCode, body } = await app.inject({ url: '/data?days=3' });
  expect(statusCode).toBe(200);
  expect(body).toContain('No bars are stored');
  expect(body).toContain('dist/main.js backfill');
});

/** A day with minute 100 to 109 missing, a bad print at 300, one bar in the daily break, and a second source from 600 on. */
function day(): readonly FeedBar[] {
  const minutes = [...Array.from({ length: 1_380 }, (_, i) => i).filter((i) => i < 100 || i >= 110), 1_400];
  return minutes.map((i) => ({
    root: 'MES',
    contract: 'MESZ6',
    source: i < 600 ? 'massive' : 'ibkr',
    bar: {
      at: after(tradingDayStart(DAY), i * MINUTE),
      open: ticks(27_000),
      high: ticks(i === 300 ? 27_400 : 27_004),
      low: ticks(26_996),
      close: ticks(27_000),
      volume: 5,
    },
  }));
}

const barsOf = day();

test('a day is told with its expected, present and missing minutes, its outlier and both sources', async () => {
  await store.save(barsOf, 'test');
  const { days } = await get('days=5&symbol=MES');
  const one = days.find((it) => it.day === DAY);
  expect(one).toMatchObject({ grade: 'quiet', expected: 1_380, present: 1_370, missing: 10, outside: 1 });
  expect(one?.sources).toEqual(['ibkr', 'massive']);
  expect(one?.missing_stretches).toEqual([
    { from: '2026-11-18T00:40:00.000Z', until: '2026-11-18T00:50:00.000Z', minutes: 10 },
  ]);
  expect(one?.outliers).toMatchObject([{ at: '2026-11-18T04:00:00.000Z', side: 'high', price: 6_850, excursion: 100 }]);
});

test('each cell of the page has its numbers in words, and a day that is asked for lists its stretches', async () => {
  const { body } = await app.inject({ url: `/data?days=6&symbol=MES&day=${DAY}` });
  expect(body).toContain('aria-label="MES Wed 18 Nov: 1,370 of 1,380 minutes, 10 missing, 1 while the market was shut');
  expect(body).toContain('19:40 ET');
  expect(body).toContain('10 minutes');
  expect(body).toContain('stands 100.00 beyond the closes before and after');
  expect(body).not.toMatch(/<style|style="|<script| on[a-z]+="/);
});

test('of a missing stretch it is told which vendor had none and when it was asked, or that none has said so', async () => {
  const [from, until] = [after(tradingDayStart(DAY), 100 * MINUTE), after(tradingDayStart(DAY), 110 * MINUTE)];
  const page = `/data?days=9&symbol=MES&day=${DAY}`;
  expect((await app.inject({ url: page })).body).toContain('No vendor has said yet that it has none:');
  const asked = { root: 'MES', source: 'massive', at: NOW };
  await backfillRepository(sql).saveHoles([{ from, to: after(from, 3 * MINUTE) }], asked);
  const { body } = await app.inject({ url: page });
  expect(body).toContain('massive had none for a part of them when it was asked, Thu 19 Nov 2026 10:00 ET:');
  await backfillRepository(sql).saveHoles([{ from, to: until }], asked);
  expect((await app.inject({ url: page })).body).toContain('massive had none when it was asked, Thu 19 Nov');
  const [one] = (await get(`days=9&symbol=MES&day=${DAY}`)).days;
  expect(one?.known_empty).toEqual([{ source: 'massive', from: iso(from), until: iso(until), asked_at: iso(NOW) }]);
  expect((await get('days=9&symbol=MES')).days.at(-1)?.known_empty).toBeNull();
});

test('a hole that is filled later is gone from the page once it is looked at anew', async () => {
  const filled = Array.from({ length: 10 }, (_, i) => ({
    root: 'MES',
    contract: 'MESZ6',
    bar: { ...(barsOf[0]?.bar ?? fail()), at: after(tradingDayStart(DAY), (100 + i) * MINUTE) },
  }));
  await store.save(filled, 'backfill');
  const { days } = await get('days=7&symbol=MES');
  const one = days.find((it) => it.day === DAY);
  expect(one).toMatchObject({ grade: 'complete', missing: 0, missing_stretches: [] });
  expect(one?.sources).toEqual(['backfill', 'ibkr', 'massive']);
});

test('an unknown symbol is refused with those there are', async () => {
  const { statusCode, body } = await app.inject({ url: '/api/data-quality?symbol=XYZ' });
  expect(statusCode).toBe(404);
  expect(body).toContain('MES, MGC');
});

test.each([
  ['symbol=MES&day=tomorrow', 'day must be one date such as 2026-11-18'],
  ['symbol=MES&day=2026-02-30', 'day must be one date such as 2026-11-18'],
  ['symbol=MES&day=2026-11-15', 'day must be a trading day, Monday to Friday: 2026-11-15 is on a weekend'],
  ['symbol=MES&day=2026-11-20', 'day must not lie ahead: the trading day under way is 2026-11-19'],
  ['day=2026-11-18', 'symbol must be given with a day'],
  ['days=261', 'days must be a whole number from 1 to 260'],
  ['days=many', 'days must be a whole number from 1 to 260'],
  ['symbol=MES&symbol=MGC', 'symbol must be one symbol of the watch list'],
])('?%s is refused: %s', async (asked, error) => {
  const api = await app.inject({ url: `/api/data-quality?${asked}` });
  expect(api.statusCode).toBe(400);
  const [field] = error.split(' ');
  expect(api.json()).toEqual({
    status: 'error',
    error,
    errors: [{ field, problem: error.slice(error.indexOf(' ') + 1) }],
  });
  const page = await app.inject({ url: `/data?${asked}`, headers: { accept: 'text/html' } });
  expect(page.statusCode).toBe(400);
  expect(page.body).toContain(error);
});

test('a symbol is taken in lower case, and a holiday is a day like any other', async () => {
  const { days } = await get('symbol=mes&day=2025-12-25');
  expect(days).toMatchObject([{ symbol: 'MES', day: '2025-12-25', grade: 'shut', expected: 0 }]);
});

test('bars on a holiday are told on the holiday, with its name, and not on the day before it', async () => {
  const bar = barsOf[0]?.bar ?? fail();
  const christmas = [0, 1].map((i) => ({ root: 'MES', contract: 'MESH6', bar: { ...bar, at: at('2025-12-25', i) } }));
  await store.save(christmas, 'massive');
  const { days } = await get('days=240&symbol=MES');
  const told = new Map(days.map((it) => [it.day, it]));
  expect(told.get('2025-12-25')).toMatchObject({ grade: 'shut', expected: 0, present: 0, outside: 2 });
  expect(told.get('2025-12-25')).toMatchObject({ holiday: 'Christmas Day', sources: ['massive'] });
  expect(told.get('2025-12-24')).toMatchObject({ outside: 0, holiday: 'Christmas Eve' });
  expect(told.get('2025-12-26')).toMatchObject({ outside: 0, holiday: null });
  const { body } = await app.inject({ url: '/data?days=240&symbol=MES&day=2025-12-25' });
  expect(body).toContain('MES, Thu 25 Dec 2025');
  expect(body).toContain('0 of 0 minutes, Christmas Day, 2 while the market was shut');
});

test('bars on a holiday are told on the holiday, with its name, and not on the day before it', async () => {
  const [{ bar } = fail()] = barsOf;
  const noon = epochMs(Date.parse('2025-12-25T17:00:00Z'));
  const two = [0, 1].map((i) => ({ root: 'MES', contract: 'MESH6', bar: { ...bar, at: after(noon, i * MINUTE) } }));
  await store.save(two, 'massive');
  const { days } = await get('days=240&symbol=MES');
  const told = new Map(days.map((it) => [it.day, it]));
  const christmas = { grade: 'shut', expected: 0, present: 0, outside: 2, holiday: 'Christmas Day' };
  expect(told.get('2025-12-25')).toMatchObject({ ...christmas, sources: ['massive'] });
  expect(told.get('2025-12-24')).toMatchObject({ outside: 0, holiday: 'Christmas Eve' });
  expect(told.get('2025-12-26')).toMatchObject({ outside: 0, holiday: null });
  const { body } = await app.inject({ url: '/data?days=240&symbol=MES&day=2025-12-25' });
  expect(body).toContain('MES, Thu 25 Dec 2025');
  expect(body).toContain('0 of 0 minutes, Christmas Day, 2 while the market was shut');
});

test('what was not taken is counted by its day, outlives the process, and waits while the store is away', async () => {
  let isAway = true;
  const flaky = { add: async (rows: Parameters<typeof quality.add>[0]) => (isAway ? fail() : quality.add(rows)) };
  const hand = handClock(NOW);
  for (const source of ['massive', 'massive']) {
    const tallies = startTallies({ store: flaky, clock: hand, log: quietLog, source });
    const board = tallies.over(createBoard(source, ['MES']));
    board.barIgnored('MES', 'repeated');
    board.barIgnored('MES', 'backwards');
    board.refused('MES');
    board.refused(undefined);
    await tallies.flush();
    isAway = false;
    board.barIgnored('MES', 'repeated');
    await tallies.close();
    expect(board.snapshot(NOW, []).roots).toMatchObject([{ root: 'MES', repeated: 2, backwards: 1, refused: 1 }]);
  }
  hand.set(after(NOW, HOUR));
  const report = await get('days=8&symbol=MES');
  expect(report.refused_without_symbol).toBe(2);
  expect(report.days.at(-1)).toMatchObject({ day: '2026-11-19', duplicates_refused: 4, late: 2, refused: 2 });
  expect(report.days.at(-1)?.not_taken).toEqual([{ source: 'massive', duplicates_refused: 4, late: 2, refused: 2 }]);
  const { body } = await app.inject({ url: '/data?days=8&symbol=MES&day=2026-11-19' });
  expect(body).toContain('massive: <span class="dim">4 duplicates, 2 late, 2 refused</span>');
  expect(body).toContain('as of Thu 19 Nov 2026 10:00 ET');
});

const at = (day: string, minute: number) => after(epochMs(Date.parse(`${day}T15:00:00Z`)), minute * MINUTE);

function fail(): never {
  throw new Error('away');
}
