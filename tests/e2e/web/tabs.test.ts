import type { Page } from 'playwright-core';
import { expect, test, vi } from 'vitest';
import { asset, riskAt, seedOf } from '../../support/web-source.js';
import { browsing, isLive, panelSays, textOf } from './browser.js';
import type { Served } from './serve.js';

const { started, visit, tab, forget } = browsing({ strict: true });

const streams = async (server: Served): Promise<number> => {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return Number(/copilot_web_streams (\d+)/.exec(text)?.[1]);
};

async function sevenTabs(server: Served): Promise<Page[]> {
  const first = await visit(server);
  const pages = [first];
  while (pages.length < 7) pages.push(await tab(first));
  return pages;
}

test('seven tabs load, are live on one connection, and stay so when the first is closed and the server starts again', async () => {
  const server = await started();
  const pages = await sevenTabs(server);
  for (const page of pages) await isLive(page);
  expect(await streams(server)).toBe(1);
  server.source.publish('risk-update', riskAt(server.clock.now(), { daily_pnl: -71 }));
  for (const page of pages) await panelSays(page, '#panel-risk', '$71 of');
  await pages.shift()?.close();
  server.source.publish('risk-update', riskAt(server.clock.now(), { daily_pnl: -72 }));
  for (const page of pages) await panelSays(page, '#panel-risk', '$72 of', 1_000);
  await server.close();
  forget(server);
  for (const page of pages) await page.locator('#lost').waitFor({ state: 'visible' });
  const risk = riskAt(server.clock.now(), { daily_pnl: -73 });
  const next = await started({ port: server.port, snapshot: { risk, cursor: '2000-0' } });
  for (const page of pages) await panelSays(page, '#panel-risk', '$73 of', 3_000);
  expect(await streams(next)).toBe(1);
});

test('a tab that is opened later shows what the others show, and nothing older than its own page', async () => {
  const server = await started();
  const first = await visit(server);
  await isLive(first);
  const now = server.clock.now();
  server.source.publish('mgc-update', asset({ ...seedOf('mgc'), last: 4208.5 }, now));
  await panelSays(first, '#card-mgc .last', '4208.5');
  // Held back by the throttle of the stream, but on every page that is loaded now.
  server.source.publish('mgc-update', asset({ ...seedOf('mgc'), last: 4209.5 }, now));
  const prices: string[] = [];
  const second = await first.context().newPage();
  await second.exposeFunction('sawPrice', (text: string) => prices.push(text));
  await second.addInitScript(`addEventListener('DOMContentLoaded', () => {
    const look = () => sawPrice(document.querySelector('#card-mgc .last').textContent.trim());
    look();
    new MutationObserver(look).observe(document.getElementById('panel-focus'), { subtree: true, childList: true, characterData: true });
  })`);
  await second.goto(server.url);
  await isLive(second);
  await panelSays(first, '#card-mgc .last', '4209.5', 10_000);
  await vi.waitFor(() => expect(prices.length).toBeGreaterThan(0), { timeout: 10_000 });
  expect(new Set(prices)).toEqual(new Set(['4209.5']));
  expect(await textOf(second, '#card-mgc .last')).toContain('4209.5');
});

test('a page that was left and is come back to by the back key shows the state of now', async () => {
  const server = await started();
  const page = await visit(server);
  const beside = await tab(page);
  await isLive(page);
  await isLive(beside);
  await page.goto(`${server.url}/alerts`);
  server.source.publish('risk-update', riskAt(server.clock.now(), { daily_pnl: -88 }));
  await panelSays(beside, '#panel-risk', '$88 of');
  await page.goBack();
  await panelSays(page, '#panel-risk', '$88 of', 2_000);
});

test('where the browser shares nothing, each tab has its own stream and the sixth says why it has none', async () => {
  const server = await started();
  const first = await visit(server);
  await first.context().addInitScript('delete window.SharedWorker');
  await first.goto('about:blank');
  const pages: Page[] = [];
  for (let n = 0; n < 5; n += 1) {
    const page = await first.context().newPage();
    await page.goto(server.url);
    await isLive(page);
    pages.push(page);
  }
  const sixth = await first.context().newPage();
  await sixth.goto(server.url);
  await sixth.locator('#lost').waitFor({ state: 'visible' });
  expect(await textOf(sixth, '#lost')).toContain('This client already holds 5 live streams.');
  const seventh = await first.context().newPage();
  await seventh.goto(server.url);
  expect(await textOf(seventh, '#card-mgc')).toContain('MGC');
  await pages[0]?.close();
  // Its place goes to one of those that wait.
  await vi.waitFor(
    async () => {
      const asked = [sixth, seventh].map((page) => page.evaluate('document.documentElement.dataset.live'));
      expect((await Promise.all(asked)).filter((word) => word === 'on')).toHaveLength(1);
    },
    { timeout: 15_000, interval: 100 },
  );
  expect(await streams(server)).toBe(5);
});
