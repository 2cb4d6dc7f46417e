import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { startPostgres } from '../../src/adapters/embedded/postgres.js';
import { connectPostgres, type Sql } from '../../src/adapters/postgres/client.js';
import { dataQualityRepository } from '../../src/adapters/postgres/data-quality.js';
import { migrate } from '../../src/adapters/postgres/migrate.js';
import { type BarColumns, columnsBuilder } from '../../src/domain/bars/columns.js';
import { expectedOf } from '../../src/domain/bars/expected.js';
import { sessionCalendar } from '../../src/domain/sessions/calendar.js';
import { shiftTradingDay, tradingDayOf } from '../../src/domain/sessions/trading-day.js';
import { createRng } from '../../src/kernel/rng.js';
import { epochMs, MINUTE } from '../../src/kernel/units.js';
import { archiveMonths } from '../../src/roles/archive/archive-months.js';
import { createApp } from '../../src/roles/web/app.js';
import { listen } from '../../src/roles/web/server.js';
import { archiveParts } from '../../tests/support/archive.js';
import { fakeSource, fullSnapshot, quietLog } from '../../tests/support/web-source.js';
import type { Benches, Figure } from './support/figure.js';

export const benches: Benches = [{ name: 'data.quality', run: firstLook }];

const ROOTS = ['MGC', 'MNQ', 'MES', 'MCL', 'SIL', 'MHG'];
const NOW = epochMs(Date.parse('2026-11-20T15:00:00Z'));
const DAYS = 260;
const HELD_UP_MS_MAX = 20;

/** How long a web process that looks at a year of bars for the first time lets its other pages wait, at the worst. */
async function firstLook(): Promise<Figure> {
  const folder = mkdtempSync(join(tmpdir(), 'copilot-bench-'));
  chmodSync(folder, 0o755);
  const server = await startPostgres({ folder: join(folder, 'postgres'), relaxed: true });
  const sql = connectPostgres({ url: await server.database('bench', { fresh: true }) });
  try {
    await migrate(sql);
    const archive = archiveParts(sql, { folder: join(folder, 'archive') }, NOW);
    let bars = 0;
    for (const root of ROOTS) bars += await archive.store.loadColumns(root, year(root));
    await sql`vacuum analyze bar_1m`;
    const hot = await look(sql, archive);
    await archiveMonths(archive, { roots: ROOTS });
    const archived = await look(sql, archive);
    const worst = Math.max(hot.heldUpMs, archived.heldUpMs);
    return { value: worst, unit: 'ms', n: 2, limit: HELD_UP_MS_MAX, bars, hot: { ...hot }, archived: { ...archived } };
  } finally {
    await sql.end();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The page of a process that has just started. */
async function look(sql: Sql, { history }: ReturnType<typeof archiveParts>) {
  const clock = { now: () => NOW, elapsed: () => performance.now(), speed: 1 };
  const app = await createApp({
    source: fakeSource(fullSnapshot(NOW), clock),
    clock,
    mode: 'live',
    log: quietLog,
    version: { sha: 'bench', builtAt: '', configHash: '' },
    quality: { store: dataQualityRepository(sql), history, roots: ROOTS },
  });
  try {
    const url = `http://127.0.0.1:${await listen(app, { host: '127.0.0.1', port: 0 })}/data`;
    // Templates and code are warm, as in a process that has served other pages.
    await (await fetch(`${url}?days=1`)).text();
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const begun = performance.now();
    const { status } = await fetch(`${url}?days=${DAYS}`);
    const seconds = (performance.now() - begun) / 1_000;
    delay.disable();
    if (status !== 200) throw new Error(`/data answered ${status}`);
    const ms = (nanoseconds: number) => nanoseconds / 1e6;
    return { heldUpMs: ms(delay.max), p99Ms: ms(delay.percentile(99)), seconds };
  } finally {
    await app.close();
  }
}

/** Every minute of the days that are shown and of those before them that say what is usual. */
function year(root: string): BarColumns {
  const rng = createRng(root);
  const builder = columnsBuilder(400_000);
  builder.run({ contract: `${root}Z6`, source: 'massive', lengthMs: MINUTE });
  const calendar = sessionCalendar('equity-index');
  const today = tradingDayOf(NOW);
  let close = 20_000;
  for (let day = shiftTradingDay(today, 1 - DAYS - 20); day <= today; day = shiftTradingDay(day, 1))
    for (const { from, until } of expectedOf(day, calendar, NOW))
      for (let at: number = from; at < until; at += MINUTE) {
        const open = close;
        close = Math.max(1_000, open + Math.round(rng.normal() * 4));
        const [top, bottom] = [Math.max(open, close), Math.min(open, close)];
        builder.add(at, open, top + Math.floor(rng.next() * 4), bottom - Math.floor(rng.next() * 4), close, 41);
      }
  return builder.done();
}
