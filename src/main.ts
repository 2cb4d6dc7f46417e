import { clockOf } from './adapters/clock/clock.js';
import { createLog } from './adapters/log/log.js';
import { DEFAULT_SEED } from './cli/commands.js';
import type {
  AnalyseRequest,
  ArchiveRequest,
  BackfillRequest,
  FocusRequest,
  Invocation,
  RebuildRequest,
  ResearchRequest,
  RestoreRequest,
  RoleName,
} from './cli/invocation.js';
import { liveUntilSignal } from './cli/lifetime.js';
import { packageVersion } from './cli/package-version.js';
import { parseCommandLine } from './cli/parse.js';
import { loadConfig, loadSettings } from './config/load.js';
import type { RoleContext, RunningRole, RunOptions, UpRequest } from './config/role-context.js';
import { OperationalError } from './kernel/errors.js';

// Roles are loaded when they are chosen: a one-shot command starts in a fraction of a second.
const ROLES: Record<RoleName, () => Promise<(ctx: RoleContext) => Promise<RunningRole>>> = {
  data: async () => (await import('./roles/data/compose.js')).runData,
  engine: async () => (await import('./roles/engine/compose.js')).runEngine,
  web: async () => (await import('./roles/web/compose.js')).runWeb,
  worker: async () => (await import('./roles/worker/compose.js')).runWorker,
};

const print = (text: string): void => void process.stdout.write(`${text}\n`);
const complain = (text: string): void => void process.stderr.write(`${text}\n`);

async function execute(invocation: Invocation): Promise<number> {
  switch (invocation.command) {
    case 'help':
      print(invocation.text);
      return 0;
    case 'version':
      print(packageVersion());
      return 0;
    case 'up':
      return up(invocation.request);
    case 'data':
    case 'engine':
    case 'web':
    case 'worker':
      return role(invocation.command, invocation.run);
    case 'focus':
      return focus(invocation.request);
    case 'analyse':
      return analyse(invocation.request);
    case 'migrate':
      return migrate();
    case 'smoke':
      return smoke(invocation.only);
    case 'rebuild':
      return rebuild(invocation.request);
    case 'research-quality':
      return researchQuality(invocation.request);
    case 'backfill':
      return backfill(invocation.request);
    case 'archive':
      return archive(invocation.request);
    case 'restore':
      return restore(invocation.request);
    case 'replay-check':
      return replayCheck(invocation.write);
    default:
      return invocation satisfies never;
  }
}

async function up(wish: UpRequest): Promise<number> {
  const { config, bridgeKeyIsNew } = loadConfig();
  const log = createLog({ level: config.logLevel, role: 'up' });
  const { runUp } = await import('./roles/up/compose.js');
  const options = { wish, config, bridgeKeyIsNew, log, say: print, pass: complain, defaultSeed: DEFAULT_SEED };
  await liveUntilSignal((requestEnd) => runUp({ ...options, onOrphaned: requestEnd }), {
    duringStart: 'finish',
    // Longer than its children may take, and the stores after them.
    closeWithinMs: 20_000,
    onFault: (err) => log.error({ evt: 'process.fault', err }, 'ended by an error nobody caught'),
  });
  return 0;
}

async function role(name: RoleName, run: RunOptions): Promise<number> {
  const { config } = loadConfig();
  const log = createLog({ level: config.logLevel, role: name });
  const runRole = await ROLES[name]();
  await liveUntilSignal(() => runRole({ config, run, log, ...clockOf(run.clockSpec) }), {
    duringStart: 'leave',
    closeWithinMs: 5_000,
    onFault: (err) => log.error({ evt: 'process.fault', err }, 'ended by an error nobody caught'),
  });
  return 0;
}

async function focus({ bars, at, account }: FocusRequest): Promise<number> {
  const { runFocus } = await import('./roles/focus-command.js');
  const plan = await runFocus({ bars, at, account: account ?? loadSettings().ACCOUNT_SIZE, report: complain });
  print(JSON.stringify(plan, null, 2));
  return 0;
}

async function analyse({ account, ...request }: AnalyseRequest): Promise<number> {
  const { runAnalyse } = await import('./roles/analyse-command.js');
  const size = account ?? loadSettings().ACCOUNT_SIZE;
  print(JSON.stringify(await runAnalyse({ ...request, account: size, report: complain }), null, 2));
  return 0;
}

async function migrate(): Promise<number> {
  const { DATABASE_URL } = loadSettings();
  if (DATABASE_URL === undefined) throw new OperationalError('CONFIG_INVALID', 'migrate needs DATABASE_URL');
  const { runMigrate } = await import('./roles/migrate/compose.js');
  for (const name of await runMigrate(DATABASE_URL)) print(`applied ${name}`);
  return 0;
}

async function smoke(only: readonly string[]): Promise<number> {
  const { runSmoke } = await import('./roles/smoke/compose.js');
  return (await runSmoke({ settings: loadSettings(), only, say: print })) ? 0 : 1;
}

async function rebuild(request: RebuildRequest): Promise<number> {
  const { runRebuild } = await import('./roles/rebuild/compose.js');
  const isForPeople = process.stdout.isTTY === true;
  const options = { ...request, settings: loadSettings(), isForPeople, say: print, tell: complain };
  return (await runRebuild(options)) ? 0 : 1;
}

async function researchQuality(request: ResearchRequest): Promise<number> {
  const { runQualityResearch } = await import('./roles/research/compose.js');
  const isForPeople = process.stdout.isTTY === true;
  await runQualityResearch({ ...request, settings: loadSettings(), isForPeople, say: print, tell: complain });
  return 0;
}

async function backfill(request: BackfillRequest): Promise<number> {
  const { runBackfill } = await import('./roles/backfill/compose.js');
  const settings = loadSettings();
  const leaving = new AbortController();
  const leave = (): void => leaving.abort();
  process.once('SIGINT', leave).once('SIGTERM', leave);
  const log = createLog({ level: process.stdout.isTTY === true ? 'error' : settings.LOG_LEVEL, role: 'backfill' });
  return (await runBackfill({ ...request, ...oneShot(), settings, log, signal: leaving.signal })) ? 0 : 1;
}

async function archive(request: ArchiveRequest): Promise<number> {
  const { runArchive } = await import('./roles/archive/compose.js');
  return (await runArchive({ ...request, ...oneShot() })) ? 0 : 1;
}

async function restore(request: RestoreRequest): Promise<number> {
  const { runRestore } = await import('./roles/archive/compose.js');
  return (await runRestore({ ...request, ...oneShot() })) ? 0 : 1;
}

const oneShot = () => ({
  settings: loadSettings(),
  isForPeople: process.stdout.isTTY === true,
  say: print,
  tell: complain,
});

async function replayCheck(write: boolean): Promise<number> {
  const { runReplayCheck } = await import('./roles/engine/replay-check/compose.js');
  return (await runReplayCheck({ write, say: print })) ? 0 : 1;
}

try {
  process.exitCode = await execute(parseCommandLine(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof OperationalError)) throw error;
  complain(error.code === 'USAGE' ? error.message : `${error.code}: ${error.message}`);
  process.exitCode = error.code === 'USAGE' ? 2 : 1;
}
