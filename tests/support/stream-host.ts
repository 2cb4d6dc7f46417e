// A program of its own: the web role on an engine in memory and a clock moved by hand, to be watched from outside.
// Run it with --expose-gc; it is asked over Node's channel between parent and child.
import type { AddressInfo } from 'node:net';
import type { DashboardEntry } from '../../src/ports/dashboard-source.js';
import { createApp } from '../../src/roles/web/app.js';
import { asset, fakeSource, fullSnapshot, manualTime, planAt, quietLog, seedOf } from './web-source.js';

/** Ten instruments that move. The page has six; the stream does not count them. */
const MOVING = ['MGC', 'MNQ', 'MES', 'MCL', 'SIL', 'MHG', 'ZAA', 'ZBB', 'ZCC', 'ZDD'];
const STEP_MS = 20;

export type Question =
  /** Lets market time pass while every instrument changes 50 times a second. */
  | { readonly ask: 'storm'; readonly seconds: number }
  /** Lets market time pass in silence. */
  | { readonly ask: 'pass'; readonly seconds: number }
  /** Publishes events that no throttle holds back, each with a body of its own. */
  | { readonly ask: 'burst'; readonly count: number }
  | { readonly ask: 'measure' };

export interface Measured {
  readonly streams: number;
  /** Bytes after a full collection: objects, and the buffers beside them. */
  readonly heap: number;
  readonly buffers: number;
  readonly timers: number;
  readonly sockets: number;
  readonly collapses: number;
}

const SESSION = {
  as_of: '2026-11-20T09:57:12.000Z',
  session: 'pre-market',
  next: 'active',
  next_at: '2026-11-20T10:00:00.000Z',
  trading_day: '2026-11-20',
};

const time = manualTime();
const now = time.clock.now();
const cards = MOVING.map((symbol) => asset({ ...seedOf('mgc'), symbol }, now));
const plan = planAt(now, { assets: cards });
// The fake keeps every entry for those who come later; here that would be the leak that is looked for.
const fake = fakeSource(fullSnapshot(now, { plan }), time.clock);
let onEntry: (entry: DashboardEntry) => void = () => {};
let sequence = 0;
const publish = (event: string, data: unknown): void => {
  sequence += 1;
  onEntry({ id: `1000-${sequence}`, event, data });
};
const app = await createApp({
  source: {
    ...fake,
    entriesAfter: async () => 'too-old',
    lastFocusUpdates: async () => [],
    subscribe(_after, onNew) {
      onEntry = onNew;
      return { close: async () => {} };
    },
  },
  clock: time.clock,
  timers: time.timers,
  mode: 'demo',
  log: quietLog,
  version: { sha: 'test', builtAt: 'now', configHash: 'none' },
});
await app.listen({ host: '127.0.0.1', port: 0 });
time.timers.every(1_000, fake.beat);

async function storm(seconds: number): Promise<object> {
  for (let step = 0; step < (seconds * 1_000) / STEP_MS; step += 1) {
    for (const card of cards)
      publish(`${card.symbol.toLowerCase()}-update`, { ...card, last_price: 4_200 + (step % 1_000) / 10 });
    await time.pass(STEP_MS);
    // Sockets are served between two steps, as they are in a real process.
    if (step % 50 === 0) await turn();
  }
  return {};
}

async function burst(count: number): Promise<object> {
  for (let n = 0; n < count; n += 1) {
    publish('session-change', { ...SESSION, since: new Date(now + n).toISOString() });
    if (n % 50 === 0) await turn();
  }
  return {};
}

async function measure(): Promise<Measured> {
  for (let n = 0; n < 3; n += 1) {
    globalThis.gc?.();
    await turn();
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  const metrics = (await app.inject('/metrics')).body;
  const figure = (name: string): number => Number(new RegExp(`^${name} (\\d+)`, 'm').exec(metrics)?.[1]);
  return {
    streams: figure('copilot_web_streams'),
    heap: heapUsed,
    buffers: arrayBuffers,
    timers: time.pending(),
    sockets: process.getActiveResourcesInfo().filter((it) => it === 'TCPSocketWrap').length,
    collapses: figure('copilot_web_stream_collapses_total'),
  };
}

const turn = (): Promise<unknown> => new Promise((done) => setImmediate(done));

function answer(question: Question): Promise<object> {
  if (question.ask === 'storm') return storm(question.seconds);
  if (question.ask === 'pass') return time.pass(question.seconds * 1_000).then(() => ({}));
  return question.ask === 'burst' ? burst(question.count) : measure();
}

process.on('message', async (question: Question) => void process.send?.(await answer(question)));
process.on('disconnect', () => process.exit(0));
process.send?.({ port: (app.server.address() as AddressInfo).port });
