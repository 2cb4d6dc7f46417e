import { constants, hostname, setPriority } from 'node:os';
import { researchQueue } from '../../adapters/bullmq/research-queue.js';
import { archiveFiles, archiveFolder } from '../../adapters/duckdb/archive-files.js';
import { barHistory } from '../../adapters/duckdb/history.js';
import { feeds } from '../../adapters/feeds/index.js';
import { archiveLedger } from '../../adapters/postgres/archive-ledger.js';
import { backfillRepository } from '../../adapters/postgres/backfill-repository.js';
import { barRepository } from '../../adapters/postgres/bar-repository.js';
import { connectPostgres, type Sql } from '../../adapters/postgres/client.js';
import { dailyRepository } from '../../adapters/postgres/daily-repository.js';
import { historyRepository } from '../../adapters/postgres/history-repository.js';
import { regimeRepository } from '../../adapters/postgres/regime-repository.js';
import { connectRedis } from '../../adapters/redis/connection.js';
import { workerBus } from '../../adapters/redis/worker-bus.js';
import { chooseFeeds } from '../../config/feeds.js';
import type { RoleContext, RunningRole } from '../../config/role-context.js';
import { codeVersion } from '../../config/version.js';
import { instruments } from '../../domain/instruments/catalogue/index.js';
import { OperationalError } from '../../kernel/errors.js';
import { redisNames } from '../../messages/streams.js';
import type { BulkBarStore } from '../../ports/bar-store.js';
import { archiveMonths } from '../archive/archive-months.js';
import { takeUpListed } from '../archive/take-up.js';
import { type PastFeeds, pastFeeds } from '../backfill/sources.js';
import { archiveNights } from './archive-night.js';
import type { BackfillDeps } from './backfill.js';
import { startWorker } from './worker.js';

/** Wires the worker role; `startWorker` is the role itself. */
export async function runWorker(ctx: RoleContext): Promise<RunningRole> {
  const { config, run, log } = ctx;
  if (!config.redisUrl) throw new OperationalError('REDIS_UNAVAILABLE', 'the worker needs REDIS_URL');
  if (!config.databaseUrl) throw new OperationalError('POSTGRES_UNAVAILABLE', 'the worker needs DATABASE_URL');
  // Research gives way to the live roles wherever they share a machine.
  setPriority(constants.priority.PRIORITY_LOW);
  const names = redisNames(config.prefix);
  const sql = connectPostgres({ url: config.databaseUrl, connectionsMax: 3 });
  const producer = connectRedis(config.redisUrl, 'producer');
  const blocking = connectRedis(config.redisUrl, 'queue-worker');
  const bars = barRepository(sql);
  const sources = pastOf(ctx);
  const worker = startWorker({
    bars,
    regimes: regimeRepository(sql),
    history: historyRepository(sql),
    bus: workerBus(producer, names),
    openQueue: (handle) => researchQueue({ producer, worker: blocking, prefix: names.queuePrefix, log }, handle),
    roots: config.watchlist,
    runId: run.runId,
    code: await codeVersion(),
    log,
    ...pastParts(ctx, { sql, bars, sources }),
  });
  return {
    async close() {
      await worker.close();
      await sources.close();
      for (const connection of [producer, blocking]) connection.disconnect();
      await sql.end({ timeout: 2 });
    },
  };
}

/** Vendors that can be asked for the past: a live run's configured ones, and a demo's own market. */
function pastOf({ config, run, clock, log }: RoleContext): PastFeeds {
  const vendors = {
    massive: config.massive,
    ibkr: config.ibkr,
    twelveData: config.twelveData,
    finnhub: config.finnhub,
  };
  const options = { clock, roots: config.watchlist, from: run.from, seed: run.seed, files: [], log, vendors };
  const past = feeds.flatMap(({ name, past: of, history, isAlone = false }) =>
    of && history && (name === 'demo') === (run.mode === 'demo') && run.mode !== 'replay'
      ? [{ name, past: of, isAlone, open: () => history(options) }]
      : [],
  );
  const { feeds: names, order } = chooseFeeds(config);
  return pastFeeds(past, (root) => (run.mode === 'demo' ? ['demo'] : (order.get(root) ?? names)));
}

interface Parts {
  readonly sql: Sql;
  readonly bars: BulkBarStore;
  readonly sources: PastFeeds;
}

/** The past: what is asked for, and, of a live run's bars only, what is archived of them. */
function pastParts({ config, run, clock, drive, log }: RoleContext, { sql, bars, sources }: Parts) {
  const isLive = run.mode === 'live';
  const store = backfillRepository(sql);
  const [ledger, files] = [archiveLedger(sql), archiveFiles({ folder: archiveFolder(config.dataDir) })];
  const history = barHistory({ store: bars, ledger, files });
  const backfill: BackfillDeps = {
    store,
    bars,
    history: isLive ? history : bars,
    clock,
    drive,
    log,
    ...sources,
    holder: `worker@${hostname()}:${process.pid}`,
    roots: config.watchlist,
    isNightly: isLive,
  };
  if (!isLive) return { backfill };
  const tell = (remark: string): void => log.info({ evt: 'archive.remark', remark }, 'the archive remarks');
  const takeUpArchive = () => takeUpListed({ store: bars, ledger, files, tell });
  const parts = { store: bars, ledger, files, history, daily: dailyRepository(sql), tell };
  const roots = instruments.map(({ root }) => root);
  const archive = archiveNights({
    archive: (signal) => archiveMonths({ ...parts, now: clock.now(), signal }, { roots }),
    backfills: store,
    clock,
    log,
  });
  return { backfill: { ...backfill, takeUpArchive }, archive };
}
