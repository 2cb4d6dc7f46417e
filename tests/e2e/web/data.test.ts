import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { columnsBuilder } from '../../../src/domain/bars/columns.js';
import { sessionCalendar } from '../../../src/domain/sessions/calendar.js';
import { tradingDay, tradingDayOf } from '../../../src/domain/sessions/trading-day.js';
import { type EpochMs, epochMs, MINUTE } from '../../../src/kernel/units.js';
import type { QualityParts } from '../../../src/roles/web/data/reader.js';
import { listen } from '../../../src/roles/web/server.js';
import { launchChromium } from '../../support/chromium.js';
import { qualityApp } from '../../support/quality-app.js';

const NOW = epochMs(Date.parse('2026-11-20T19:30:00Z'));
const TODAY = tradingDay('2026-11-20');
const ROOTS = ['MGC', 'MES'];
/** Minutes that MGC lacks. */
const LOST: Readonly<Record<string, number>> = { '2026-11-19': 300, '2026-11-17': 5 };

/** Every minute of every stretch, but those of MGC that are lost; of the newest day MES refused one. */
const counted: QualityParts['store'] = {
  counts: async (edges) => [...edges].flatMap(([root, all]) => spansOf(root, all)),
  archived: async () => [],
  tallies: async () => [{ root: 'MES', day: TODAY, source: 'massive', repeated: 0, late: 0, refused: 1 }],
  knownEmpty: async () => [],
};

function spansOf(root: string, edges: readonly EpochMs[]) {
  const { isOpen } = sessionCalendar(root === 'MGC' ? 'metals' : 'equity-index');
  return edges.slice(1).flatMap((until, i) => {
    const from = edges[i] ?? until;
    const lost = root === 'MGC' ? (LOST[tradingDayOf(from)] ?? 0) : 0;
    return isOpen(from) ? [{ root, span: i + 1, source: 'massive', bars: (until - from) / MINUTE - lost }] : [];
  });
}

const bars = { columns: async () => columnsBuilder(1).done() };
const app = await qualityApp(NOW, { store: counted, history: bars, roots: ROOTS });
const port = await listen(app, { host: '127.0.0.1', port: 0 });

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let browser: Browser;
let page: Page;
beforeAll(async () => {
  browser = await launchChromium();
});
afterEach(() => page.close());
afterAll(async () => {
  await browser.close();
  await app.close();
});

async function open(width: number, query: string): Promise<void> {
  page = await browser.newPage({ viewport: { width, height: 900 } });
  await page.goto(`http://127.0.0.1:${port}/data?${query}`);
}

/** The left and right edges of what the selector finds first. */
async function edges(selector: string) {
  const box = await page.locator(selector).first().boundingBox();
  return { left: box?.x ?? Number.NaN, right: (box?.x ?? Number.NaN) + (box?.width ?? Number.NaN) };
}

describe.each([1280, 390])('at a width of %i', (width) => {
  test('the newest day is in sight before anything is scrolled, beside the symbols and their shares', async () => {
    await open(width, 'days=60');
    const [cell, scroller, name] = [
      await edges('.heat tbody tr td:last-child'),
      await edges('.heat-scroll'),
      await edges('.heat tbody th'),
    ];
    expect(cell.right).toBeLessThanOrEqual(scroller.right);
    expect(cell.left).toBeGreaterThan(name.right);
    expect(name.left).toBeCloseTo(scroller.left, 0);
    expect(await page.locator('.heat tbody th').first().innerText()).toMatch(/^MGC\s+99\.\d %$/);
  });

  test('each column has its day of the month, and a month stays named while its days are in sight', async () => {
    await open(width, 'days=60');
    const days = await page.locator('.heat thead tr:last-child th span[aria-hidden]').allInnerTexts();
    expect(days.slice(-5)).toEqual(['16', '17', '18', '19', '20']);
    const [month, name] = [await edges('.heat thead th:last-child .heat-month'), await edges('.heat tbody th')];
    expect(await page.locator('.heat-month').last().innerText()).toBe('Nov 2026');
    expect(month.left).toBeGreaterThanOrEqual(name.right - 1);
    expect(month.right).toBeLessThanOrEqual(width);
  });
});

test('only the days with findings are stops of the Tab key', async () => {
  await open(1280, 'days=20');
  await page.locator('.heat-scroll').focus();
  const stops: string[] = [];
  for (let i = 0; i < 3; i += 1) {
    await page.keyboard.press('Tab');
    stops.push(
      await page.evaluate('document.activeElement.getAttribute("aria-label") ?? document.activeElement.tagName'),
    );
  }
  expect(stops).toEqual([
    expect.stringMatching(/^MGC Thu 19 Nov: 1,080 of 1,380 minutes, 300 missing/),
    expect.stringMatching(/^MES Fri 20 Nov: .* 1 refused/),
    'SUMMARY',
  ]);
});

test('a cell has the colours that the legend gives its grade', async () => {
  await open(1280, 'days=20');
  const coloursOf = (selector: string) =>
    page.evaluate(`(() => {
      const { color, backgroundColor } = getComputedStyle(document.querySelector('${selector}'));
      return { color, backgroundColor };
    })()`);
  const legend = await Promise.all(
    ['complete', 'quiet', 'holes'].map((grade) => coloursOf(`.legend-box.heat-${grade}`)),
  );
  expect(new Set(legend.map((it) => JSON.stringify(it))).size).toBe(3);
  for (const grade of ['complete', 'quiet', 'holes'])
    expect(await coloursOf(`.heat .heat-${grade} a`), grade).toEqual(await coloursOf(`.legend-box.heat-${grade}`));
});

test('the day that is told is marked in the map and in the table, and what it lacks stands out', async () => {
  await open(1280, 'days=20&symbol=MGC&day=2026-11-19');
  const current = (within: string) =>
    page.locator(`${within} a[aria-current]`).evaluateAll((all) => all.map((it) => it.getAttribute('href')));
  const itself = ['/data?days=20&symbol=MGC&day=2026-11-19#day'];
  expect([await current('.heat'), await current('.day-table')]).toEqual([itself, itself]);
  expect(await page.locator('#day h2').innerText()).toBe('MGC, Thu 19 Nov 2026');
  const facts = await page.locator('.day-facts > div').allInnerTexts();
  expect(facts.slice(0, 3).map((it) => it.split(/\s+/))).toEqual([
    ['expected', '1,380'],
    ['present', '1,080'],
    ['missing', '300'],
  ]);
  expect(await page.locator('.day-facts .is-finding').allInnerTexts()).toEqual(['300']);
});

test.each([1280, 390])(
  'axe finds nothing serious on days with findings and one of them told, %i wide',
  async (width) => {
    await open(width, 'days=60&symbol=MGC&day=2026-11-19');
    await page.evaluate(axe);
    const found = await page.evaluate(`axe.run().then(({ violations }) => violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ failureSummary, target }) => id + ' ' + target + ': ' + failureSummary)))`);
    expect(found).toEqual([]);
  },
);

test.each([390, 375, 320])(
  'every page of the navigation is in sight at a width of %i, also under the badge of a demo',
  async (width) => {
    await open(width, 'days=20');
    await page.locator('.site').evaluate((it) => {
      const badge = it.ownerDocument.createElement('p');
      badge.className = 'badge';
      badge.textContent = 'DEMO';
      it.append(badge);
    });
    // What a box that scrolls hides has its place all the same: it must lie within the box too.
    const outside = await page.locator('.site nav a').evaluateAll((all) =>
      all
        .filter((it) => {
          const [{ left, right }, box] = [it.getBoundingClientRect(), it.closest('nav')?.getBoundingClientRect()];
          const isInBox = box && left >= box.left - 5 && right <= box.right + 5;
          return !isInBox || left < 0 || right > it.ownerDocument.documentElement.clientWidth;
        })
        .map((it) => it.textContent),
    );
    expect(outside).toEqual([]);
    expect(await page.locator('.site nav a').count()).toBe(7);
  },
);
