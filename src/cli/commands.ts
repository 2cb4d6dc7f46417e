import { parseClockSpec } from '../adapters/clock/spec.js';
import type { UpRequest } from '../config/role-context.js';
import { type Mode, modeSchema } from '../messages/focus-plan.js';
import type { ClockSpec } from '../ports/clock.js';
import { archive, backfill, restore } from './bar-commands.js';
import {
  dateOf,
  dollarsOf,
  type Flag,
  type FlagValues,
  filesOf,
  has,
  instantOf,
  speedOf,
  textOf,
  usage,
  wholeNumber,
} from './flags.js';
import type { AnalyseRequest, FocusRequest, Invocation, RoleName } from './invocation.js';

/** One word of the command line. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly Flag[];
  read(values: FlagValues): Invocation;
}

export const DEFAULT_SEED = 1;

const seed: Flag = { name: 'seed', value: 'N', help: `seed of the demo market (default ${DEFAULT_SEED})` };
const speed: Flag = {
  name: 'speed',
  value: 'N|max',
  help: 'market seconds in one second, or as fast as the data (default 1)',
};
const replay: Flag = {
  name: 'replay',
  value: 'FILE...',
  help: 'recorded bar files, e.g. ES_1m_2013-10-06.csv; ES feeds MES, GC MGC, NQ MNQ, CL MCL, SI SIL, HG MHG',
  repeatable: true,
  takesMany: true,
};
const from: Flag = {
  name: 'from',
  value: 'ISO',
  help: 'bars before this instant are history (default: the first bar)',
};

const up: Command = {
  name: 'up',
  summary: 'run everything: Redis, Postgres, data, engine, web and worker; Ctrl-C stops all of it',
  flags: [
    { name: 'demo', help: 'a seeded synthetic market (the default when no FEED is configured)' },
    seed,
    speed,
    { name: 'start', value: 'ISO', help: 'market time at which the demo begins (default 04:50 ET of a trading day)' },
    replay,
    from,
  ],
  read: (values) => ({ command: 'up', request: upRequest(values) }),
};

function upRequest(values: FlagValues): UpRequest {
  const isDemo = has(values, 'demo');
  const files = filesOf(values, 'replay');
  if (isDemo && files.length > 0) throw usage('--demo and --replay cannot be had together');
  refuseWithout(values, isDemo ? [] : ['seed', 'start'], '--demo');
  refuseWithout(values, files.length > 0 ? [] : ['from'], '--replay');
  if (files.length > 0)
    return { mode: 'replay', files, from: instantOf(values, 'from'), speed: speedOf(values, 'speed') ?? 1 };
  if (isDemo)
    return {
      mode: 'demo',
      seed: wholeNumber(values, 'seed') ?? DEFAULT_SEED,
      speed: speedOf(values, 'speed') ?? 1,
      start: instantOf(values, 'start'),
    };
  refuseWithout(values, ['speed'], '--demo or --replay');
  return { mode: 'configured' };
}

function refuseWithout(values: FlagValues, names: readonly string[], needed: string): void {
  for (const name of names) if (has(values, name)) throw usage(`--${name} only makes sense with ${needed}`);
}

const role = (name: RoleName, summary: string): Command => ({
  name,
  summary,
  flags: [
    { name: 'mode', value: 'live|demo|replay', help: 'what the numbers are (default live)' },
    {
      name: 'clock',
      value: 'SPEC',
      help: 'system (default), scaled:<market ms>:<wall ms>:<speed>, driven:<market ms>',
    },
    seed,
    replay,
    from,
    { name: 'run', value: 'ID', help: 'name of the run, the same for all its processes (default: the mode)' },
  ],
  read: (values) => ({ command: name, run: runOf(values) }),
});

function runOf(values: FlagValues) {
  const mode = modeOf(textOf(values, 'mode') ?? 'live');
  const clockSpec = clockOf(textOf(values, 'clock') ?? 'system');
  const replayFiles = filesOf(values, 'replay');
  const runId = textOf(values, 'run') ?? mode;
  if (mode === 'live' && clockSpec.kind !== 'system') throw usage('--mode live runs on the system clock only');
  if ((mode === 'replay') !== replayFiles.length > 0) throw usage('--mode replay and --replay FILE belong together');
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(runId))
    throw usage(`--run is "${runId}"; expected letters, digits, ".", "_", "-"`);
  return {
    mode,
    clockSpec,
    seed: wholeNumber(values, 'seed') ?? DEFAULT_SEED,
    replayFiles,
    from: instantOf(values, 'from'),
    runId,
  };
}

function modeOf(text: string): Mode {
  const parsed = modeSchema.safeParse(text);
  if (!parsed.success) throw usage(`--mode is "${text}"; expected live, demo or replay`);
  return parsed.data;
}

function clockOf(text: string): ClockSpec {
  const parsed = parseClockSpec(text);
  if (!parsed.ok) throw usage(`--clock: ${parsed.error}`);
  return parsed.value;
}

const at: Flag = { name: 'at', value: 'ISO', help: 'only bars that were closed by then are used' };
const account: Flag = { name: 'account', value: 'DOLLARS', help: 'account size (default ACCOUNT_SIZE)' };

const barFiles: Flag = {
  name: 'bars',
  value: 'MES=FILE',
  help: 'bars of one symbol; repeat for more symbols',
  repeatable: true,
  takesMany: true,
};

const focus: Command = {
  name: 'focus',
  summary: 'the focus plan at an instant as JSON, from bar files; needs no services',
  flags: [barFiles, at, account],
  read: (values) => ({ command: 'focus', request: focusRequest(values) }),
};

function focusRequest(values: FlagValues): FocusRequest {
  return { ...barsAndInstant('focus', values), bars: distinctBars(values) };
}

function distinctBars(values: FlagValues): FocusRequest['bars'] {
  const bars = (values.get('bars') ?? []).map(barsOf);
  const twice = bars.find(({ root }, i) => bars.findIndex((other) => other.root === root) !== i);
  if (twice !== undefined) throw usage(`--bars names ${twice.root} twice`);
  return bars;
}

function barsAndInstant(command: string, values: FlagValues): FocusRequest {
  const instant = instantOf(values, 'at');
  const bars = (values.get('bars') ?? []).map(barsOf);
  if (bars.length === 0) throw usage(`${command} needs bars: --bars MES=FILE`);
  if (instant === undefined) throw usage(`${command} needs an instant: --at 2026-11-19T14:30:00Z`);
  return { bars, at: instant, account: dollarsOf(values, 'account') };
}

function barsOf(text: string): { root: string; file: string } {
  const [, root, file] = /^([A-Za-z0-9]{1,4})=(.+)$/.exec(text) ?? [];
  if (root === undefined || file === undefined)
    throw usage(`--bars is "${text}"; expected a symbol and a file: MES=FILE`);
  return { root: root.toUpperCase(), file };
}

const analyse: Command = {
  name: 'analyse',
  summary: 'every number behind the card of one symbol at an instant as JSON, from a bar file; needs no services',
  flags: [{ name: 'bars', value: 'MES=FILE', help: 'bars of the symbol', repeatable: true }, at, account],
  read: (values) => ({ command: 'analyse', request: analyseRequest(values) }),
};

function analyseRequest(values: FlagValues): AnalyseRequest {
  const { bars, ...rest } = barsAndInstant('analyse', values);
  const [one, ...more] = bars;
  if (one === undefined || more.length > 0)
    throw usage(`analyse takes one symbol; --bars was given ${bars.length} times`);
  return { ...one, ...rest };
}

const migrate: Command = {
  name: 'migrate',
  summary: 'bring the database at DATABASE_URL up to date',
  flags: [],
  read: () => ({ command: 'migrate' }),
};

const smoke: Command = {
  name: 'smoke',
  summary: 'ask the running system whether it works: one PASS or FAIL a line',
  flags: [{ name: 'only', value: 'NAME', help: 'only the checks whose name begins so; repeatable', repeatable: true }],
  read: (values) => ({ command: 'smoke', only: values.get('only') ?? [] }),
};

const rebuild: Command = {
  name: 'rebuild',
  summary: 'make the book anew from every stored report and compare it with the running system',
  flags: [
    {
      name: 'since',
      value: 'YYYY-MM-DD',
      help: 'snapshots of this trading day, the one before it and later only, as a started engine reads them',
    },
    { name: 'account', value: 'NAME', help: 'only this account' },
  ],
  read: (values) => ({
    command: 'rebuild',
    request: { since: dateOf(values, 'since'), account: textOf(values, 'account') },
  }),
};

const researchQuality: Command = {
  name: 'research-quality',
  summary:
    'does quality sort outcomes? Plans replayed over history; the page /research/quality shows the newest report',
  flags: [
    { ...barFiles, help: 'bar files in place of the bars in the store of the running system' },
    { name: 'since', value: 'YYYY-MM-DD', help: 'plans of this trading day and later only; what lies before warms up' },
    { name: 'all-hours', help: 'every hour before noon in place of the active session' },
  ],
  read: (values) => ({
    command: 'research-quality',
    request: { bars: distinctBars(values), since: dateOf(values, 'since'), allHours: has(values, 'all-hours') },
  }),
};

const replayCheck: Command = {
  name: 'replay-check',
  summary: 'three demo days through the decisions, compared with what was recorded; needs no services',
  flags: [{ name: 'write', help: 'record what came out as the new expectation, and show what changed' }],
  read: (values) => ({ command: 'replay-check', write: has(values, 'write') }),
};

/** Order of the help. */
export const commands: readonly Command[] = [
  up,
  role('data', 'feeds, recorded bars and the bridge intake, against REDIS_URL and DATABASE_URL'),
  role('engine', 'the co-pilot itself, against REDIS_URL and DATABASE_URL'),
  role('web', 'the dashboard, against REDIS_URL and DATABASE_URL'),
  role('worker', 'long computations such as the nightly regime training, against REDIS_URL and DATABASE_URL'),
  focus,
  analyse,
  migrate,
  smoke,
  rebuild,
  researchQuality,
  backfill,
  archive,
  restore,
  replayCheck,
];
