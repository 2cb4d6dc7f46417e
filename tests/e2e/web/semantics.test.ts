import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { DayHistory } from '../../../src/ports/day-history.js';
import { BUSY, fullDay } from '../../support/full-day.js';
import { browsing, focused, isLive } from './browser.js';

const { started, visit } = browsing();
const busy = () => started({ start: BUSY, snapshot: fullDay(BUSY) });
const PAGES = ['/', '/limits', '/research/quality', '/alerts', '/data', '/jobs', '/no-such-page'];

/** The first morning: no trading day has been recorded yet. */
const noDays: DayHistory = {
  days: async () => [],
  day: async () => undefined,
  planTimes: async () => [],
  moment: async () => ({
    source: 'audit',
    plan: undefined,
    noTrade: undefined,
    risk: undefined,
    positions: undefined,
    reports: [],
    alerts: [],
  }),
  plans: nothing,
  alerts: nothing,
  reports: nothing,
  noTrades: nothing,
  trades: async () => [],
};
async function* nothing(): AsyncIterable<never> {}

/** Levels of the headings in the order of the page. */
const headings = (page: Page): Promise<number[]> =>
  page.locator('h1, h2, h3, h4, h5, h6').evaluateAll((all) => all.map((it) => Number(it.tagName.slice(1))));

describe.each(PAGES)('%s', (path) => {
  test('has its landmarks once each, and one main heading with no level left out below it', async () => {
    const page = await visit(await busy(), { path });
    for (const landmark of ['main', 'body > header', 'body > footer', 'nav[aria-label]'])
      expect(await page.locator(landmark).count(), landmark).toBe(1);
    const levels = await headings(page);
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    expect(levels[0]).toBe(1);
    const skipped = levels.filter((level, i) => i > 0 && level > (levels[i - 1] ?? 0) + 1);
    expect(skipped).toEqual([]);
  });

  test('links to the other pages in the same words, names itself, and lets the keyboard skip them', async () => {
    const page = await visit(await busy(), { path });
    const links = await page.getByRole('navigation', { name: 'Pages' }).getByRole('link').allInnerTexts();
    expect(links).toEqual(expect.arrayContaining(['Dashboard', 'Limits', 'Quality', 'History']));
    const current = await page.locator('nav a[aria-current=page]').allInnerTexts();
    const own: Readonly<Record<string, string>> = {
      '/': 'Dashboard',
      '/limits': 'Limits',
      '/research/quality': 'Quality',
      '/alerts': 'Alerts',
      '/data': 'Data',
      '/jobs': 'Jobs',
    };
    expect(current).toEqual(own[path] === undefined ? [] : [own[path]]);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await focused(page)).toBe('main');
  });
});

test('every link to another page leads to one, and that page says so', async () => {
  const server = await started({ start: BUSY, snapshot: fullDay(BUSY), history: noDays });
  const page = await visit(server);
  const links = await page
    .locator('nav a')
    .evaluateAll((all) => all.map((it) => [it.textContent, it.getAttribute('href')]));
  for (const [name, href] of links) {
    const answer = await page.goto(`${server.url}${href}`);
    expect(answer?.status(), `${name}`).toBe(200);
    expect(await page.locator('nav a[aria-current=page]').innerText()).toBe(name);
  }
});

test('what happened stands beside the main part, not in it', async () => {
  const page = await visit(await busy());
  expect(await page.locator('aside #panel-alerts').count()).toBe(1);
  expect(await page.locator('main aside').count()).toBe(0);
});

test('only the verdict and a broken limit speak up, and cards never speak', async () => {
  const page = await visit(await busy());
  const loud = await page.locator('[aria-live=assertive], [role=alert]').evaluateAll((all) =>
    all
      .filter((it) => !it.hasAttribute('hidden'))
      .map((it) => it.className)
      .filter(Boolean),
  );
  expect(loud.filter((name) => !name.includes('toast'))).toEqual(['verdict', 'alarm alarm-stop']);
  const talking = await page
    .locator('.card, .panel-risk, .panel-positions, .panel-status, .panel-session')
    .evaluateAll(
      (all) => all.filter((it) => it.closest('[aria-live], [role=status], [role=alert], [role=log]')).length,
    );
  expect(talking).toBe(0);
  expect(await page.locator('.card [aria-live], .card [role=status], .card [role=alert]').count()).toBe(0);
});

test.each([390, 1280])('everything to press is at least 24 pixels high and wide at %i pixels', async (width) => {
  const page = await visit(await busy(), { width });
  await isLive(page);
  const small = await page
    .locator('button, summary, input, select, .site a, .site-foot a, .strip-link, .card a')
    .evaluateAll((all) =>
      all
        .map((it) => ({ it, rect: it.getBoundingClientRect() }))
        // A radio button is pressed by its label.
        .filter(({ it, rect }) => rect.width > 0 && it.getAttribute('type') !== 'radio')
        .filter(({ rect }) => rect.width < 23.9 || rect.height < 23.9)
        .map(
          ({ it, rect }) =>
            `${it.tagName} ${it.className} ${it.textContent?.trim().slice(0, 30)} ${rect.width}x${rect.height}`,
        ),
    );
  expect(small).toEqual([]);
});

describe('colour is never alone', () => {
  test('a side has its word and its sign, a gain or loss its sign, a state its word', async () => {
    const page = await visit(await busy());
    for (const side of await page.locator('.card .bias').allInnerTexts())
      expect(side.replace(/\s+/g, ' ')).toMatch(/^(LONG ▲|SHORT ▼|NEUTRAL ■)$/);
    for (const amount of await page.locator('.pnl-gain').allInnerTexts()) expect(amount).toMatch(/^\+/);
    for (const amount of await page.locator('.pnl-loss').allInnerTexts()) expect(amount).toMatch(/^−/);
    for (const part of await page.locator('.machinery .part').allInnerTexts())
      expect(part).toMatch(/\b(ok|slow|down|not heard)\b/);
  });

  test('with the system’s own colours dots, bars and the chosen side can still be told apart', async () => {
    const page = await visit(await busy());
    await page.emulateMedia({ forcedColors: 'active' });
    const edge = (selector: string, property: string): Promise<unknown> =>
      page.evaluate(`getComputedStyle(document.querySelector('${selector}')).getPropertyValue('${property}')`);
    expect(await edge('.part .dot', 'border-top-style')).toBe('solid');
    expect(await edge('.bar', 'border-top-style')).toBe('solid');
    expect(await edge('.sides input:checked + span', 'outline-style')).toBe('solid');
  });
});

test('a title that only a pointer shows says nothing that stands nowhere else', async () => {
  const page = await visit(await busy());
  const alone = await page
    .locator('.card [title], .panel-status [title], .panel-session [title], .others [title]')
    .evaluateAll((all) =>
      all
        .filter((it) => it.tagName !== 'ABBR')
        .filter((it) => {
          const said = (it.closest('.card')?.textContent ?? it.textContent ?? '').replace(/\s+/g, ' ');
          return !(it.getAttribute('title') ?? '').split(': ').every((piece: string) => said.includes(piece));
        })
        .map((it) => it.getAttribute('title')),
    );
  expect(alone).toEqual([]);
});
