import http from 'node:http';
import net from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { alertsAt, asset, riskAt, seedOf } from '../../support/web-source.js';
import { parseEvents } from '../../unit/roles/web/fake-sink.js';
import { type Served, serve } from './serve.js';

let server: Served;
const requests: http.ClientRequest[] = [];
beforeEach(async () => {
  server = await serve();
});
afterEach(async () => {
  for (const request of requests.splice(0)) request.destroy();
  await server.close();
});

interface Stream {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  text(): string;
  end(): void;
}

function open(
  headers: Record<string, string> = {},
  localAddress = '127.0.0.1',
  path = '/sse/dashboard',
): Promise<Stream> {
  return new Promise((resolve, reject) => {
    const request = http.get(`${server.url}${path}`, { headers, localAddress, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('error', () => {});
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        text: () => text,
        end: () => request.destroy(),
      });
    });
    request.on('error', reject);
    requests.push(request);
  });
}
const streamsOpen = async (): Promise<number> => {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  return Number(/copilot_web_streams (\d+)/.exec(text)?.[1]);
};

test('the stream says what it is and that nobody may hold it back', async () => {
  const { status, headers } = await open();
  expect(status).toBe(200);
  expect(headers['content-type']).toContain('text/event-stream');
  expect(headers['cache-control']).toBe('no-cache, no-transform');
  expect(headers['x-accel-buffering']).toBe('no');
  expect(headers['content-encoding']).toBeUndefined();
  expect(headers['content-security-policy']).toContain("default-src 'self'");
});

test('events arrive with name, id and the panel as HTML', async () => {
  const stream = await open();
  await vi.waitFor(() => expect(stream.text()).toContain('event: alert'));
  const id = server.source.publish('risk-update', riskAt(server.clock.now(), { daily_pnl: -400 }));
  await vi.waitFor(() => {
    const last = parseEvents(stream.text()).at(-1);
    expect(last).toMatchObject({ id, event: 'risk-update' });
    expect(last?.html).toContain('$400 of $500 lost');
  });
});

test('a cursor in the header or in the address resumes without a snapshot', async () => {
  const now = server.clock.now();
  server.source.publish('risk-update', riskAt(now));
  const id = server.source.publish('alert', { ...alertsAt(now)[0], id: 'new', text: 'something new' });
  for (const stream of [
    await open({ 'last-event-id': '1000-1' }),
    await open({}, '127.0.0.1', '/sse/dashboard?cursor=1000-1'),
  ]) {
    await vi.waitFor(() => expect(stream.text()).toContain('event: status'));
    const [first, ...rest] = parseEvents(stream.text());
    expect(first).toMatchObject({ id, event: 'alert' });
    expect(rest.map(({ event }) => event)).not.toContain('focus-update');
  }
});

test('every client is throttled on its own: all of them get the first update at once', async () => {
  const streams = await Promise.all(['127.0.0.1', '127.0.0.2', '127.0.0.3'].map((address) => open({}, address)));
  for (const stream of streams) await vi.waitFor(() => expect(stream.text()).toContain('event: alert'));
  const now = server.clock.now();
  for (const last of [4208, 4209]) server.source.publish('mgc-update', asset({ ...seedOf('mgc'), last }, now));
  for (const stream of streams) {
    await vi.waitFor(() => expect(stream.text()).toContain('event: mgc-update'));
    expect(stream.text()).not.toContain('4209.0');
  }
  for (const stream of streams)
    await vi.waitFor(() => expect(stream.text()).toContain('4209.0'), { timeout: 8_000, interval: 100 });
});

describe('limits', () => {
  test('the sixth stream of one client is refused with a sentence; another client is not', async () => {
    for (let n = 0; n < 5; n += 1) expect((await open()).status).toBe(200);
    const sixth = await open();
    expect(sixth.status).toBe(429);
    await vi.waitFor(() => expect(sixth.text()).toMatch(/^This client already holds 5 live streams\..+\.$/));
    expect((await open({}, '127.0.0.2')).status).toBe(200);
  });

  test('a place is free again as soon as a stream has gone', async () => {
    const streams = await Promise.all([1, 2, 3, 4, 5].map(() => open()));
    streams[0]?.end();
    await vi.waitFor(async () => expect(await streamsOpen()).toBe(4));
    expect((await open()).status).toBe(200);
  });

  test('a HEAD request opens no stream', async () => {
    expect((await fetch(`${server.url}/sse/dashboard`, { method: 'HEAD' })).status).toBe(404);
    expect(await streamsOpen()).toBe(0);
  });

  test('100 streams that are cut off leave none behind', async () => {
    for (let round = 0; round < 10; round += 1) {
      const streams = await Promise.all(Array.from({ length: 10 }, (_, n) => open({}, `127.0.0.${n + 1}`)));
      for (const stream of streams) stream.end();
    }
    await vi.waitFor(async () => expect(await streamsOpen()).toBe(0));
  });

  test('a reader that stopped reading costs little memory and catches up with the newest state', async () => {
    const socket = net.connect(server.port, '127.0.0.1');
    let text = '';
    socket.write('GET /sse/dashboard HTTP/1.1\r\nHost: x\r\n\r\n');
    await new Promise((done) => socket.once('data', done));
    socket.pause();
    const before = process.memoryUsage().rss;
    const now = server.clock.now();
    for (let n = 0; n < 20_000; n += 1)
      server.source.publish('session-change', { ...sessionNow(), since: new Date(now + n).toISOString() });
    server.source.publish('risk-update', riskAt(now, { daily_pnl: -499 }));
    expect(process.memoryUsage().rss - before, 'the frames alone were some 20 MB').toBeLessThan(80e6);
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    socket.resume();
    await vi.waitFor(() => expect(text).toContain('$499 of $500 lost'), { timeout: 5_000 });
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toMatch(/copilot_web_stream_collapses_total [1-9]/);
    socket.destroy();
  }, 60_000);
});

const sessionNow = () => ({
  as_of: '2026-11-20T09:57:12.000Z',
  session: 'pre-market',
  since: '2026-11-20T05:00:00.000Z',
  next: 'active',
  next_at: '2026-11-20T10:00:00.000Z',
  trading_day: '2026-11-20',
});

test('closing the server ends its streams instead of waiting for them', async () => {
  const stream = await open();
  await vi.waitFor(() => expect(stream.text()).toContain('event: alert'));
  const begun = performance.now();
  await server.close();
  expect(performance.now() - begun).toBeLessThan(2_000);
});
