import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { activeSession, BUSY, fullDay } from '../../support/full-day.js';
import { positionsAt } from '../../support/web-source.js';
import { browsing, isLive } from './browser.js';

const { started, visit } = browsing();
const box = (page: Page, selector: string) =>
  page
    .locator(selector)
    .first()
    .evaluate((it) => {
      const { top, bottom, height } = it.getBoundingClientRect();
      return { top, bottom, height };
    });

test('the alerts stay beside the plan while it scrolls, below the strips that stick', async () => {
  const page = await visit(await started({ start: BUSY, snapshot: fullDay(BUSY) }));
  await isLive(page);
  await page.locator('#card-sil').evaluate((it) => it.scrollIntoView({ block: 'start' }));
  const [alerts, strips] = [await box(page, '#panel-alerts'), await box(page, '.strips')];
  expect(alerts.top).toBeGreaterThanOrEqual(strips.bottom - 1);
  expect(alerts.top).toBeLessThan(450);
});

test('an opened card does not stretch the one beside it', async () => {
  const page = await visit(await started());
  const before = await box(page, '#card-mnq');
  await page.locator('#card-mgc .why summary').click();
  expect((await box(page, '#card-mgc')).height).toBeGreaterThan(before.height);
  expect((await box(page, '#card-mnq')).height).toBeLessThanOrEqual(before.height);
});

test('a number shows the head of its card, however far the page has scrolled into what that card has opened', async () => {
  const page = await visit(await started(), { width: 390 });
  await isLive(page);
  await page.keyboard.press('1');
  await page.locator('#card-mgc .card-foot .why-in').evaluate((it) => it.scrollIntoView({ block: 'end' }));
  expect((await box(page, '#card-mgc .card-head')).bottom).toBeLessThan(0);
  await page.evaluate('document.activeElement.blur()');
  await page.keyboard.press('1');
  const head = await box(page, '#card-mgc .card-head');
  expect(head.top).toBeGreaterThanOrEqual(0);
  expect(head.bottom).toBeLessThan(900);
});

test('a phone without a position keeps one line in sight', async () => {
  const snapshot = { session: activeSession(BUSY), positions: positionsAt(BUSY, { positions: [] }) };
  const page = await visit(await started({ start: BUSY, snapshot }), { width: 390 });
  await isLive(page);
  expect(await page.locator('.positions-message.is-flat').count()).toBe(1);
  await page.locator('#card-mcl').evaluate((it) => it.scrollIntoView());
  const line = await box(page, '.risk-now > .strip-head');
  expect(line.top).toBe(0);
  expect(line.height).toBeLessThan(44);
  expect((await box(page, '.gauges')).bottom).toBeLessThan(0);
  expect((await box(page, '.positions-now')).bottom).toBeLessThan(0);
});
