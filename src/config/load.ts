import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { OperationalError } from '../kernel/errors.js';
import { type Config, configOf, OWN_PREFIXES, SECRETS, SETTINGS, type SettingName, type Settings } from './schema.js';

export type Environment = Readonly<Record<string, string | undefined>>;

const NAMES = Object.keys(SETTINGS) as SettingName[];
const schema = z.object(SETTINGS);

/** Reads the settings out of an environment. An empty value counts as not set, as container tools write it. */
export function parseSettings(env: Environment): Settings {
  const given = Object.fromEntries(NAMES.filter((name) => env[name]).map((name) => [name, env[name]]));
  const unknown = Object.keys(env).filter((name) => isOurs(name) && !(name in SETTINGS));
  const parsed = schema.safeParse(given);
  const faults = [
    ...unknown.map((name) => `${name} is no setting of this program${didYouMean(name)}`),
    ...(parsed.error?.issues ?? []).map((issue) => faultOf(issue, env)),
  ];
  if (!parsed.success || faults.length > 0) throw new OperationalError('CONFIG_INVALID', faults.join('; '));
  return parsed.data;
}

/** The configuration of this process: environment plus, where none is given, the bridge key kept in the data folder. */
export function loadConfig(env: Environment = process.env): { config: Config; bridgeKeyIsNew: boolean } {
  const settings = parseSettings(env);
  const { key, isNew } = bridgeKey(settings);
  return { config: configOf(settings, key), bridgeKeyIsNew: isNew };
}

/** Settings for a one-shot command that listens on nothing and so needs no bridge key. */
export const loadSettings = (env: Environment = process.env): Settings => parseSettings(env);

/** The environment for a child process: ours plus what the parent decided. */
export const childEnvironment = (more: Partial<Record<SettingName, string>>): NodeJS.ProcessEnv => ({
  ...process.env,
  ...more,
});

/** The one piece of outside environment a supervisor looks at: whether `npm` started it, and so its death must end it. */
export const startedByNpm = (env: Environment = process.env): boolean => env.npm_lifecycle_event !== undefined;

/** Settings for the log: secrets by length only, URLs without user and password. */
export function redacted(config: Config): Record<string, unknown> {
  const hide = (secret: string | undefined) => (secret === undefined ? undefined : hidden(secret));
  const vendor = ({ apiKey, baseUrl }: { apiKey: string | undefined; baseUrl: string | undefined }) => ({
    apiKey: hide(apiKey),
    baseUrl: baseUrl && withoutLogin(baseUrl),
  });
  return {
    ...config,
    redisUrl: config.redisUrl && withoutLogin(config.redisUrl),
    databaseUrl: config.databaseUrl && withoutLogin(config.databaseUrl),
    bridgeApiKey: hide(config.bridgeApiKey),
    massive: vendor(config.massive),
    twelveData: vendor(config.twelveData),
    finnhub: vendor(config.finnhub),
    feedOrder: Object.fromEntries(config.feedOrder),
    xai: vendor(config.xai),
  };
}

const isOurs = (name: string): boolean => OWN_PREFIXES.some((prefix) => name.startsWith(prefix));
const hidden = (secret: string): string => `[secret, ${secret.length} characters]`;

export function withoutLogin(url: string): string {
  if (!URL.canParse(url)) return '[not a URL]';
  const parsed = new URL(url);
  if (parsed.username === '' && parsed.password === '' && parsed.search === '') return url;
  parsed.username = '';
  parsed.password = '';
  // A query may hold a key, and no address of ours needs one to be recognised.
  parsed.search = '';
  return parsed.toString();
}

function faultOf(issue: z.core.$ZodIssue, env: Environment): string {
  const name = String(issue.path[0]);
  const value = env[name] ?? '';
  const isSecret = (SECRETS as readonly string[]).includes(name);
  const shown = isSecret ? hidden(value) : `"${name.endsWith('_URL') ? withoutLogin(value) : value}"`;
  return `${name} is ${shown}; expected ${issue.message.replace(/^Invalid (option|input): expected /, '').replaceAll('"|"', '", "')}`;
}

/** The setting a misspelt name most resembles: same prefix, and all but two letters the same. */
function didYouMean(name: string): string {
  const near = NAMES.find((known) => distance(known, name) <= 2);
  return near === undefined ? '' : `; did you mean ${near}?`;
}

/** Levenshtein's edit distance (1965), row by row. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

function bridgeKey(settings: Settings): { key: string; isNew: boolean } {
  if (settings.BRIDGE_API_KEY !== undefined) return { key: settings.BRIDGE_API_KEY, isNew: false };
  const file = bridgeKeyFile(settings.COPILOT_DATA_DIR);
  try {
    const kept = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
    if (kept !== '') return { key: kept, isNew: false };
    mkdirSync(settings.COPILOT_DATA_DIR, { recursive: true });
    const key = randomBytes(24).toString('base64url');
    // 'wx' so that of two processes starting at once only one writes, and the other reads what that one wrote.
    writeFileSync(file, `${key}\n`, { mode: 0o600, flag: 'wx' });
    return { key, isNew: true };
  } catch (cause) {
    const kept = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
    if (kept !== '') return { key: kept, isNew: false };
    throw new OperationalError('CONFIG_INVALID', `BRIDGE_API_KEY is not set and ${file} cannot be written`, { cause });
  }
}

export const bridgeKeyFile = (dataDir: string): string => join(dataDir, 'bridge-key');
