import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { columnsBuilder } from '../../../src/domain/bars/columns.js';
import { tradingDay } from '../../../src/domain/sessions/trading-day.js';
import { type EpochMs, epochMs, MINUTE } from '../../../src/kernel/units.js';
import { createApp } from '../../../src/roles/web/app.js';
import type { QualityParts } from '../../../src/roles/web/data/reader.js';
import { listen } from '../../../src/roles/web/server.js';
import { launchChromium } from '../../support/chromium.js';
import { fakeSource, fullSnapshot, manualTime, quietLog } from '../../support/web-source.js';

const NOW = epochMs(Date.parse('2026-11-20T19:30:00Z'));
const TODAY = tradingDay('2026-11-20');
const ROOTS = ['MGC', 'MES'];
/** Minutes that MGC lacks, by how many open stretches before the newest they lie. */
const LOST: Readonly<Record<number, number>> = { 1: 300, 3: 5 };

/** Every minute of every stretch, but those of MGC that are lost; of the newest day MES refused one. */
const counted: QualityParts['store'] = {
  counts: async (edges) => [...edges].flatMap(([root, all]) => spansOf(root, all)),
  archived: async () => [],
  tallies: async () => [{ root: 'MES', day: TODAY, source: 'massive', repeated: 0, late: 0, refused: 1 }],
};

function spansOf(root: string, edges: readonly EpochMs[]) {
  const stretches = edges.length / 2;
  return Array.from({ length: stretches }, (_, i) => {
    const minutes = ((edges[2 * i + 1] ?? 0) - (edges[2 * i] ?? 0)) / MINUTE;
    const lost = root === 'MGC' ? (LOST[stretches - 1 - i] ?? 0) : 0;
    return { root, span: 2 * i + 1, source: 'massive', bars: minutes - lost };
  });
}

const { clock, timers } = manualTime(NOW);
const bars = { columns: async () => columnsBuilder(1).done() };
const app = await createApp({
  source: fakeSource(fullSnapshot(NOW), clock),
  clock,
  timers,
  mode: 'live',
  log: quietLog,
  version: { sha: 'test', builtAt: 'now', configHash: 'none' },
  quality: { store: counted, hot: bars, history: bars, roots: ROOTS },
});
const port = await listen(app, { host: '127.0.0.1', port: 0 });

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
