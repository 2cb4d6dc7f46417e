import { isAlive } from '../../adapters/embedded/server-process.js';
import { readUpState } from '../../adapters/embedded/up-state.js';
import { connectPostgres } from '../../adapters/postgres/client.js';
import { migrationFiles, migrationsApplied } from '../../adapters/postgres/migrate.js';
import { connectRedis } from '../../adapters/redis/connection.js';
import type { Settings } from '../../config/schema.js';
import { OperationalError } from '../../kernel/errors.js';
import { type Heartbeat, heartbeatSchema } from '../../messages/dashboard.js';
import { type DataStatus, dataStatusSchema } from '../../messages/data-status.js';
import { type FocusPlanJson, focusPlanSchema } from '../../messages/focus-plan.js';
import { redisNames } from '../../messages/streams.js';
import { checks, type Probe } from './checks.js';
import { report } from './report.js';
import { firstEvent, get } from './web-probe.js';

export interface SmokeOptions {
  readonly settings: Settings;
  readonly only: readonly string[];
  readonly say: (line: string) => void;
}

/** Asks the running system whether it works. Finds what `up` started by its file, else what the settings name. */
export async function runSmoke({ settings, only, say }: SmokeOptions): Promise<boolean> {
  const unknown = only.filter((start) => !checks.some(({ name }) => name.startsWith(start)));
  if (unknown.length > 0)
    throw new OperationalError(
      'USAGE',
      `no check is named ${unknown.join(', ')}; there are ${checks.map(({ name }) => name).join(', ')}`,
    );
  const upState = await readUpState(settings.COPILOT_DATA_DIR);
  const redisUrl = upState?.redis_url ?? settings.REDIS_URL;
  const databaseUrl = upState?.database_url ?? settings.DATABASE_URL;
  if (redisUrl === undefined || databaseUrl === undefined) {
    say(`FAIL  processes nothing runs on ${settings.COPILOT_DATA_DIR} and REDIS_URL or DATABASE_URL is not set`);
    say('0 passed, 1 failed');
    return false;
  }
  const host = upState?.host ?? settings.HOST;
  const base = `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${upState?.web_port ?? settings.WEB_PORT}`;
  const stores = openStores(redisUrl, databaseUrl, settings.COPILOT_PREFIX);
  const probe: Probe = {
    upState,
    isAlive,
    get: (path) => get(base + path),
    firstEvent: () => firstEvent(`${base}/sse/dashboard`),
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    ...stores.probe,
  };
  try {
    return await report(checks, { probe, only, say });
  } finally {
    await stores.close();
  }
}

function openStores(redisUrl: string, databaseUrl: string, prefix: string) {
  const names = redisNames(prefix);
  const redis = connectRedis(redisUrl, 'producer');
  const sql = connectPostgres({ url: databaseUrl, connectionsMax: 1 });
  const json = async (key: string): Promise<unknown> => JSON.parse((await redis.get(key)) ?? 'null');
  const heartbeat = async (): Promise<Heartbeat | undefined> =>
    heartbeatSchema.nullable().parse(await json(names.heartbeat)) ?? undefined;
  const dataStatus = async (): Promise<DataStatus | undefined> =>
    dataStatusSchema.nullable().parse(await json(names.dataStatus)) ?? undefined;
  const plan = async (): Promise<FocusPlanJson | undefined> =>
    focusPlanSchema.nullable().parse(await json(names.focus)) ?? undefined;
  return {
    probe: {
      heartbeat,
      plan,
      beats: async () => ({ data: (await dataStatus())?.beat, engine: (await heartbeat())?.beat }),
      migrations: async () => ({ applied: await migrationsApplied(sql), wanted: await migrationFiles() }),
    },
    async close() {
      redis.disconnect();
      await sql.end({ timeout: 1 });
    },
  };
}
