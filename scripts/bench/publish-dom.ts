import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { connectRedis } from '../../src/adapters/redis/connection.js';
import { engineBus } from '../../src/adapters/redis/engine-bus.js';
import { iso } from '../../src/kernel/units.js';
import { redisNames } from '../../src/messages/streams.js';
import { launchChromium } from '../../tests/support/chromium.js';
import { runningClock } from '../../tests/support/test-clock.js';
import {
  alertsAt,
  MORNING,
  planAt,
  positionsAt,
  riskAt,
  sessionStateAt,
  statusAt,
} from '../../tests/support/web-source.js';
import { answer, ask, begin } from './processes/ask.js';
import type { Benches, Figure } from './support/figure.js';
import { benchRedis } from './support/redis.js';

export const benches: Benches = [{ name: 'publish.dom', run: publishToDom }];

const CLIENTS = 200;
const WARM_UP = 5;
const EVENTS = 100;
const LIMIT_MS = 250;
const BEAT_MS = 500;
const SHOWN_MS_MAX = 5_000;

/**
 * Milliseconds from the moment the engine hands an event to Redis to its words in the DOM of a real browser, while 200 other
 * streams are served by the same web role: 95 of 100 are quicker. One clock: this process's.
 */
async function publishToDom(): Promise<Figure> {
  const redis = await benchRedis();
  const connection = connectRedis(redis.url, 'producer');
  const engine = engineOn(connection);
  await engine.sayEverything();
  const web = begin('web-on-redis', { env: { REDIS_URL: redis.url } });
  const readers = begin('readers');
  const browser = await launchChromium();
  try {
    const address = await answer(web);
    await ask(readers, { ask: 'open', ...address, name: 'web', count: CLIENTS });
    const page = await browser.newPage();
    const seen = await watch(page, `http://127.0.0.1:${address.port}`);
    const spans: number[] = [];
    for (let n = 1; n <= WARM_UP + EVENTS; n += 1) {
      const begun = performance.now();
      await engine.lose(n);
      const shownAt = await shown(seen, n);
      if (n > WARM_UP) spans.push(shownAt - begun);
      // Not in step with any timer of the program.
      await pause(20 + ((n * 37) % 160));
    }
    spans.sort((a, b) => a - b);
    const at = (share: number): number => spans[Math.floor(EVENTS * share)] ?? Number.NaN;
    const max = spans.at(-1) ?? Number.NaN;
    return { value: at(0.95), unit: 'ms', n: EVENTS, limit: LIMIT_MS, p50: at(0.5), max, clients: CLIENTS };
  } finally {
    await browser.close();
    for (const child of [readers, web]) child.kill();
    engine.stop();
    connection.disconnect();
    await redis.stop();
  }
}

/** The engine's own door to Redis, and its heart. */
function engineOn(redis: ReturnType<typeof connectRedis>) {
  const bus = engineBus({ redis, reader: redis, quoteReader: redis }, redisNames(''));
  const clock = runningClock(MORNING, 1);
  let beats = 0;
  const beat = async (): Promise<void> => {
    beats += 1;
    const at = iso(clock.now());
    await bus.heartbeat({ at, mode: 'demo', beat: beats, status: statusAt(clock.now()), dashboard_id: '0-0' });
  };
  const beating = setInterval(beat, BEAT_MS);
  return {
    async sayEverything() {
      await beat();
      await bus.publish([
        { event: 'session-change', data: sessionStateAt(MORNING) },
        { event: 'focus-update', data: planAt(MORNING) },
        { event: 'positions-update', data: positionsAt(MORNING) },
        { event: 'risk-update', data: riskAt(MORNING) },
        ...alertsAt(MORNING).map((data) => ({ event: 'alert', data })),
      ]);
    },
    lose: (dollars: number) =>
      bus.publish([{ event: 'risk-update', data: riskAt(clock.now(), { daily_pnl: -dollars }) }]),
    stop: () => clearInterval(beating),
  };
}

/** Reports each day's loss once the risk panel shows it. Page code is text: no browser types here. */
async function watch(page: Page, url: string): Promise<ReadonlyMap<number, number>> {
  const seen = new Map<number, number>();
  await page.exposeFunction('report', (dollars: number) => {
    if (!seen.has(dollars)) seen.set(dollars, performance.now());
  });
  await page.goto(url);
  await page.evaluate(`
    let last;
    new MutationObserver(() => {
      const now = /\\$(\\d+) of /.exec(document.querySelector('#panel-risk')?.textContent ?? '')?.[1];
      if (now === undefined || now === last) return;
      last = now;
      report(Number(now));
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
    undefined`);
  await page.locator('html[data-live="on"]').waitFor({ state: 'attached' });
  return seen;
}

async function shown(seen: ReadonlyMap<number, number>, dollars: number): Promise<number> {
  const giveUpAt = performance.now() + SHOWN_MS_MAX;
  for (;;) {
    const at = seen.get(dollars);
    if (at !== undefined) return at;
    if (performance.now() > giveUpAt) throw new Error(`$${dollars} was not shown within ${SHOWN_MS_MAX / 1_000} s`);
    await pause(1);
  }
}
