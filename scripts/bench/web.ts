import http from 'node:http';
import { epochMs } from '../../src/kernel/units.js';
import { createApp } from '../../src/roles/web/app.js';
import { listen } from '../../src/roles/web/server.js';
import { fakeSource, fullSnapshot, MORNING, quietLog } from '../../tests/support/web-source.js';
import type { Benches, Figure } from './support/figure.js';

const STREAMS = 100;
const STREAMS_PER_ADDRESS = 5;
const WARM_UP = 50;
const REQUESTS = 1_000;

/** `GET /api/focus` while 100 browsers hold a stream open and the engine's heart beats. */
async function focusP95(): Promise<Figure> {
  const clock = { now: () => epochMs(MORNING), elapsed: () => performance.now(), speed: 1 };
  const source = fakeSource(fullSnapshot(MORNING), clock);
  const version = { sha: 'bench', builtAt: '', configHash: '' };
  const app = await createApp({ source, clock, mode: 'demo', log: quietLog, version });
  const port = await listen(app, { host: '127.0.0.1', port: 0 });
  const beating = setInterval(source.beat, 500);
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const streams: http.ClientRequest[] = [];
  try {
    // Each loopback address counts as one client, and a client may hold five streams.
    for (let n = 0; n < STREAMS; n += 1) {
      streams.push(await openStream(port, `127.0.0.${1 + Math.floor(n / STREAMS_PER_ADDRESS)}`));
    }
    const spans: number[] = [];
    for (let n = 0; n < WARM_UP + REQUESTS; n += 1) {
      const begun = performance.now();
      await getFocus(port, agent);
      if (n >= WARM_UP) spans.push(performance.now() - begun);
    }
    spans.sort((a, b) => a - b);
    return { value: spans[Math.floor(REQUESTS * 0.95)] ?? Number.NaN, unit: 'ms', n: REQUESTS, limit: 10 };
  } finally {
    clearInterval(beating);
    for (const stream of streams) stream.destroy();
    agent.destroy();
    await app.close();
  }
}

function openStream(port: number, localAddress: string): Promise<http.ClientRequest> {
  return new Promise((resolve, reject) => {
    const request = http.get(
      { host: '127.0.0.1', port, path: '/sse/dashboard', localAddress, agent: false },
      (response) => {
        response.on('error', () => {}).resume();
        if (response.statusCode === 200) resolve(request);
        else reject(new Error(`a stream was refused with ${response.statusCode}`));
      },
    );
    request.on('error', reject);
  });
}

function getFocus(port: number, agent: http.Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path: '/api/focus', agent, headers: { accept: 'application/json' } };
    http
      .get(options, (response) => {
        if (response.statusCode !== 200) reject(new Error(`/api/focus answered ${response.statusCode}`));
        response.on('end', resolve).resume();
      })
      .on('error', reject);
  });
}

export const benches: Benches = [{ name: 'http.focus.p95', run: focusP95 }];
