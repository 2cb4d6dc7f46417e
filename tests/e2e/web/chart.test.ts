import type { Page, Request } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { startPostgres } from '../../../src/adapters/embedded/postgres.js';
import { barRepository } from '../../../src/adapters/postgres/bar-repository.js';
import { connectPostgres } from '../../../src/adapters/postgres/client.js';
import { migrate } from '../../../src/adapters/postgres/migrate.js';
import { after, epochMs, HOUR, iso, MINUTE } from '../../../src/kernel/units.js';
import type { FocusPlanJson } from '../../../src/messages/focus-plan.js';
import { level } from '../../support/card-source.js';
import { dayBars, heldBars, minutesOf } from '../../support/day-bars.js';
import { eventually } from '../../support/eventually.js';
import { testFolder } from '../../support/services.js';
import { asset, feedDown, MORNING, planAt, seedOf } from '../../support/web-source.js';
import { browsing, isLive, textOf, until } from './browser.js';

const { started, visit } = browsing();

interface Drawn {
  readonly bars: number;
  readonly closed: number;
  readonly running:
    | { readonly time: number; readonly open: number; readonly high: number; readonly close: number }
    | undefined;
  readonly vwap: readonly { readonly time: number; readonly value: number }[];
  readonly lines: readonly { readonly label: string; readonly price: number; readonly y: number }[];
  readonly names: readonly {
    readonly text: string;
    readonly x: number;
    readonly top: number;
    readonly width: number;
  }[];
}
/** What the page says of its own chart. */
const drawnOn = (page: Page, symbol = 'mgc'): Promise<Drawn> =>
  page.evaluate(`import('/js/chart.js').then((charts) => charts.drawnOn('chart-${symbol}'))`);
const hasBars = (page: Page, symbol = 'mgc'): Promise<unknown> =>
  until(page, `import('/js/chart.js').then((charts) => charts.drawnOn('chart-${symbol}')?.closed > 0)`);
const hasPainted = (page: Page): Promise<unknown> =>
  page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
const stateOf = (page: Page): Promise<string> => textOf(page, '#chart-mgc .chart-state');

const CLOSED = (10 * 60 + 55) / 5;
const LAST_BAR = '2026-11-20T09:50:00.000Z';
const NEXT_BAR = '2026-11-20T09:55:00.000Z';
const GOLD = { root: 'MGC', last: 42_070, swing: 58 };
/** The minutes that fill the running bar of the morning. */
const restOfBar = () =>
  minutesOf(GOLD, epochMs(Date.parse('2026-11-20T09:57:00Z')), epochMs(Date.parse('2026-11-20T10:00:00Z')));
const planWith = (now: number, more: Partial<FocusPlanJson['assets'][number]>): FocusPlanJson => {
  const plan = planAt(epochMs(now));
  const onGrid = plan.assets.map((one) => ({ ...one, bar_at: LAST_BAR }));
  return { ...plan, assets: onGrid.map((one) => (one.symbol === 'MGC' ? { ...one, ...more } : one)) };
};

/** Everything the browser's console calls an error. */
function complaints(page: Page): string[] {
  const said: string[] = [];
  page.on('console', (message) => message.type() === 'error' && said.push(message.text()));
  return said;
}

describe('a card', () => {
  test('has today’s bars, as many as the server knows, with the VWAP, the running bar and the lines of the order', async () => {
    const server = await started();
    const page = await visit(server);
    const said = complaints(page);
    await hasBars(page);
    const told = (await (await fetch(`${server.url}/api/chart/MGC`)).json()) as { bars: number[][]; vwap: number[][] };
    const drawn = await drawnOn(page);
    expect(drawn.closed).toBe(CLOSED);
    expect([drawn.closed, drawn.vwap.length]).toEqual([told.bars.length, told.vwap.length]);
    expect(drawn.bars).toBe(CLOSED + 1);
    expect(drawn.running).toMatchObject({ time: Date.parse(NEXT_BAR) / 1_000, close: 4207 });
    expect(drawn.lines.map(({ label, price }) => [label, price])).toEqual([
      ['stop', 4198.2],
      ['tp1', 4217.4],
      ['tp2', 4228],
    ]);
    expect(said).toEqual([]);
  });

  test('has its stop painted in the colour of a stop at the height of its price', async () => {
    const page = await visit(await started());
    await hasBars(page);
    await hasPainted(page);
    const rows = `(() => {
      const canvas = document.querySelector('#chart-mgc .chart-pane canvas');
      const { data, width, height } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      const isStop = (i) => data[i] === 248 && data[i + 1] === 113 && data[i + 2] === 113;
      return Array.from({ length: height }, (_, y) =>
        Array.from({ length: width }, (_, x) => (y * width + x) * 4).filter(isStop).length);
    })()`;
    await eventually(async () => {
      const painted = (await page.evaluate(rows)) as number[];
      const stop = (await drawnOn(page)).lines.find(({ label }) => label === 'stop');
      const fullest = painted.indexOf(Math.max(...painted));
      expect(painted[fullest]).toBeGreaterThan(200);
      expect(Math.abs(fullest - (stop?.y ?? 0))).toBeLessThanOrEqual(1);
      return true;
    });
  });

  test('names its levels without one name covering another', async () => {
    const start = epochMs(MORNING + 6 * HOUR);
    const opening_range = { high: 4208, low: 4203.5, over: true, complete: true, missing: 0, signal: null };
    const ict_below = level(start, { side: 'LONG', low: 4200, high: 4203, age_bars: 10, kind: 'breaker' });
    const page = await visit(
      await started({ start, snapshot: { plan: planWith(start, { opening_range, ict_below }) } }),
    );
    await hasBars(page);
    await hasPainted(page);
    const { names } = await drawnOn(page);
    expect(names.map(({ text }) => text)).toEqual(expect.arrayContaining(['entry', 'OR high', 'OR low', 'VWAP']));
    for (const [i, a] of names.entries())
      for (const b of names.slice(i + 1)) {
        const apart = Math.abs(a.top - b.top) >= 14 || a.x + a.width <= b.x || b.x + b.width <= a.x;
        expect(apart, `${a.text} and ${b.text}`).toBe(true);
      }
  });

  test('tells the bar under the pointer in New York time, and of the whole day on demand', async () => {
    const page = await visit(await started());
    await hasBars(page);
    const pane = page.locator('#chart-mgc .chart-pane');
    await pane.hover({ position: { x: 100, y: 90 } });
    await until(
      page,
      `/^\\d\\d:\\d[05] O \\d+\\.\\d H \\d+\\.\\d L \\d+\\.\\d C \\d+\\.\\d$/.test(document.querySelector('#chart-mgc .chart-legend').textContent)`,
    );
    const day = page.getByRole('button', { name: 'all day: the whole trading day on the MGC chart' });
    await day.focus();
    await page.keyboard.press('Enter');
    expect(await day.getAttribute('aria-pressed')).toBe('true');
    await pane.hover({ position: { x: 2, y: 90 } });
    await until(page, `document.querySelector('#chart-mgc .chart-legend').textContent.startsWith('18:')`);
  });

  test('is grey where the card is stale', async () => {
    const server = await started();
    const page = await visit(server);
    await isLive(page);
    await hasBars(page);
    const filter = `getComputedStyle(document.querySelector('#chart-mgc .chart-pane')).filter`;
    expect(await page.evaluate(filter)).toBe('none');
    server.source.publish('status', feedDown(server.clock.now()));
    await until(page, `${filter} === 'grayscale(1)'`);
  });

  test('is on paper as a picture, and as before on the screen afterwards', async () => {
    const page = await visit(await started());
    await isLive(page);
    await hasBars(page);
    await hasPainted(page);
    await page.evaluate(`addEventListener('afterprint', () => { globalThis.printed = true; });
      addEventListener('beforeprint', () => { globalThis.pictures = document.querySelectorAll('#chart-mgc .chart-paper').length; });`);
    await page.pdf();
    expect(await page.evaluate('[globalThis.pictures, globalThis.printed]')).toEqual([1, true]);
    expect(await page.locator('.chart-paper').count()).toBe(0);
  });

  test('has the chart in words where nothing can be drawn', async () => {
    const server = await started();
    await eventually(async () => (await (await fetch(server.url)).text()).includes('range 41'));
    const page = await visit(server, { javaScriptEnabled: false });
    expect(await textOf(page, '#chart-mgc-words')).toMatch(
      /^5m bars, 20 Nov range 41\d\d\.\d – 42\d\d\.\d VWAP 4203\.5 price in the entry zone$/,
    );
    expect(await page.locator('#chart-mgc .chart-drawing').isVisible()).toBe(false);
  });
});

describe('an update', () => {
  test('moves a line, and a price moves the running bar, on the same chart', async () => {
    const server = await started();
    const page = await visit(server);
    await isLive(page);
    await hasBars(page);
    await hasPainted(page);
    const before = await drawnOn(page);
    await page.evaluate(`for (const canvas of document.querySelectorAll('#chart-mgc canvas')) canvas.isOld = true`);
    const now = server.clock.now();
    server.source.publish(
      'focus-update',
      planWith(now, { stop: 4185, tp2: null, last_price: 4212.4, price_at: iso(now) }),
    );
    await until(page, `document.querySelector('#chart-mgc').dataset.price === '4212.4'`);
    await hasPainted(page);
    const drawn = await drawnOn(page);
    expect(drawn.lines.map(({ label, price }) => [label, price])).toEqual([
      ['stop', 4185],
      ['tp1', 4217.4],
    ]);
    expect(drawn.lines[0]?.y).not.toBe(before.lines[0]?.y);
    expect(drawn.running).toMatchObject({ open: before.running?.open, high: 4212.4, close: 4212.4 });
    expect(drawn.bars).toBe(before.bars);
    expect(await page.evaluate(`[...document.querySelectorAll('#chart-mgc canvas')].every((one) => one.isOld)`)).toBe(
      true,
    );
  });

  test('with a new bar fetches it once, and only for its own card', async () => {
    const bars = heldBars(dayBars(MORNING));
    const server = await started({ bars, snapshot: { plan: planWith(MORNING, {}) } });
    const page = await visit(server);
    await page.setViewportSize({ width: 1280, height: 2400 });
    await isLive(page);
    for (const symbol of ['mgc', 'mnq', 'mcl', 'mes']) await hasBars(page, symbol);
    const asked: string[] = [];
    page.on('request', (request: Request) => {
      if (request.url().includes('/api/chart/')) asked.push(request.url().slice(server.url.length));
    });
    bars.add(restOfBar());
    for (const last_price of [4207.1, 4207.2, 4207.3])
      server.source.publish('focus-update', planWith(server.clock.now(), { bar_at: NEXT_BAR, last_price }));
    await until(page, `import('/js/chart.js').then((charts) => charts.drawnOn('chart-mgc').closed === ${CLOSED + 1})`);
    server.source.publish('focus-update', planWith(server.clock.now(), { bar_at: NEXT_BAR, last_price: 4207.4 }));
    await until(page, `document.querySelector('#chart-mgc').dataset.price === '4207.4'`);
    expect(asked).toEqual(['/api/chart/MGC']);
  });

  test('two hundred times leaves one chart a card, what is typed and what is open', async () => {
    const server = await started();
    const page = await visit(server);
    await page.setViewportSize({ width: 1280, height: 5000 });
    await isLive(page);
    await hasBars(page);
    await page.locator('#card-mgc summary').first().click();
    await page.locator('.check [name=symbol]').fill('ME');
    const devTools = await page.context().newCDPSession(page);
    const counted = async () => {
      await devTools.send('HeapProfiler.collectGarbage');
      const { metrics } = await devTools.send('Performance.getMetrics');
      const of = (name: string) => metrics.find((one) => one.name === name)?.value ?? 0;
      const canvases = await page.evaluate(`document.querySelectorAll('#panel-focus canvas').length`);
      const sheets = await page.evaluate(`import('/js/chart.js').then((charts) => charts.sheetCount())`);
      return { canvases, sheets, listeners: of('JSEventListeners') };
    };
    await devTools.send('Performance.enable');
    const swap = async (round: number) => {
      const price = (4207 + (round % 9) / 10).toFixed(1);
      const plan = planWith(server.clock.now(), { last_price: Number(price), stop: 4198 - (round % 7) / 10 });
      // Every card changes its place, and every fifth time one leaves the page and comes back.
      const turned = plan.assets.map((_, i, all) => all[(i + round) % all.length]).filter((one) => one !== undefined);
      const assets = round % 5 === 0 ? turned.filter(({ symbol }) => symbol !== 'MES') : turned;
      server.source.publish('focus-update', { ...plan, assets });
      const order = assets.map(({ symbol }) => symbol).join(' ');
      await until(
        page,
        `[...document.querySelectorAll('.chart')].map((one) => one.dataset.symbol).join(' ') === '${order}' && Number(document.querySelector('#chart-mgc').dataset.price) === ${price}`,
      );
    };
    /** All four are near the window, and each is drawn. */
    const isSettled = () =>
      until(
        page,
        `import('/js/chart.js').then((charts) => charts.sheetCount() === 4 && [...document.querySelectorAll('.chart')].every((one) => charts.drawnOn(one.id)?.closed > 0))`,
      );
    for (let round = 1; round <= 21; round += 1) await swap(round);
    await isSettled();
    const before = await counted();
    for (let round = 22; round <= 221; round += 1) await swap(round);
    await isSettled();
    const afterwards = await counted();
    expect(afterwards).toMatchObject({ canvases: before.canvases, sheets: before.sheets });
    expect(Math.abs(afterwards.listeners - before.listeners)).toBeLessThanOrEqual(10);
    expect(await page.locator('#card-mgc details').first().getAttribute('open')).not.toBeNull();
    expect(await page.locator('.check [name=symbol]').inputValue()).toBe('ME');
  });
});

test('seven tabs at once all draw their charts', async () => {
  const server = await started();
  const first = await visit(server);
  const tabs = [first];
  while (tabs.length < 7) {
    const tab = await first.context().newPage();
    await tab.goto(server.url);
    tabs.push(tab);
  }
  for (const tab of tabs) {
    await tab.bringToFront();
    await hasBars(tab);
    expect((await drawnOn(tab)).closed).toBe(CLOSED);
  }
});

describe('when Postgres stops', () => {
  const folder = testFolder();
  test('the chart stays, says so with its age, and goes on by itself afterwards', async () => {
    const { chmodSync } = await import('node:fs');
    chmodSync(folder, 0o755);
    const place = { folder: `${folder}/postgres`, relaxed: true };
    const postgres = await startPostgres(place);
    const url = await postgres.database('copilot_test', { fresh: true });
    const sql = connectPostgres({ url, connectionsMax: 1 });
    await migrate(sql);
    const bars = barRepository(sql);
    await bars.save(dayBars(MORNING), 'test');
    const server = await started({ bars });
    const page = await visit(server);
    await isLive(page);
    await hasBars(page);
    expect(await page.locator('#chart-mgc .chart-state').isVisible()).toBe(false);

    await postgres.stop();
    const away = await fetch(`${server.url}/api/chart/GC`);
    expect([away.status, await away.json()]).toEqual([
      503,
      { status: 'error', error: 'The bars cannot be read: the database does not answer.' },
    ]);
    server.source.publish('focus-update', planWith(server.clock.now(), { bar_at: NEXT_BAR }));
    await eventually(async () => (await stateOf(page)).endsWith('does not answer. Bars up to 04:55 ET.'), {
      timeout: 10_000,
    });
    expect((await drawnOn(page)).closed).toBe(CLOSED);

    const again = await startPostgres(place);
    await eventually(
      async () =>
        (await drawnOn(page)).closed >= CLOSED && !(await page.locator('#chart-mgc .chart-state').isVisible()),
      { timeout: 30_000 },
    );
    await sql.end({ timeout: 1 });
    await again.stop();
  });
});

test('a symbol without bars yet says so and asks again with the first one', async () => {
  const bars = heldBars([]);
  const server = await started({ bars, snapshot: { plan: planWith(MORNING, { bar_at: null }) } });
  const page = await visit(server);
  await isLive(page);
  await eventually(async () => (await stateOf(page)) === 'No bar of this trading day has closed yet.');
  bars.add(dayBars(after(server.clock.now(), MINUTE)));
  server.source.publish('focus-update', {
    ...planAt(server.clock.now()),
    assets: [asset(seedOf('mgc'), server.clock.now(), { bar_at: LAST_BAR })],
  });
  await hasBars(page);
  expect((await drawnOn(page)).closed).toBe(CLOSED);
});
