import { DEMO_START } from '../../adapters/feeds/demo/feed.js';
import { demoRoots, marketMinutes } from '../../adapters/feeds/demo/market.js';
import { barRepository } from '../../adapters/postgres/bar-repository.js';
import { connectPostgres } from '../../adapters/postgres/client.js';
import { dataQualityRepository } from '../../adapters/postgres/data-quality.js';
import { bridgeCommands } from '../../adapters/redis/bridge-commands.js';
import { connectRedis } from '../../adapters/redis/connection.js';
import { dataBus } from '../../adapters/redis/data-bus.js';
import type { RoleContext, RunningRole } from '../../config/role-context.js';
import { OperationalError } from '../../kernel/errors.js';
import { redisNames } from '../../messages/streams.js';
import type { DataBus } from '../../ports/bus.js';
import { startData } from './data.js';
import { newTrader, onBars, type Trader } from './sim-bridge/trader.js';
import { openFeed } from './sources/compose.js';

/** Wires the data role; `startData` is the role itself. */
export async function runData(ctx: RoleContext): Promise<RunningRole> {
  const { config, run, clock, log } = ctx;
  if (!config.redisUrl) throw new OperationalError('REDIS_UNAVAILABLE', 'the data role needs REDIS_URL');
  if (!config.databaseUrl) throw new OperationalError('POSTGRES_UNAVAILABLE', 'the data role needs DATABASE_URL');
  const { feed, sources, rolls } = openFeed(ctx);
  const redis = connectRedis(config.redisUrl, 'producer');
  const sql = connectPostgres({ url: config.databaseUrl, connectionsMax: 2 });
  const names = redisNames(config.prefix);
  const bus = dataBus(redis, names);
  const disconnect = async (): Promise<void> => {
    redis.disconnect();
    await sql.end({ timeout: 2 });
  };
  try {
    const data = await startData({
      bus,
      store: barRepository(sql),
      tallies: dataQualityRepository(sql),
      feed,
      sources,
      rolls,
      clock,
      drive: ctx.drive,
      log,
      roots: config.watchlist,
      runId: run.runId,
      intake: {
        host: config.host,
        port: config.bridgePort,
        apiKey: config.bridgeApiKey,
        ...(config.executionEnabled && { commands: bridgeCommands(redis, names) }),
      },
      ...(run.mode === 'demo' ? { trader: () => demoTrader(ctx, bus) } : {}),
    });
    return {
      async close() {
        await data.close();
        await disconnect();
      },
    };
  } catch (error) {
    await disconnect();
    throw error;
  }
}

/** The trader after the bars already in the stream: a restarted demo finds its account as it left it. */
async function demoTrader({ config, run }: RoleContext, bus: DataBus): Promise<Trader> {
  const trader = newTrader(run.seed, config.accountSize);
  const marker = await bus.historyMarker();
  const through = marker?.run === run.runId ? await bus.barsThrough() : undefined;
  if (through === undefined) return trader;
  const start = run.from ?? DEMO_START;
  const roots = config.watchlist.filter((root) => demoRoots.includes(root));
  let now = trader;
  for (const { close, bars } of marketMinutes({ seed: run.seed, start, roots })) {
    if (close > through) break;
    if (close > start) now = onBars(now, bars);
  }
  return now;
}
