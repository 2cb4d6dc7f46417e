import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { launchChromium } from '../../tests/support/chromium.js';
import { freePorts } from '../../tests/support/program.js';
import type { Benches, Figure } from './support/figure.js';

export const benches: Benches = [{ name: 'post.dom', run: postToDom }];

const WARM_UP = 5;
const POSTS = 100;
const LIMIT_MS = 250;
const START_MS_MAX = 60_000;
const SHOWN_MS_MAX = 5_000;
const ACCOUNT = 'Bench';

/**
 * Milliseconds from the beginning of a bridge's POST to the new amount in the DOM of a real browser, in the positions panel
 * and on the card: intake, stream, engine with audit, stream, web role, server-sent event, swap. One clock: this process's.
 */
async function postToDom(): Promise<Figure> {
  const system = await startDemo();
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    const seen = await watch(page, system.web);
    const spans: number[] = [];
    for (let n = 1; n <= WARM_UP + POSTS; n += 1) {
      const begun = performance.now();
      await system.post(n);
      const shownAt = await shown(seen, `+$${n}.00`);
      if (n > WARM_UP) spans.push(shownAt - begun);
      // Not in step with any timer of the program.
      await pause(20 + ((n * 37) % 160));
    }
    spans.sort((a, b) => a - b);
    const at = (share: number): number => spans[Math.floor(POSTS * share)] ?? Number.NaN;
    return { value: at(0.95), unit: 'ms', n: POSTS, limit: LIMIT_MS, p50: at(0.5), max: spans.at(-1) ?? Number.NaN };
  } finally {
    await browser.close();
    await system.stop();
  }
}

/** Reports each amount of our account once panel and card both show it. Page code is text: no browser types here. */
async function watch(page: Page, url: string): Promise<ReadonlyMap<string, number>> {
  const seen = new Map<string, number>();
  await page.exposeFunction('report', (text: string) => {
    if (!seen.has(text)) seen.set(text, performance.now());
  });
  await page.goto(url);
  await page.evaluate(`
    const amount = (selector) =>
      [...document.querySelectorAll(selector)].find((row) => row.textContent.includes('${ACCOUNT}'))?.querySelector('.pnl')?.textContent;
    let last;
    new MutationObserver(() => {
      const now = amount('.position');
      if (now === undefined || now === last || now !== amount('#held-mgc .held-row')) return;
      last = now;
      report(now);
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
    undefined`);
  await page.locator('html[data-live="on"]').waitFor({ state: 'attached' });
  return seen;
}

async function shown(seen: ReadonlyMap<string, number>, text: string): Promise<number> {
  const giveUpAt = performance.now() + SHOWN_MS_MAX;
  for (;;) {
    const at = seen.get(text);
    if (at !== undefined) return at;
    if (performance.now() > giveUpAt) throw new Error(`${text} was not shown within ${SHOWN_MS_MAX / 1_000} s`);
    await pause(1);
  }
}

/** The compiled program with its demo market, on a folder and ports of its own. */
async function startDemo() {
  const folder = mkdtempSync(join(tmpdir(), 'copilot-dom-'));
  chmodSync(folder, 0o755);
  const [web, bridge] = await freePorts(2);
  const key = 'the key of the bench';
  const { PATH = '', HOME = '' } = process.env;
  const own = { COPILOT_DATA_DIR: join(folder, 'data'), WEB_PORT: String(web), BRIDGE_PORT: String(bridge) };
  const env = { PATH, HOME, ...own, BRIDGE_API_KEY: key, LOG_LEVEL: 'warn' };
  const child = spawn(process.execPath, ['dist/main.js', 'up', '--demo'], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = new Promise((done) => child.once('close', done));
  const stop = async (): Promise<void> => {
    child.kill('SIGINT');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${web}`;
  const giveUpAt = performance.now() + START_MS_MAX;
  while ((await fetch(`${url}/api/focus`).catch(() => undefined))?.status !== 200) {
    if (performance.now() > giveUpAt || child.exitCode !== null) {
      await stop();
      throw new Error('the demo did not start');
    }
    await pause(100);
  }
  const post = async (n: number): Promise<void> => {
    const answer = await fetch(`http://127.0.0.1:${bridge}/positions/update`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': key },
      body: JSON.stringify(snapshot(n)),
    });
    if (answer.status !== 200) throw new Error(`the intake answered ${answer.status}: ${await answer.text()}`);
  };
  return { web: url, post, stop };
}

const snapshot = (n: number) => ({
  bridge: 'ninjatrader',
  bridge_version: '1.0.0',
  epoch: 'bench',
  seq: n,
  sent_at: new Date().toISOString(),
  account: ACCOUNT,
  connection: { orders: 'connected', prices: 'connected' },
  cash_balance: 50_000,
  realized_pnl: 0,
  positions: [
    { symbol: 'MGC', side: 'LONG', quantity: 1, avg_price: 4200, last_price: 4200 + n / 10, unrealized_pnl: n },
  ],
  orders: [],
});
