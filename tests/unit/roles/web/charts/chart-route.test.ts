import { describe, expect, test } from 'vitest';
import { after, epochMs, FIVE_MINUTES, iso, MINUTE } from '../../../../../src/kernel/units.js';
import { chartSchema } from '../../../../../src/roles/web/charts/day-chart.js';
import { dayBars, heldBars, minutesOf } from '../../../../support/day-bars.js';
import { asset, MORNING, planAt, seedOf } from '../../../../support/web-source.js';
import { webApps, words } from '../set-up.js';

const set = webApps();
const GOLD = { root: 'MGC', last: 42_070, swing: 58 };

async function setUp(start = MORNING) {
  const bars = heldBars(dayBars(start));
  const made = await set(undefined, { start, bars });
  const get = (symbol: string, headers: Record<string, string> = {}) =>
    made.app.inject({ url: `/api/chart/${symbol}`, headers: { accept: 'application/json', ...headers } });
  const chart = async (symbol: string) => chartSchema.parse((await get(symbol)).json());
  return { ...made, bars, get, chart };
}

describe('GET /api/chart/:symbol', () => {
  test('has the closed bars since 18:00 New York, and the running one apart', async () => {
    const { chart } = await setUp();
    const { bars, forming, vwap, as_of, trading_day, contract } = await chart('MGC');
    expect(bars).toHaveLength((10 * 60 + 55) / 5);
    expect(bars[0]?.[0]).toBe(Date.parse('2026-11-19T23:00:00Z') / 1_000);
    expect(vwap).toHaveLength(bars.length);
    expect(forming?.[0]).toBe(Date.parse('2026-11-20T09:55:00Z') / 1_000);
    expect({ as_of, trading_day, contract }).toEqual({
      as_of: '2026-11-20T09:55:00.000Z',
      trading_day: '2026-11-20',
      contract: 'MGCZ6',
    });
  });

  test('knows the symbol in small letters, and refuses one that does not exist or is too long', async () => {
    const { get, chart } = await setUp();
    expect((await chart('mgc')).symbol).toBe('MGC');
    const unknown = await get('DOGE');
    expect(unknown.statusCode).toBe(404);
    expect(unknown.json().error).toContain('There are MGC, MNQ');
    expect((await get('A'.repeat(13))).statusCode).toBe(400);
  });

  test('is empty and no error before the first bar of the day', async () => {
    const { chart } = await setUp();
    expect(await chart('GC')).toMatchObject({ symbol: 'GC', bars: [], vwap: [], as_of: null });
  });

  test('reads the store once for a bar, however many ask', async () => {
    const { bars, get, chart, source, time } = await setUp();
    const before = bars.reads.length;
    await Promise.all(Array.from({ length: 50 }, () => get('SIL')));
    expect(bars.reads.length - before).toBe(1);

    bars.add(minutesOf(GOLD, epochMs(Date.parse('2026-11-20T09:57:00Z')), epochMs(Date.parse('2026-11-20T10:00:00Z'))));
    await time.pass(3 * MINUTE);
    const barAt = iso(epochMs(Date.parse('2026-11-20T09:55:00Z')));
    source.publish('mgc-update', asset(seedOf('mgc'), time.clock.now(), { bar_at: barAt }));
    expect((await chart('MGC')).as_of).toBe('2026-11-20T10:00:00.000Z');
  });

  test('is told as unchanged to who has it already', async () => {
    const { get } = await setUp();
    const first = await get('MGC');
    const tag = String(first.headers.etag);
    expect(first.headers['cache-control']).toBe('no-cache');
    const again = await get('MGC', { 'if-none-match': `"other", ${tag.replace('W/', '')}` });
    expect([again.statusCode, again.body]).toEqual([304, '']);
    expect((await get('MGC', { 'if-none-match': '"other"' })).statusCode).toBe(200);
  });

  test('says so while the store is away, leaves it alone for two seconds, and then answers again', async () => {
    const { bars, get, time } = await setUp();
    bars.setAway(true);
    const away = await get('SIL');
    expect(away.statusCode).toBe(503);
    expect(away.json()).toEqual({ status: 'error', error: 'The bars cannot be read: the database does not answer.' });
    bars.setAway(false);
    expect((await get('SIL')).statusCode).toBe(503);
    await time.pass(2_100);
    expect((await get('SIL')).statusCode).toBe(200);
  });

  test('turns to the new trading day at 18:00 New York', async () => {
    const evening = epochMs(Date.parse('2026-11-19T22:59:30Z'));
    const { chart, time, bars } = await setUp(evening);
    expect(await chart('MES')).toMatchObject({ trading_day: '2026-11-19' });
    await time.pass(MINUTE);
    expect(await chart('MES')).toMatchObject({ trading_day: '2026-11-20', bars: [] });
    expect(bars.reads.at(-1)).toMatchObject({ root: 'MES', from: Date.parse('2026-11-19T23:00:00Z') });
  });

  test('has the bar the engine has decided on although a driven clock has not heard of it yet', async () => {
    const { chart, bars, source, time } = await setUp();
    const barAt = epochMs(Date.parse('2026-11-20T10:05:00Z'));
    bars.add(minutesOf(GOLD, epochMs(Date.parse('2026-11-20T09:57:00Z')), after(barAt, FIVE_MINUTES)));
    source.publish('mgc-update', asset(seedOf('mgc'), time.clock.now(), { bar_at: iso(barAt) }));
    expect((await chart('MGC')).as_of).toBe(iso(after(barAt, FIVE_MINUTES)));
  });
});

test('the interfaces page describes the route', async () => {
  const { app } = await setUp();
  const paths = app.swagger().paths ?? {};
  expect(Object.keys(paths)).toContain('/api/chart/{symbol}');
  expect(JSON.stringify(paths['/api/chart/{symbol}'])).toContain('vwap');
});

test('charts of the cards are read when their bar has closed, so the words of the page know the range', async () => {
  const { app, bars, time } = await setUp();
  await time.pass(1_000);
  expect(new Set(bars.reads.map(({ root }) => root))).toEqual(new Set(['MGC', 'MNQ', 'MCL', 'MES']));
  const page = await app.inject({ url: '/', headers: { accept: 'text/html' } });
  const caption = /<figcaption id="chart-mgc-words"[^>]*>(.*?)<\/figcaption>/s.exec(page.body)?.[1] ?? '';
  expect(words(caption)).toMatch(
    /^5m bars, 20 Nov range 41\d\d\.\d – 42\d\d\.\d VWAP 4203\.5 price in the entry zone$/,
  );
});

test('the pushed card has the same words as the page', async () => {
  const { app, source, time } = await setUp();
  await time.pass(1_000);
  source.publish('focus-update', planAt(time.clock.now()));
  const card = await app.inject({ url: '/api/focus/MGC', headers: { accept: 'text/html' } });
  expect(words(card.body)).toContain('range 41');
});

test('the page names the makers of the charts, as their licence asks', async () => {
  const { app } = await setUp();
  const page = await app.inject({ url: '/', headers: { accept: 'text/html' } });
  expect(words(page.body)).toMatch(/TradingView Lightweight Charts™, © \d{4} TradingView, Inc\./);
  expect(page.body).toContain('href="https://www.tradingview.com/"');
});

test('the chart library comes from its package, and nothing else of that folder does', async () => {
  const { app } = await setUp();
  const library = await app.inject({ url: '/vendor/charts/lightweight-charts.standalone.production.mjs' });
  expect(library.statusCode).toBe(200);
  expect(library.headers['content-type']).toContain('javascript');
  expect(library.body).toContain('TradingView Lightweight Charts');
  const other = await app.inject({ url: '/vendor/charts/lightweight-charts.standalone.development.mjs' });
  expect(other.statusCode).toBe(404);
});
