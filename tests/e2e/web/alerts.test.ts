import type { Page } from 'playwright-core';
import { describe, expect, test, vi } from 'vitest';
import { iso } from '../../../src/kernel/units.js';
import type { Alert } from '../../../src/messages/dashboard.js';
import { ago, alertsAt, MORNING } from '../../support/web-source.js';
import { browsing, isLive, textOf, until } from './browser.js';
import type { Served } from './serve.js';

const { started, visit, tab } = browsing({ strict: true });

const KINDS = ['focus', 'risk', 'session', 'feed', 'no-trade'] as const;
const SYMBOLS = ['MGC', 'MNQ', null] as const;
/** 500 alerts, one a minute, the newest first. */
const many: readonly Alert[] = Array.from({ length: 500 }, (_, n) => ({
  id: `old-${n}`,
  at: ago(MORNING, 60 * (n + 1)),
  kind: KINDS[n % 5] ?? 'focus',
  severity: 'info' as const,
  symbol: SYMBOLS[n % 3] ?? null,
  text: `Note number ${n}`,
}));

/** The machine may be busy with other tests. */
const soon = (check: () => Promise<unknown>): Promise<unknown> => vi.waitFor(check, { timeout: 15_000, interval: 50 });

let count = 0;
function tell(server: Served, more: Partial<Alert>): Alert {
  count += 1;
  const now = server.clock.now();
  const alert: Alert = {
    id: `new-${count}`,
    at: iso(now),
    kind: 'focus',
    severity: 'info',
    symbol: null,
    text: `News ${count}`,
    ...more,
  };
  server.source.publish('alert', alert);
  return alert;
}

const seenToasts = (page: Page): Promise<string[]> => page.locator('.toast:visible p').allInnerTexts();
const rows = (page: Page): Promise<string[]> =>
  page.evaluate(
    `[...document.querySelectorAll('.alert')].filter((row) => row.checkVisibility())
      .map((row) => row.querySelector('.alert-text').textContent)`,
  ) as Promise<string[]>;
const rowCount = (page: Page, n: number): Promise<unknown> =>
  soon(async () => expect(await rows(page)).toHaveLength(n));

describe('the list of 500', () => {
  test('begins with the newest 40 and shows all on a click, and a new one costs the wire no more than 40 rows', async () => {
    const server = await started({ snapshot: { alerts: [...many] } });
    const page = await visit(server);
    await isLive(page);
    await rowCount(page, 40);
    expect((await rows(page))[0]).toContain('Note number 0');
    await page.getByText('Show all 500').click();
    await rowCount(page, 500);
    expect(new URL(page.url()).pathname).toBe('/');
    tell(server, { text: 'The newest of all' });
    await soon(async () => expect((await rows(page))[0]).toContain('The newest of all'));
    // The one that left the newest 40 stands first among the earlier ones, and the oldest is forgotten.
    await until(page, `document.querySelector('#alerts-earlier .alert')?.dataset.id === 'old-39'`);
    await rowCount(page, 500);
    const pushed = await (await fetch(`${server.url}/api/alerts/html`)).text();
    expect(pushed.match(/data-id=/g)).toHaveLength(40);
    expect((await rows(page)).at(-1)).toContain('Note number 498');
  });

  test('is complete without JavaScript, on a page of its own with its own filter', async () => {
    const server = await started({ snapshot: { alerts: [...many] } });
    const page = await visit(server, { javaScriptEnabled: false });
    await page.getByText('Show all 500').click();
    expect(await page.locator('.alert').count()).toBe(500);
    await page.locator('select[name=kind]').selectOption('risk');
    await page.locator('select[name=symbol]').selectOption('MGC');
    await page.getByRole('button', { name: 'Filter' }).click();
    expect(await textOf(page, '.alerts-head')).toContain('of 500, newest first');
    const shown = await page
      .locator('.alert')
      .evaluateAll((all) => all.map((row) => `${row.getAttribute('data-kind')} ${row.getAttribute('data-symbol')}`));
    expect(new Set(shown)).toEqual(new Set(['risk MGC']));
    expect(shown).toHaveLength(many.filter(({ kind, symbol }) => kind === 'risk' && symbol === 'MGC').length);
    expect((await fetch(`${server.url}/alerts?kind=weather`)).status).toBe(400);
  });
});

describe('the filter', () => {
  test('by kind, symbol and words looks through all that are kept, and survives new alerts and a reload', async () => {
    const server = await started({ snapshot: { alerts: [...many] } });
    const page = await visit(server);
    await isLive(page);
    await page.locator('#alert-kind').selectOption('risk');
    await rowCount(page, 100);
    await page.locator('#alert-symbol').selectOption('MGC');
    const wanted = many.filter(({ kind, symbol }) => kind === 'risk' && symbol === 'MGC').length;
    await rowCount(page, wanted);
    await page.waitForFunction(`document.getElementById('alerts-shown').textContent === '${wanted} of 500'`);
    tell(server, { kind: 'risk', symbol: 'MGC', text: 'MGC one more' });
    tell(server, { kind: 'risk', symbol: 'SIL', text: 'SIL one more' });
    await soon(async () => expect((await rows(page))[0]).toBe('MGC one more'));
    await page.keyboard.press('/');
    await page.keyboard.type('one more');
    await rowCount(page, 1);
    await page.reload();
    await isLive(page);
    await rowCount(page, 1);
    expect(await page.locator('#alert-filter').inputValue()).toBe('one more');
    expect(await page.locator('#alert-kind').inputValue()).toBe('risk');
    await page.getByRole('button', { name: 'Clear' }).click();
    await rowCount(page, 40);
  });

  test('offers a symbol as soon as there is an alert of it', async () => {
    const server = await started();
    const page = await visit(server);
    await isLive(page);
    tell(server, { symbol: 'ZB', text: 'ZB is heard for the first time' });
    await until(page, `[...document.getElementById('alert-symbol').options].some(({ value }) => value === 'ZB')`);
    await page.locator('#alert-symbol').selectOption('ZB');
    await rowCount(page, 1);
  });
});

describe('toasts', () => {
  test('stand newest first, four at most, and a plain one goes by itself while a critical one stays', async () => {
    const server = await started();
    const page = await visit(server);
    await isLive(page);
    expect(await seenToasts(page), 'what the page began with is no news').toEqual([]);
    tell(server, { severity: 'critical', text: 'Feed is silent' });
    for (let n = 1; n <= 5; n += 1) tell(server, { text: `Plain ${n}` });
    await soon(async () => expect((await seenToasts(page))[0]).toContain('Plain 5'));
    expect(await page.locator('.toast:visible').count()).toBe(4);
    expect((await seenToasts(page)).map((text) => text.slice(6))).toEqual(['Plain 5', 'Plain 4', 'Plain 3', 'Plain 2']);
    await vi.waitFor(
      async () => expect((await seenToasts(page)).map((text) => text.slice(6))).toEqual(['Feed is silent']),
      {
        timeout: 9_000,
      },
    );
    await page.getByRole('button', { name: /^Dismiss/ }).focus();
    await page.keyboard.press('Enter');
    expect(await seenToasts(page)).toEqual([]);
  });

  test('wait while the pointer rests on them, and Esc closes the newest', async () => {
    const server = await started();
    const page = await visit(server);
    await isLive(page);
    tell(server, { text: 'First' });
    await page.locator('.toast').hover();
    const since = performance.now();
    await vi.waitFor(() => expect(performance.now() - since).toBeGreaterThan(5_000), { timeout: 7_000, interval: 250 });
    expect(await seenToasts(page)).toHaveLength(1);
    tell(server, { severity: 'critical', text: 'Second' });
    await soon(async () => expect(await seenToasts(page)).toHaveLength(2));
    await page.keyboard.press('Escape');
    expect((await seenToasts(page)).join()).toContain('First');
    await page.mouse.move(5, 5);
    await soon(async () => expect(await seenToasts(page)).toEqual([]));
  });

  test('tell an alert once however often the server does, and after a reload only what nobody has dismissed', async () => {
    const server = await started();
    const page = await visit(server);
    await isLive(page);
    const alert = tell(server, { severity: 'critical', text: 'Stops are missing' });
    await soon(async () => expect(await seenToasts(page)).toHaveLength(1));
    server.source.publish('alert', alert);
    tell(server, { text: 'Another' });
    await soon(async () => expect(await seenToasts(page)).toHaveLength(2));
    await page.reload();
    await isLive(page);
    expect((await seenToasts(page)).map((text) => text.slice(6))).toEqual(['Stops are missing']);
    await page.keyboard.press('Escape');
    await page.reload();
    await isLive(page);
    expect(await seenToasts(page)).toEqual([]);
  });

  test('dismissed in one tab are dismissed in the other', async () => {
    const server = await started();
    const page = await visit(server);
    await isLive(page);
    const other = await tab(page);
    await isLive(other);
    tell(server, { severity: 'critical', text: 'Stops are missing' });
    for (const one of [page, other]) await soon(async () => expect(await seenToasts(one)).toHaveLength(1));
    await page.bringToFront();
    await page.keyboard.press('Escape');
    await soon(async () => expect(await seenToasts(other)).toEqual([]));
  });
});

/** Counts the notes that the page really starts. */
const LISTEN = `window.tones = 0;
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...at) { window.tones += 1; return start.apply(this, at); };`;

describe('sound', () => {
  test('is off until the button turns it on, then sounds for no-trade and risk alerts and for no others', async () => {
    const server = await started();
    const page = await visit(server);
    await page.context().addInitScript(LISTEN);
    await page.reload();
    await isLive(page);
    const tones = (): Promise<number> => page.evaluate('tones') as Promise<number>;
    const settled = async (text: string): Promise<void> => void (await page.getByText(text).first().waitFor());
    tell(server, { kind: 'risk', severity: 'warning', text: 'Silent one' });
    await settled('Silent one');
    expect(await tones()).toBe(0);
    const button = page.locator('#sound');
    expect(await button.getAttribute('aria-pressed')).toBe('false');
    await button.click();
    await soon(async () => expect(await tones()).toBe(2));
    expect(await button.getAttribute('aria-pressed')).toBe('true');
    tell(server, { kind: 'focus', text: 'No sound' });
    await settled('No sound');
    expect(await tones()).toBe(2);
    for (let n = 0; n < 3; n += 1) tell(server, { kind: 'no-trade', severity: 'critical', text: `Loud ${n}` });
    await soon(async () => expect(await tones()).toBe(4));
    await settled('Loud 2');
    expect(await tones(), 'three that come together are one sound').toBe(4);
    await page.reload();
    await isLive(page);
    expect(await button.getAttribute('aria-pressed'), 'remembered').toBe('true');
    await button.click();
    await until(page, `document.getElementById('sound').textContent === 'Sound on'`);
  });

  test('of one alert in three tabs is one sound', async () => {
    const server = await started();
    const first = await visit(server);
    await first.context().addInitScript(LISTEN);
    await first.reload();
    const pages = [first, await tab(first), await tab(first)];
    for (const page of pages) {
      await isLive(page);
      await page.bringToFront();
      await page.locator('#sound').click();
      if ((await page.locator('#sound').getAttribute('aria-pressed')) === 'false') await page.locator('#sound').click();
      await until(page, `document.getElementById('sound').textContent === 'Sound on'`);
    }
    const tones = async (): Promise<number> => {
      const each = await Promise.all(pages.map((page) => page.evaluate('tones') as Promise<number>));
      return each.reduce((sum, n) => sum + n, 0);
    };
    const before = await tones();
    tell(server, { kind: 'no-trade', severity: 'critical', text: 'NO TRADE: all of you' });
    for (const page of pages) await page.getByText('all of you').first().waitFor();
    await soon(async () => expect(await tones()).toBe(before + 2));
  });
});

describe('notes of the desktop', () => {
  const SPY = `window.notes = []; window.asked = 0;
    window.Notification = class extends Notification {
      constructor(title, options) { super(title, options); notes.push(options.body + ' #' + options.tag); }
      static requestPermission() { window.asked += 1; return super.requestPermission(); }
    };`;

  test('are asked for by the press of the button alone, and come for what matters while no tab is seen', async () => {
    const server = await started();
    const page = await visit(server);
    await page.context().grantPermissions(['notifications']);
    await page.context().addInitScript(SPY);
    await page.reload();
    await isLive(page);
    const notes = (): Promise<string[]> => page.evaluate('notes') as Promise<string[]>;
    expect(await page.evaluate('asked')).toBe(0);
    await page.locator('#notify').click();
    await until(page, `document.getElementById('notify').getAttribute('aria-pressed') === 'true'`);
    tell(server, { severity: 'critical', text: 'Seen on the page' });
    await page.getByText('Seen on the page').first().waitFor();
    expect(await notes()).toEqual([]);
    await page.evaluate(`Object.defineProperty(document, 'hidden', { configurable: true, get: () => true });
      document.dispatchEvent(new Event('visibilitychange'));`);
    tell(server, { text: 'Of no weight' });
    const { id } = tell(server, { kind: 'no-trade', severity: 'critical', text: 'NO TRADE: volatility' });
    await soon(async () => expect(await notes()).toHaveLength(1));
    expect((await notes())[0]).toMatch(new RegExp(`^04:57 ET NO TRADE: volatility #${id}$`));
  });
});

test('the list of a quiet day says what would appear', async () => {
  const server = await started({ snapshot: { alerts: [] } });
  const page = await visit(server);
  await isLive(page);
  expect(await textOf(page, '#panel-alerts')).toContain('No alerts today.');
  server.source.publish('alert', { ...alertsAt(server.clock.now())[0], id: 'first' });
  await rowCount(page, 1);
  expect(await textOf(page, '#panel-alerts')).not.toContain('No alerts today.');
});
