import type { ChildProcess } from 'node:child_process';
import { answer, ask, begin } from './processes/ask.js';
import { type Benches, type Figure, median } from './support/figure.js';

export const benches: Benches = [{ name: 'http.index', run: index }];

const OURS = 'ours';
const VIEW = 'fastify + @fastify/view + eta';
const EXPRESS = 'express + ejs';
const RAW = 'raw node';
/** Requests a round: enough for a third of a second each. */
const REQUESTS: Readonly<Record<string, number>> = { [OURS]: 4_000, [RAW]: 4_000, [VIEW]: 160, [EXPRESS]: 80 };
const WARM_UPS = 2;
const ROUNDS = 7;
const TIMES_VIEW_MIN = 3;

/** Pages answered in one second of the server's processor time while the state does not change; the median round. */
async function index(): Promise<Figure> {
  const asker = begin('asker');
  const servers = new Map<string, ChildProcess>();
  try {
    const rates = new Map<string, number[]>();
    const addresses = new Map<string, object>();
    const bytes: Record<string, number> = {};
    for (const name of Object.keys(REQUESTS)) {
      const child = begin('pages', { args: [name] });
      servers.set(name, child);
      addresses.set(name, await answer(child));
    }
    for (let round = 0; round < WARM_UPS + ROUNDS; round += 1) {
      for (const [name, child] of servers) {
        const requests = REQUESTS[name] ?? 0;
        const before = (await ask(child, { ask: 'cpu' })).cpuMicros;
        bytes[name] = (await ask(asker, { ...addresses.get(name), requests })).bytes;
        const spent = (await ask(child, { ask: 'cpu' })).cpuMicros - before;
        if (round >= WARM_UPS) rates.set(name, [...(rates.get(name) ?? []), (requests * 1e6) / spent]);
      }
    }
    const of = (name: string): readonly number[] => rates.get(name) ?? [];
    const times = (peer: string): number => median(of(OURS).map((it, i) => it / (of(peer)[i] ?? Number.NaN)));
    return {
      value: median(of(OURS)),
      unit: '1/s',
      n: ROUNDS * (REQUESTS[OURS] ?? 0),
      limit: TIMES_VIEW_MIN,
      ratio: times(VIEW),
      'ratio to express': times(EXPRESS),
      'ratio to raw': times(RAW),
      [VIEW]: median(of(VIEW)),
      [EXPRESS]: median(of(EXPRESS)),
      [RAW]: median(of(RAW)),
      bytes: bytes[OURS],
      'bytes of express': bytes[EXPRESS],
      'bytes of view': bytes[VIEW],
    };
  } finally {
    for (const child of [asker, ...servers.values()]) child.kill();
  }
}
