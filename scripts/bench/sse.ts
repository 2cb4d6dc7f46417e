import type { ChildProcess } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { answer, ask, begin } from './processes/ask.js';
import { type Benches, type Figure, median } from './support/figure.js';

export const benches: Benches = [
  { name: 'sse.fanout.200', run: () => fanOut({ clients: 200, events: 100, everyMs: 10 }) },
  { name: 'sse.fanout.1000', run: () => fanOut({ clients: 1_000, events: 20, everyMs: 50 }) },
  { name: 'sse.p99.1000', run: crowd },
];

const OURS = 'ours';
const PEERS = ['@fastify/sse', 'ws', 'better-sse', 'node http', 'fastify raw'] as const;
const WARM_UPS = 2;
const ROUNDS = 7;
/** Measured elsewhere on such a machine: at most this share of what @fastify/sse takes. */
const SHARE_MAX = 0.55;
const P99_MS_MAX = 80;
const DELIVERED_MS_MAX = 30_000;

interface Load {
  readonly clients: number;
  readonly events: number;
  readonly everyMs: number;
}

/** Processor microseconds of the server for one event that reached one client; the median round. */
async function fanOut(load: Load): Promise<Figure> {
  return withServers([OURS, ...PEERS], load.clients, async (servers, readers) => {
    const costs = new Map<string, number[]>();
    for (let round = 0; round < WARM_UPS + ROUNDS; round += 1) {
      for (const server of servers) {
        const { cost } = await measure(server, readers, load);
        if (round >= WARM_UPS) costs.set(server.name, [...(costs.get(server.name) ?? []), cost]);
      }
    }
    const of = (name: string): readonly number[] => costs.get(name) ?? [];
    const ratioTo = (peer: string): number => median(of(OURS).map((ours, i) => ours / (of(peer)[i] ?? Number.NaN)));
    return {
      value: median(of(OURS)),
      unit: 'µs',
      n: ROUNDS * load.events * load.clients,
      limit: SHARE_MAX,
      ratio: ratioTo('@fastify/sse'),
      bytes: servers[0]?.bytes,
      ...Object.fromEntries(PEERS.map((peer) => [peer, median(of(peer))])),
      'ratio to ws': ratioTo('ws'),
      'ratio to node http': ratioTo('node http'),
    };
  });
}

/** 1,000 clients, 20 events a second for 5 s: 99 of 100 events are with their client within this many milliseconds. */
async function crowd(): Promise<Figure> {
  const load = { clients: 1_000, events: 100, everyMs: 50 };
  const names = [OURS, '@fastify/sse', 'ws'];
  return withServers(names, load.clients, async (servers, readers) => {
    const spans = new Map<string, number[]>();
    for (let round = 0; round < 1 + 5; round += 1) {
      for (const server of servers) {
        const { p99 } = await measure(server, readers, load);
        if (round > 0) spans.set(server.name, [...(spans.get(server.name) ?? []), p99]);
      }
    }
    const of = (name: string): number => median(spans.get(name) ?? []);
    const value = of(OURS);
    const peers = { '@fastify/sse': of('@fastify/sse'), ws: of('ws') };
    return {
      value,
      unit: 'ms',
      n: 5 * load.clients * load.events,
      limit: P99_MS_MAX,
      bytes: servers[0]?.bytes,
      ...peers,
    };
  });
}

interface Server {
  readonly name: string;
  readonly process: ChildProcess;
  /** Of one event on the wire. */
  readonly bytes: number;
}

/** One round: every client must get every event, or there is no figure. */
async function measure(server: Server, readers: ChildProcess, load: Load): Promise<{ cost: number; p99: number }> {
  const before = (await ask(server.process, { ask: 'cpu' })).cpuMicros;
  const { sentAt, first } = await ask(server.process, { ask: 'publish', events: load.events, everyMs: load.everyMs });
  const upTo = first + load.events - 1;
  const giveUpAt = performance.now() + DELIVERED_MS_MAX;
  while ((await ask(readers, { ask: 'behind', name: server.name, upTo })).behind > 0) {
    if (performance.now() > giveUpAt) throw new Error(`${server.name} did not serve every client`);
    await pause(10);
  }
  const after = (await ask(server.process, { ask: 'cpu' })).cpuMicros;
  const { report } = await ask(readers, { ask: 'report', name: server.name, sentAt, first });
  if (report.complete !== load.clients)
    throw new Error(`${server.name}: only ${report.complete} clients got everything`);
  return { cost: (after - before) / report.delivered, p99: report.p99 };
}

async function withServers(
  names: readonly string[],
  clients: number,
  run: (servers: readonly Server[], readers: ChildProcess) => Promise<Figure>,
): Promise<Figure> {
  const readers = begin('readers');
  const servers: Server[] = [];
  try {
    for (const name of names) servers.push(await start(name, { readers, clients }));
    return await run(servers, readers);
  } finally {
    for (const child of [readers, ...servers.map((it) => it.process)]) child.kill();
  }
}

interface Audience {
  readonly readers: ChildProcess;
  readonly clients: number;
}

async function start(name: string, { readers, clients }: Audience): Promise<Server> {
  const child =
    name === OURS
      ? begin('ours')
      : // Some of them warn of every reader that is slow for a moment.
        begin('peers', { args: [name], env: { NODE_NO_WARNINGS: '1' } });
  const { port, path, upgrade } = await answer(child);
  await ask(readers, { ask: 'open', name, port, path, upgrade, count: clients });
  const server = { name, process: child, bytes: 0 };
  const load = { clients, events: 1, everyMs: 0 };
  // The first event fills caches; the second tells how long one is.
  await measure(server, readers, load);
  const before = (await ask(readers, { ask: 'bytes', name })).bytes;
  await measure(server, readers, load);
  return { ...server, bytes: Math.round(((await ask(readers, { ask: 'bytes', name })).bytes - before) / clients) };
}
