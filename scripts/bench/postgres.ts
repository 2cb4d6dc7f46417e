import { spawn } from 'node:child_process';
import { chmodSync, closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../../src/adapters/embedded/postgres.js';
import { barRepository } from '../../src/adapters/postgres/bar-repository.js';
import { connectPostgres, type Sql } from '../../src/adapters/postgres/client.js';
import { migrate } from '../../src/adapters/postgres/migrate.js';
import type { FeedBar } from '../../src/domain/bars/feed-bar.js';
import { createRng } from '../../src/kernel/rng.js';
import { after, epochMs, MINUTE, ticks } from '../../src/kernel/units.js';
import type { BulkBarStore } from '../../src/ports/bar-store.js';
import { type Benches, type Figure, median } from './support/figure.js';

export const benches: Benches = [
  { name: 'pg.load', run: load },
  { name: 'pg.range', run: range },
];

const BARS = 350_000;
const WARM_UPS = 2;
const ROUNDS = 5;
const UNNEST_ROWS = 5_000;
const FROM = epochMs(Date.parse('2025-01-02T00:00:00Z'));
const TO = after(FROM, BARS * MINUTE);

/** A year of minutes of one instrument into the empty table, and the same again where everything is there already. */
async function load(): Promise<Figure> {
  return withPostgres(async ({ sql, store, psql, folder }) => {
    const bars = year();
    const file = join(folder, 'bars.bin');
    const empty = () => sql`truncate bar_1m`;
    await store.load(bars, 'bench');
    await psql('copy (select * from bar_1m order by ts) to stdout (format binary)', { to: file });
    const halves = bars.filter((_, i) => i % 2 === 0);
    const seconds = await race({
      own: { before: empty, run: () => store.load(bars, 'bench') },
      again: { run: () => store.load(bars, 'bench').then((n) => assertCount(n, 0)) },
      'every second one there': {
        before: () => empty().then(() => store.load(halves, 'bench')),
        run: () => store.load(bars, 'bench').then((n) => assertCount(n, BARS - halves.length)),
      },
      'psql COPY binary': { before: empty, run: () => psql('copy bar_1m from stdin (format binary)', { from: file }) },
      unnest: { before: empty, run: () => inStatements(store, bars) },
      'unnest again': { run: () => inStatements(store, bars) },
    });
    return figure(seconds, {
      limit: 'psql COPY binary',
      peer: 'unnest',
      note: 'ratio is against psql COPY binary into the same partitioned table with its key, which fails where a row is there',
    });
  });
}

/** The same year out: typed arrays of ticks, against bytes thrown away by psql and rows as objects. */
async function range(): Promise<Figure> {
  return withPostgres(async ({ sql, store, psql }) => {
    await store.load(year(), 'bench');
    await sql`vacuum analyze bar_1m`;
    const wanted = `select ts, open, high, low, close, volume, length_s, contract, source from bar_1m
      where symbol = 'MGC' and ts >= '${new Date(FROM).toISOString()}' and ts < '${new Date(TO).toISOString()}' order by ts`;
    const seconds = await race({
      own: { run: () => store.columns('MGC', FROM, TO).then(({ at }) => assertCount(at.length, BARS)) },
      'psql COPY binary': { run: () => psql(`copy (${wanted}) to stdout (format binary)`, { to: '/dev/null' }) },
      'postgres.js rows': { run: () => sql.unsafe(wanted).then((rows) => assertCount(rows.length, BARS)) },
      'bars as objects': { run: () => store.range('MGC', FROM, TO) },
    });
    return figure(seconds, {
      limit: 'psql COPY binary',
      peer: 'postgres.js rows',
      note: 'all four read the same columns',
    });
  });
}

interface Bench {
  readonly sql: Sql;
  readonly store: BulkBarStore;
  readonly folder: string;
  psql(statement: string, files: { readonly from?: string; readonly to?: string }): Promise<void>;
}

async function withPostgres<T>(work: (bench: Bench) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'copilot-bench-'));
  chmodSync(folder, 0o755);
  const server = await startPostgres({ folder: join(folder, 'postgres'), relaxed: true });
  const url = await server.database('bench', { fresh: true });
  const sql = connectPostgres({ url });
  try {
    await migrate(sql);
    return await work({ sql, store: barRepository(sql), folder, psql: (...wish) => psql(url, ...wish) });
  } finally {
    await sql.end();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function psql(url: string, statement: string, { from, to }: { from?: string; to?: string }): Promise<void> {
  const input = from === undefined ? 'ignore' : openSync(from, 'r');
  const output = to === undefined ? 'ignore' : openSync(to, 'w');
  const child = spawn('psql', ['-X', '-q', '-d', url, '-c', statement], { stdio: [input, output, 'inherit'] });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      for (const file of [input, output]) if (typeof file === 'number') closeSync(file);
      if (code === 0) resolve();
      else reject(new Error(`psql ended with ${code}`));
    });
  });
}

interface Runner {
  before?(): Promise<unknown>;
  run(): Promise<unknown>;
}

/** All in turn, round after round; the median seconds of each. */
async function race(runners: Readonly<Record<string, Runner>>): Promise<ReadonlyMap<string, number>> {
  const took = new Map<string, number[]>(Object.keys(runners).map((name) => [name, []]));
  for (let round = -WARM_UPS; round < ROUNDS; round += 1) {
    for (const [name, { before, run }] of Object.entries(runners)) {
      await before?.();
      const begun = performance.now();
      await run();
      if (round >= 0) took.get(name)?.push((performance.now() - begun) / 1_000);
    }
  }
  return new Map([...took].map(([name, all]) => [name, median(all)]));
}

interface Choice {
  readonly limit: string;
  readonly peer: string;
  readonly note: string;
}

function figure(seconds: ReadonlyMap<string, number>, { limit, peer, note }: Choice): Figure {
  const rate = (name: string): number => BARS / (seconds.get(name) ?? Number.NaN);
  const others = [...seconds.keys()].filter((name) => name !== 'own').map((name) => [name, Math.round(rate(name))]);
  return {
    value: Math.round(rate('own')),
    unit: 'rows/s',
    n: ROUNDS,
    ratio: rate('own') / rate(limit),
    peer,
    peer_ratio: rate('own') / rate(peer),
    others: Object.fromEntries(others),
    note,
  };
}

async function inStatements(store: BulkBarStore, bars: readonly FeedBar[]): Promise<void> {
  for (let from = 0; from < bars.length; from += UNNEST_ROWS)
    await store.save(bars.slice(from, from + UNNEST_ROWS), 'bench');
}

function assertCount(is: number, should: number): void {
  if (is !== should) throw new Error(`${is} rows in place of ${should}`);
}

function year(): readonly FeedBar[] {
  const rng = createRng('pg');
  let close = 26_000;
  return Array.from({ length: BARS }, (_, i) => {
    const open = close;
    close += Math.round(rng.normal() * 8);
    const [high, low] = [Math.max(open, close) + 3, Math.min(open, close) - 3];
    const bar = {
      at: after(FROM, i * MINUTE),
      open: ticks(open),
      high: ticks(high),
      low: ticks(low),
      close: ticks(close),
    };
    const contract = i < BARS / 2 ? 'MGCM5' : 'MGCZ5';
    return { root: 'MGC', contract, bar: { ...bar, volume: Math.floor(rng.next() * 900) } };
  });
}
