import { fork } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/adapters/clock/clock.js';
import { startPostgres } from '../../src/adapters/embedded/postgres.js';
import { createMassiveHistory } from '../../src/adapters/feeds/massive/listener.js';
import { backfillRepository } from '../../src/adapters/postgres/backfill-repository.js';
import { barRepository } from '../../src/adapters/postgres/bar-repository.js';
import { connectPostgres } from '../../src/adapters/postgres/client.js';
import { migrate } from '../../src/adapters/postgres/migrate.js';
import type { Log } from '../../src/ports/log.js';
import { backfillCommand } from '../../src/roles/backfill/command.js';
import { pastFeeds } from '../../src/roles/backfill/sources.js';
import type { Benches, Figure } from './support/figure.js';

export const benches: Benches = [{ name: 'backfill.year', run: year }];

const ROOTS = ['MGC', 'MNQ', 'MES', 'MCL', 'SIL', 'MHG'];
const RANGE = { from: '2025-11-20', to: '2026-11-19' };
const SECONDS_MAX = 60;
const AT_ONCE = 6;
const KEY = 'key-of-the-bench';

/** A year of six symbols from a vendor on loopback into an empty database, by the command as a person gives it. */
async function year(): Promise<Figure> {
  const folder = mkdtempSync(join(tmpdir(), 'copilot-bench-'));
  chmodSync(folder, 0o755);
  const vendor = fork(join(import.meta.dirname, 'processes/past-vendor.js'));
  const server = await startPostgres({ folder: join(folder, 'postgres'), relaxed: false });
  const sql = connectPostgres({ url: await server.database('bench', { fresh: true }), connectionsMax: AT_ONCE + 2 });
  try {
    const [{ port }] = (await once(vendor, 'message')) as [{ port: number }];
    await migrate(sql);
    const { seconds, isWhole } = await fill(sql, `http://127.0.0.1:${port}`);
    const [row] = await sql<{ bars: number }[]>`select count(*)::int as bars from bar_1m`;
    const bars = row?.bars ?? 0;
    if (!isWhole) throw new Error(`the backfill left something open after ${bars} bars`);
    return { value: seconds, unit: 's', n: 1, limit: SECONDS_MAX, bars, bars_a_second: bars / seconds };
  } finally {
    vendor.kill();
    await sql.end({ timeout: 1 });
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fill(sql: ReturnType<typeof connectPostgres>, baseUrl: string) {
  const bars = barRepository(sql);
  const open = () => createMassiveHistory({ apiKey: KEY, baseUrl, log: quietLog });
  const sources = pastFeeds([{ name: 'massive', past: 'futures', isAlone: false, open }], () => ['massive']);
  const begun = performance.now();
  try {
    const isWhole = await backfillCommand(
      { by: 'command', roots: ROOTS, range: RANGE, source: undefined, isForced: true },
      {
        store: backfillRepository(sql),
        history: bars,
        bars,
        clock: systemClock(),
        log: quietLog,
        ...sources,
        holder: 'bench',
        signal: new AbortController().signal,
        atOnce: AT_ONCE,
        isForPeople: true,
        mark: 1,
        bar: undefined,
        say: () => {},
      },
    );
    return { isWhole, seconds: (performance.now() - begun) / 1_000 };
  } finally {
    await sources.close();
  }
}

/** A month that fails is what a reader of the bench must see. */
const quietLog: Log = {
  debug() {},
  info() {},
  warn: (_, text) => void process.stderr.write(`${text}\n`),
  error: (_, text) => void process.stderr.write(`${text}\n`),
};
