import { readUpState } from '../../adapters/embedded/up-state.js';
import { connectPostgres } from '../../adapters/postgres/client.js';
import { rawReader } from '../../adapters/postgres/raw-reader.js';
import { connectRedis } from '../../adapters/redis/connection.js';
import { readJson } from '../../adapters/redis/json.js';
import type { Settings } from '../../config/schema.js';
import { parseTradingDay } from '../../domain/sessions/trading-day.js';
import { type ErrorCode, OperationalError } from '../../kernel/errors.js';
import type { TradingDay } from '../../kernel/units.js';
import { positionsSchema } from '../../messages/dashboard.js';
import { redisNames } from '../../messages/streams.js';
import type { RawReader } from '../../ports/raw-reader.js';
import { rebuild } from './rebuild.js';
import { isEqual, report } from './report.js';

export interface RebuildOptions {
  readonly settings: Settings;
  readonly since: string | undefined;
  readonly account: string | undefined;
  /** A table instead of JSON lines. */
  readonly isForPeople: boolean;
  readonly say: (line: string) => void;
  /** For what is not part of the answer. */
  readonly tell: (line: string) => void;
}

/** Three readings at once: snapshots, fills and what belongs to neither. */
const CONNECTIONS = 3;

/** Makes the book anew and compares; true when it is equal. Finds what `up` started by its file, else what the settings name. */
export async function runRebuild(options: RebuildOptions): Promise<boolean> {
  const { settings, account, isForPeople, say, tell } = options;
  const since = tradingDayFrom(options.since);
  const { redisUrl, databaseUrl } = await storesOf(settings);
  const redis = connectRedis(redisUrl, 'producer');
  const sql = connectPostgres({ url: databaseUrl, connectionsMax: CONNECTIONS });
  const key = redisNames(settings.COPILOT_PREFIX).positions;
  try {
    const rebuilt = await rebuild(
      {
        raw: named(rawReader(sql)),
        published: () => readJson(redis, key, positionsSchema).catch(rethrow('REDIS_UNAVAILABLE')),
        pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
        onProgress: (reports) => isForPeople && tell(`${reports.toLocaleString('en-US')} reports read`),
      },
      { since, account },
    );
    if (rebuilt.accounts.length === 0 && account !== undefined)
      throw new OperationalError('USAGE', `nothing is stored of an account "${account}"`);
    for (const line of report(rebuilt, isForPeople)) say(line);
    return isEqual(rebuilt);
  } finally {
    redis.disconnect();
    await sql.end({ timeout: 1 });
  }
}

function tradingDayFrom(date: string | undefined): TradingDay | undefined {
  const day = date === undefined ? undefined : parseTradingDay(date);
  if (date !== undefined && day === undefined)
    throw new OperationalError('USAGE', `--since is "${date}", a weekend; expected a trading day`);
  return day;
}

async function storesOf(settings: Settings): Promise<{ redisUrl: string; databaseUrl: string }> {
  const up = await readUpState(settings.COPILOT_DATA_DIR);
  const redisUrl = up?.redis_url ?? settings.REDIS_URL;
  const databaseUrl = up?.database_url ?? settings.DATABASE_URL;
  if (redisUrl !== undefined && databaseUrl !== undefined) return { redisUrl, databaseUrl };
  throw new OperationalError(
    'CONFIG_INVALID',
    `rebuild needs REDIS_URL and DATABASE_URL, or a system that runs on ${settings.COPILOT_DATA_DIR}`,
  );
}

/** The same reader, whose failures say what failed. */
const named = ({ reports, tradesOf, retiredAt }: RawReader): RawReader => ({
  async *reports(wish) {
    try {
      yield* reports(wish);
    } catch (error) {
      rethrow('POSTGRES_UNAVAILABLE')(error);
    }
  },
  tradesOf: (day) => tradesOf(day).catch(rethrow('POSTGRES_UNAVAILABLE')),
  retiredAt: () => retiredAt().catch(rethrow('POSTGRES_UNAVAILABLE')),
});

const rethrow =
  (code: ErrorCode) =>
  (cause: unknown): never => {
    throw new OperationalError(code, `the reports cannot be read: ${reasonOf(cause)}`, { cause });
  };

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message || error.name : String(error);
}
