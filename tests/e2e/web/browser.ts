import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest';
import { launchChromium } from '../../support/chromium.js';
import { type Served, serve } from './serve.js';

/** What the browser itself says about a server that is away is no fault of the page. */
const OF_THE_NETWORK = /net::ERR_|Failed to load resource|Failed to fetch|network error|SSE reconnect failed/;

/**
 * Servers and pages for one test file; every test ends without a complaint of the browser. Call at the top level.
 * `strict` counts every error in the console, not only exceptions and what the content security policy refused.
 */
export function browsing({ strict = false }: { strict?: boolean } = {}) {
  let browser: Browser;
  const servers: Served[] = [];
  const pages: Page[] = [];
  const faults: string[] = [];
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterEach(async () => {
    for (const page of pages.splice(0)) await page.context().close();
    for (const server of servers.splice(0)) await server.close();
    expect(faults.splice(0), 'what the browser complained about').toEqual([]);
  });
  afterAll(() => browser?.close());

  const watch = (page: Page): Page => {
    page.on('pageerror', (error) => faults.push(error.message));
    page.on('console', (message) => {
      const text = message.text();
      const isFault = strict && message.type() === 'error' && !OF_THE_NETWORK.test(text);
      if (isFault || text.includes('Content Security Policy')) faults.push(text);
    });
    return page;
  };

  return {
    async started(options: Parameters<typeof serve>[0] = {}): Promise<Served> {
      const server = await serve(options);
      servers.push(server);
      return server;
    },
    /** The test has closed this one itself. */
    forget: (server: Served) => void servers.splice(servers.indexOf(server), 1),
    async visit(
      server: Served,
      options: { width?: number; javaScriptEnabled?: boolean; path?: string } = {},
    ): Promise<Page> {
      const { width = 1280, javaScriptEnabled = true, path = '/' } = options;
      const context = await browser.newContext({ viewport: { width, height: 900 }, javaScriptEnabled });
      const page = watch(await context.newPage());
      pages.push(page);
      await page.goto(`${server.url}${path}`);
      return page;
    },
    /** One more tab of the same browser. */
    async tab(beside: Page, { path = '/' }: { path?: string } = {}): Promise<Page> {
      const page = watch(await beside.context().newPage());
      await page.goto(new URL(path, beside.url()).href);
      return page;
    },
  };
}

/** Waits until the stream's catch-up has been swapped in. */
export const isLive = (page: Page): Promise<unknown> => until(page, `document.documentElement.dataset.live === 'on'`);
/** Waits for a condition inside the page. Page code is text, so that the browser's globals stay out of the project's types. */
export const until = (page: Page, condition: string, timeout = 10_000): Promise<unknown> =>
  vi.waitFor(async () => expect(await page.evaluate(condition), condition).toBe(true), { timeout, interval: 20 });
export const panelSays = (page: Page, selector: string, text: string, timeout?: number): Promise<unknown> =>
  until(page, `document.querySelector('${selector}')?.textContent?.includes('${text}')`, timeout);
export const focused = (page: Page): Promise<unknown> => page.evaluate('document.activeElement?.id');
export const textOf = (page: Page, selector: string): Promise<string> =>
  page
    .locator(selector)
    .first()
    .innerText()
    .then((text) => text.replace(/\s+/g, ' '));
