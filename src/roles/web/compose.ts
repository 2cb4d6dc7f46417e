import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { archiveFiles, archiveFolder } from '../../adapters/duckdb/archive-files.js';
import { barHistory } from '../../adapters/duckdb/history.js';
import { archiveLedger } from '../../adapters/postgres/archive-ledger.js';
import { backfillRepository } from '../../adapters/postgres/backfill-repository.js';
import { barRepository } from '../../adapters/postgres/bar-repository.js';
import { connectPostgres, type Sql } from '../../adapters/postgres/client.js';
import { dataQualityRepository } from '../../adapters/postgres/data-quality.js';
import { dayHistory } from '../../adapters/postgres/day-history.js';

import { researchRepository } from '../../adapters/postgres/research-repository.js';
import { connectRedis } from '../../adapters/redis/connection.js';
import { dashboardSource } from '../../adapters/redis/dashboard-source.js';
import type { RoleContext, RunningRole } from '../../config/role-context.js';
import { codeVersion } from '../../config/version.js';
import { OperationalError } from '../../kernel/errors.js';
import { epochMs, iso } from '../../kernel/units.js';
import { redisNames } from '../../messages/streams.js';
import type { DashboardSource } from '../../ports/dashboard-source.js';
import { createApp, type Version } from './app.js';
import type { QualityParts } from './data/reader.js';
import { listen } from './server.js';

/** Wires the web role: dashboard, JSON and stream on one port. */
export async function runWeb(ctx: RoleContext): Promise<RunningRole> {
  const { config, run, clock, log } = ctx;
  if (!config.redisUrl) throw new OperationalError('REDIS_UNAVAILABLE', 'the web role needs REDIS_URL');
  if (!config.databaseUrl) throw new OperationalError('POSTGRES_UNAVAILABLE', 'the web role needs DATABASE_URL');
  const redisUrl = config.redisUrl;
  const redis = connectRedis(redisUrl, 'producer');
  const sql = connectPostgres({ url: config.databaseUrl, connectionsMax: 1 });
  // Of its own: whoever saves a long file slowly or counts a year of bars may not keep the charts waiting.
  const pastSql = connectPostgres({ url: config.databaseUrl, connectionsMax: 3 });
  const stored = dashboardSource(
    { redis, openReader: () => connectRedis(redisUrl, 'blocking-reader') },
    redisNames(config.prefix),
    async () => (await sql`select 1 as one`).length === 1,
  );
  const source: DashboardSource = {
    ...stored,
    async heartbeat() {
      const beat = await stored.heartbeat();
      // Where the data drive the clock, the engine's heartbeat is how this process learns the time.
      if (beat) ctx.drive?.(epochMs(Date.parse(beat.at)));
      return beat;
    },
  };
  const version = await versionOf(ctx);
  const research = researchRepository(sql);
  const bars = barRepository(sql);
  const hosts = [config.host, ...config.webHosts];
  const app = await createApp({
    source,
    clock,
    mode: run.mode,
    log,
    version,
    hosts,
    research,
    quality: qualityOf(ctx, pastSql),
    backfills: backfillRepository(sql),
    watchlist: config.watchlist,
    history: dayHistory(pastSql),
    bars,
    processMetrics: true,
  });
  const port = await listen(app, { host: config.host, port: config.webPort });
  log.info({ evt: 'web.listening', host: config.host, port, mode: run.mode }, 'the dashboard is up');
  return {
    async close() {
      await app.close();
      redis.disconnect();
      await Promise.all([sql.end({ timeout: 2 }), pastSql.end({ timeout: 2 })]);
    },
  };
}

/** The page of the bars' quality reads the database and the archive. */
function qualityOf({ config }: RoleContext, sql: Sql): QualityParts {
  const files = archiveFiles({ folder: archiveFolder(config.dataDir) });
  const history = barHistory({ store: barRepository(sql), ledger: archiveLedger(sql), files });
  return { store: dataQualityRepository(sql), history, roots: config.watchlist };
}

/** The commit and time of this build. The hash tells two set-ups apart without telling what is in them. */
async function versionOf({ config }: RoleContext): Promise<Version> {
  const self = statSync(fileURLToPath(import.meta.url));
  return {
    sha: await codeVersion(),
    builtAt: iso(epochMs(Math.floor(self.mtimeMs))),
    configHash: createHash('sha256').update(JSON.stringify(config)).digest('hex').slice(0, 12),
  };
}
