import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { wallNow } from '../../adapters/clock/clock.js';
import { formatClockSpec } from '../../adapters/clock/spec.js';
import { startPostgres } from '../../adapters/embedded/postgres.js';
import { startRedis } from '../../adapters/embedded/redis.js';
import { commandAs } from '../../adapters/embedded/service-user.js';
import { rootOfFile } from '../../adapters/feeds/csv/bar-file-name.js';
import { DEMO_START } from '../../adapters/feeds/demo/feed.js';
import { requireKnownFeeds } from '../../adapters/feeds/known.js';
import { connectPostgres } from '../../adapters/postgres/client.js';
import { migrate } from '../../adapters/postgres/migrate.js';
import { ownSchema } from '../../adapters/postgres/own-schema.js';
import { redisClaim } from '../../adapters/redis/run-claim.js';
import { chooseFeeds } from '../../config/feeds.js';
import { bridgeKeyFile, childEnvironment, redacted, startedByNpm } from '../../config/load.js';
import type { RunningRole, RunOptions, UpRequest } from '../../config/role-context.js';
import type { Config } from '../../config/schema.js';
import { messageOf, OperationalError } from '../../kernel/errors.js';
import { iso } from '../../kernel/units.js';
import type { Log } from '../../ports/log.js';
import { childPart } from './child.js';
import { claimRun } from './claim.js';
import { earliestBar } from './first-bar.js';
import { browserUrl, checkUrl, untilAnswers } from './health.js';
import { type Habits, type KeptPart, keepAlive } from './keep-alive.js';
import { lockFolder } from './lock.js';
import { planRun, roleArguments, runLabel } from './plan.js';
import { requireFreePorts } from './ports.js';
import { serviceParts } from './services.js';
import { removeUpState, writeUpState } from './state-file.js';

export interface UpOptions {
  readonly wish: UpRequest;
  readonly config: Config;
  readonly bridgeKeyIsNew: boolean;
  readonly log: Log;
  /** Lines for the person at the terminal. */
  readonly say: (line: string) => void;
  /** Lines of the children. */
  readonly pass: (line: string) => void;
  readonly defaultSeed: number;
  /** Called when this process should end although nobody signalled it. */
  readonly onOrphaned: () => void;
}

const MAIN = fileURLToPath(new URL('../../main.js', import.meta.url));
const CACHE_DIR = fileURLToPath(new URL('../../../.cache', import.meta.url));
const ROLES = ['data', 'engine', 'web', 'worker'] as const;
const PARENT_CHECK_MS = 500;

/** Runs the whole system: what was started is closed again in reverse order, also when a later step fails. */
export async function runUp(options: UpOptions): Promise<RunningRole> {
  const closers: (() => Promise<void> | void)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    await start(options, closers);
    return { close };
  } catch (error) {
    await close();
    throw error;
  }
}

type Closers = (() => Promise<void> | void)[];

async function start(options: UpOptions, closers: Closers): Promise<void> {
  const { config, log, wish, say } = options;
  if (!existsSync(MAIN)) throw new OperationalError('USAGE', 'the program is not compiled yet; run npm run build');
  requireKnownFeeds(config);
  const choice = chooseFeeds(config);
  if (wish.mode === 'replay') requireMarkets(wish.files);
  const firstBarAt = wish.mode === 'replay' ? await earliestBar(wish.files) : undefined;
  const lock = lockFolder(config.dataDir);
  closers.push(() => lock.release());
  await requireFreePorts([
    { port: config.webPort, host: config.host, setting: 'WEB_PORT' },
    { port: config.bridgePort, host: config.host, setting: 'BRIDGE_PORT' },
  ]);
  log.info({ evt: 'config', ...redacted(config) }, 'settings');
  const facts = { feeds: choice.feeds, demoStart: DEMO_START, defaultSeed: options.defaultSeed, firstBarAt };
  const { mode } = planRun(wish, { ...facts, wallNow: wallNow() });
  if (wish.mode === 'configured' && choice.remark !== undefined) say(choice.remark);

  const kept: KeptPart[] = [];
  let onChange = () => {};
  const habits: Habits = { log, elapsed: () => performance.now(), onChange: () => onChange() };
  const services = await startServices(options, { mode, habits, kept, closers });

  // Market time starts when the stores are ready, so that their start costs the demo no minutes.
  const run = planRun(wish, { ...facts, wallNow: wallNow() });
  const databaseUrl = await prepareStores(options, run, services);
  onChange = () =>
    writeUpState(config.dataDir, upState(options, { run, databaseUrl, redisUrl: services.redisUrl(), kept }));
  closers.push(() => removeUpState(config.dataDir));
  const environment = childEnvironment({
    REDIS_URL: services.redisUrl(),
    DATABASE_URL: databaseUrl,
    COPILOT_DATA_DIR: config.dataDir,
    BRIDGE_API_KEY: config.bridgeApiKey,
  });
  const children = await Promise.all(
    ROLES.map((name) => keepAlive(childPart(childOf(name, { run, environment, pass: options.pass })), habits)),
  );
  kept.push(...children);
  closers.push(async () => void (await Promise.all(children.map((child) => child.close()))));
  onChange();
  watchParent(options, closers);
  announce(options, run, closers);
  if (services.elsewhere())
    say(`Postgres keeps its data in ${services.elsewhere()}, because its user cannot reach ${config.dataDir}.`);
}

/** The data role would refuse the file too, but again and again, beside a page that waits for it. */
function requireMarkets(files: readonly string[]): void {
  const stranger = files.find((file) => rootOfFile(file) === undefined);
  if (stranger === undefined) return;
  const name = basename(stranger);
  throw new OperationalError(
    'USAGE',
    `${name}: the first part of a bar file's name must be a market, such as ES_ or MGC_`,
  );
}

interface ServiceContext {
  readonly mode: RunOptions['mode'];
  readonly habits: Habits;
  readonly kept: KeptPart[];
  readonly closers: Closers;
}

async function startServices({ config }: UpOptions, { mode, habits, kept, closers }: ServiceContext) {
  const { dataDir, redisUrl, databaseUrl } = config;
  const services = serviceParts(
    { mode, dataDir, cacheDir: CACHE_DIR, redisUrl, databaseUrl },
    { redis: startRedis, postgres: startPostgres },
  );
  const started: KeptPart[] = [];
  closers.push(async () => void (await Promise.all(started.map((part) => part.close()))));
  const starts = await Promise.allSettled(
    services.parts.map(async (part) => {
      started.push(await keepAlive(part, habits));
    }),
  );
  const failed = starts.find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  kept.push(...started);
  return services;
}

async function prepareStores(
  { config }: UpOptions,
  run: RunOptions,
  services: ReturnType<typeof serviceParts>,
): Promise<string> {
  const marker = { mode: run.mode, run: run.runId, since: iso(wallNow()) };
  const redis = redisClaim(services.redisUrl(), config.prefix);
  await claimRun(redis, marker).finally(() => redis.close());
  const isForeign = config.databaseUrl !== undefined && run.mode !== 'live';
  const url = isForeign ? await ownSchema(services.databaseUrl(), `copilot_${run.mode}`) : services.databaseUrl();
  const sql = connectPostgres({ url, connectionsMax: 1 });
  try {
    await migrate(sql);
  } catch (cause) {
    throw new OperationalError(
      'POSTGRES_UNAVAILABLE',
      `the database cannot be brought up to date: ${messageOf(cause)}`,
      { cause },
    );
  } finally {
    await sql.end();
  }
  return url;
}

interface ChildContext {
  readonly run: RunOptions;
  readonly environment: NodeJS.ProcessEnv;
  readonly pass: (line: string) => void;
}

function childOf(name: (typeof ROLES)[number], { run, environment, pass }: ChildContext) {
  const words = [MAIN, name, ...roleArguments(run, formatClockSpec(run.clockSpec))];
  const [command, args] = commandAs(process.execPath, words, { deathSignal: 'TERM' });
  return { name, command, args, environment, onLine: (line: string) => pass(`[${name}] ${line}`) };
}

interface StateFacts {
  readonly run: RunOptions;
  readonly redisUrl: string;
  readonly databaseUrl: string;
  readonly kept: readonly KeptPart[];
}

function upState({ config }: UpOptions, { run, redisUrl, databaseUrl, kept }: StateFacts) {
  return {
    v: 1 as const,
    pid: process.pid,
    mode: run.mode,
    run: run.runId,
    started_at: iso(wallNow()),
    host: config.host,
    web_port: config.webPort,
    bridge_port: config.bridgePort,
    redis_url: redisUrl,
    database_url: databaseUrl,
    processes: kept.map((part) => ({ name: part.name, pid: part.pid() ?? null })),
  };
}

/** When npm is killed its child lives on, adopted by somebody else: then nobody is left to stop us but ourselves. */
function watchParent({ onOrphaned }: UpOptions, closers: Closers): void {
  if (!startedByNpm()) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onOrphaned();
  }, PARENT_CHECK_MS);
  closers.push(() => clearInterval(timer));
}

function announce({ config, bridgeKeyIsNew, say }: UpOptions, run: RunOptions, closers: Closers): void {
  const waiting = new AbortController();
  closers.push(() => waiting.abort());
  untilAnswers(`${checkUrl(config.host, config.webPort)}/health`, waiting.signal).then((answered) => {
    if (!answered) return;
    say(`Futures Co-Pilot: ${browserUrl(config.host, config.webPort)} (${runLabel(run)})`);
    if (!bridgeKeyIsNew) return;
    say(`Bridge: ${browserUrl(config.host, config.bridgePort)} with X-API-Key ${config.bridgeApiKey}`);
    say(`        (shown this once; kept in ${bridgeKeyFile(config.dataDir)})`);
  });
}
