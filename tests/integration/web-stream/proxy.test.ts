import http2 from 'node:http2';
import { afterEach, describe, expect, test } from 'vitest';
import { PING_MS } from '../../../src/roles/web/hub.js';
import type { Timers } from '../../../src/roles/web/timers.js';
import { type Served, serve } from '../../e2e/web/serve.js';
import { eventually } from '../../support/eventually.js';
import { proxies } from '../../support/nginx.js';
import { openStream, type StreamReader } from '../../support/stream-reader.js';
import { riskAt } from '../../support/web-source.js';

const HEARTBEAT_MS = 30_000;
const proxy = proxies();
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function started(timers?: Timers): Promise<Served> {
  const server = await serve(timers ? { timers } : {});
  closers.push(server.close);
  return server;
}
async function opened(url: string, localAddress?: string): Promise<StreamReader> {
  const stream = await openStream(url, localAddress === undefined ? {} : { localAddress });
  closers.push(stream.end);
  return stream;
}

/** Timers that run only when the test says so; one of them may run by itself. */
function handDriven(real: { every: number; in: number }) {
  const all: { ms: number; run: () => void }[] = [];
  const timers: Timers = {
    after: () => () => {},
    every(ms, run) {
      all.push({ ms, run });
      const timer = ms === real.every ? setInterval(run, real.in) : undefined;
      return () => clearInterval(timer);
    },
  };
  const runAll = (ms: number): void => {
    for (const timer of all) if (timer.ms === ms) timer.run();
  };
  return { timers, run: runAll };
}
const NONE = { every: -1, in: 0 };

test('the first event is through the proxy within a second, and nothing of the answer asks to be held back', async () => {
  const server = await started();
  const { url } = await proxy({ port: server.port });
  const begun = performance.now();
  const stream = await opened(url);
  await eventually(() => stream.events().length > 0);
  expect(performance.now() - begun).toBeLessThan(1_000);
  expect(stream.headers['content-type']).toContain('text/event-stream');
  expect(stream.headers['cache-control']).toBe('no-cache, no-transform');
  expect(stream.headers['content-encoding']).toBeUndefined();
});

test('every heartbeat leaves alone: the second is not made while the first has not arrived', async () => {
  const { timers, run } = handDriven(NONE);
  const server = await started(timers);
  const { url } = await proxy({ port: server.port });
  const stream = await opened(url);
  await eventually(() => stream.text().includes('event: alert'));
  const beats = () => stream.events().filter(({ event }) => event === 'heartbeat').length;
  for (let n = 1; n <= 20; n += 1) {
    run(HEARTBEAT_MS);
    await eventually(() => beats() === n, { timeout: 1_000 });
  }
});

test('an update comes through as it was sent, and the stream is resumed by its id', async () => {
  const server = await started();
  const { url } = await proxy({ port: server.port });
  const stream = await opened(url);
  await eventually(() => stream.text().includes('event: alert'));
  const first = server.source.publish('risk-update', riskAt(server.clock.now(), { daily_pnl: -1 }));
  await eventually(() => stream.events().at(-1)?.id === first);
  stream.end();
  const second = server.source.publish('risk-update', riskAt(server.clock.now(), { daily_pnl: -2 }));
  const back = await openStream(url, { lastEventId: first });
  closers.push(back.end);
  await eventually(() => back.events().length > 0);
  expect(back.events()[0]).toMatchObject({ id: second, event: 'risk-update' });
});

describe('an idle stream', () => {
  // Pings come every 15 s where the proxy waits an hour; here every 0.2 s where it waits one.
  test('outlives the patience of the proxy five times because pings show life, without one reconnect', async () => {
    const { timers } = handDriven({ every: PING_MS, in: 200 });
    const server = await started(timers);
    const { url } = await proxy({ port: server.port, readTimeout: '1s' });
    const stream = await opened(url);
    await eventually(() => (stream.text().match(/^: ping$/gm) ?? []).length >= 25, { timeout: 15_000 });
    expect(stream.isClosed()).toBe(false);
  });

  test('would be cut off by it without them', async () => {
    const { timers } = handDriven(NONE);
    const server = await started(timers);
    const { url } = await proxy({ port: server.port, readTimeout: '1s' });
    const stream = await opened(url);
    await eventually(stream.isClosed, { timeout: 10_000 });
  });
});

test('clients are told apart behind the proxy: the sixth stream of one is refused with a sentence, another is served', async () => {
  const server = await started();
  const { url } = await proxy({ port: server.port });
  for (let n = 0; n < 5; n += 1) expect((await opened(url)).status).toBe(200);
  const sixth = await opened(url);
  expect(sixth.status).toBe(429);
  await eventually(() => /^This client already holds 5 live streams\..+\.$/.test(sixth.text()));
  expect((await opened(url, '127.0.0.2')).status).toBe(200);
});

test('whoever claims another address still counts as himself', async () => {
  const server = await started();
  const { url } = await proxy({ port: server.port });
  for (let n = 0; n < 5; n += 1) await opened(url);
  const answer = await fetch(`${url}/sse/dashboard`, { headers: { 'x-forwarded-for': `10.0.0.9` } });
  expect(answer.status).toBe(429);
});

test('commands from the page behind the proxy are taken', async () => {
  const server = await started();
  const { url } = await proxy({ port: server.port });
  const headers = { origin: url, 'sec-fetch-site': 'same-origin' };
  expect((await fetch(`${url}/actions/force-refresh`, { method: 'POST', headers })).status).toBe(202);
  const stranger = { origin: 'http://elsewhere.example' };
  expect((await fetch(`${url}/actions/force-refresh`, { method: 'POST', headers: stranger })).status).toBe(403);
});

test('a dead server behind it is an error at once, and the stream is back after a restart', async () => {
  const server = await started();
  const { url } = await proxy({ port: server.port });
  const stream = await opened(url);
  await eventually(() => stream.text().includes('event: alert'));
  closers.splice(0, 1);
  await server.close();
  await eventually(stream.isClosed);
  expect((await opened(url)).status).toBe(502);
  const again = await serve({ port: server.port });
  closers.push(again.close);
  await eventually(async () => (await opened(url)).status === 200);
});

test('over HTTP/2 one connection carries the page and more streams than a browser opens connections', async () => {
  const server = await started();
  const { http2Url } = await proxy({ port: server.port });
  const session = http2.connect(http2Url);
  closers.push(() => session.destroy());
  const ask = (path: string) => {
    const stream = session.request({ ':path': path });
    let text = '';
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    const status = new Promise<number>((done) => stream.once('response', (head) => done(head[':status'] ?? 0)));
    return { status, text: () => text };
  };
  const streams = Array.from({ length: 5 }, () => ask('/sse/dashboard'));
  for (const stream of streams) expect(await stream.status).toBe(200);
  const refused = [ask('/sse/dashboard'), ask('/sse/dashboard')];
  for (const stream of refused) expect(await stream.status, 'an answer, not a hang').toBe(429);
  const page = ask('/');
  expect(await page.status).toBe(200);
  await eventually(() => page.text().includes('</html>'));
  server.source.publish('risk-update', riskAt(server.clock.now(), { daily_pnl: -77 }));
  for (const stream of streams) await eventually(() => stream.text().includes('$77 of $500'));
});
