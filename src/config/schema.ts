import { resolve } from 'node:path';
import { z } from 'zod';
import { instrument, instruments, spots } from '../domain/instruments/catalogue/index.js';
import { fromUsd } from '../kernel/units.js';

const PORT_RANGE = 'a port from 1 to 65535';
const port = z
  .string()
  .regex(/^\d{1,5}$/, PORT_RANGE)
  .transform(Number)
  .pipe(z.int(PORT_RANGE).min(1, PORT_RANGE).max(65_535, PORT_RANGE));
const url = (schemes: readonly string[]) =>
  z
    .string()
    .refine(
      (text) => schemes.includes(URL.canParse(text) ? new URL(text).protocol : ''),
      `a URL beginning with ${schemes.join('// or ')}//`,
    );
const feedName = z
  .string()
  .regex(/^[a-z][a-z0-9-]*$/, 'a name in lower case')
  // Practice bars must never be shown as live ones.
  .refine((name) => name !== 'demo' && name !== 'replay', 'a live feed; a practice run is up --demo or up --replay');
const once = (list: readonly string[]): boolean => new Set(list).size === list.length;
const feedNames = z
  .string()
  .transform((text) => text.split(',').map((name) => name.trim()))
  .pipe(z.array(feedName).min(1))
  .refine(once, 'each feed once');
const ORDER_FORM = 'a root, "=" and its feeds, e.g. MGC=ibkr,massive;MES=massive';
const KNOWN_ROOTS = `roots of this program: ${[...instruments, ...spots].map(({ root }) => root).join(', ')}`;
const feedOrder = z
  .string()
  .transform((text) => text.split(';').map((part) => part.split('=').map((side) => side.trim())))
  .pipe(z.array(z.tuple([z.string().regex(/^[A-Z0-9]{1,6}$/, ORDER_FORM), feedNames], ORDER_FORM)))
  .refine((rows) => once(rows.map(([root]) => root)), 'each root once')
  .transform((rows) => new Map(rows))
  .refine((rows) => [...rows.keys()].every((root) => instrument(root) !== undefined), KNOWN_ROOTS);
const dollars = z
  .string()
  .regex(/^\d+(\.\d{1,2})?$/, 'dollars as a plain number')
  .transform(Number)
  .pipe(z.number().min(100, 'at least 100 dollars').max(100_000_000, 'at most 100,000,000 dollars'))
  .transform(fromUsd);
const roots = z
  .string()
  .transform((text) => text.split(',').map((root) => root.trim().toUpperCase()))
  .pipe(z.array(z.string().regex(/^[A-Z0-9]{1,6}$/, 'roots separated by commas, e.g. MGC,MES')).min(1))
  .refine((list) => new Set(list).size === list.length, 'each root once')
  .refine((list) => list.every((root) => instrument(root) !== undefined), KNOWN_ROOTS);

/** A host as a browser's address line holds it, without scheme and port. */
const HOST_NAME = /^(?:[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?)*|\[[0-9a-f:.]+\])$/;
const hostNames = z
  .string()
  .transform((text) => text.split(',').map((name) => name.trim().toLowerCase()))
  .pipe(
    z.array(z.string().regex(HOST_NAME, 'host names without port separated by commas, e.g. desk.example,10.0.0.5')),
  );

/** Every name the environment may set, what it means and what it must look like. `.env.example` has exactly these keys. */
export const SETTINGS = {
  WEB_PORT: port.default(8000),
  BRIDGE_PORT: port.default(8001),
  HOST: z.string().min(1).default('127.0.0.1'),
  WEB_HOSTS: hostNames.default([]),
  REDIS_URL: url(['redis:', 'rediss:', 'unix:']).optional(),
  DATABASE_URL: url(['postgres:', 'postgresql:']).optional(),
  COPILOT_DATA_DIR: z
    .string()
    .default('.data')
    .transform((dir) => resolve(dir)),
  COPILOT_PREFIX: z
    .string()
    .regex(/^[A-Za-z0-9:_-]{0,32}$/, 'at most 32 letters, digits, ":", "_" or "-"')
    .default(''),
  BRIDGE_API_KEY: z.string().min(16, 'at least 16 characters').optional(),
  MASSIVE_API_KEY: z.string().min(1).optional(),
  MASSIVE_BASE_URL: url(['https:', 'http:']).optional(),
  IBKR_HOST: z.string().min(1).optional(),
  IBKR_PORT: port.optional(),
  IBKR_CLIENT_ID: z
    .string()
    .regex(/^\d{1,6}$/, 'a whole number')
    .transform(Number)
    .optional(),
  TWELVE_DATA_API_KEY: z.string().min(1).optional(),
  TWELVE_DATA_BASE_URL: url(['https:', 'http:']).optional(),
  FINNHUB_API_KEY: z.string().min(1).optional(),
  FINNHUB_BASE_URL: url(['https:', 'http:']).optional(),
  XAI_API_KEY: z.string().min(1).optional(),
  XAI_BASE_URL: url(['https:', 'http:']).optional(),
  /** Live feeds in order of trust. */
  FEED: feedNames.optional(),
  /** Another order for single instruments. */
  FEED_ORDER: feedOrder.optional(),
  EXECUTION_ENABLED: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true'),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  ACCOUNT_SIZE: dollars.default(fromUsd(50_000)),
  /** What is done about an entry against the trend of the higher time frame. */
  GATE: z.enum(['off', 'warn', 'block']).default('warn'),
  WATCHLIST: roots.default(['MGC', 'MNQ', 'MES', 'MCL', 'SIL', 'MHG']),
} as const;

export type SettingName = keyof typeof SETTINGS;

/** Never printed: a value is replaced by its length. URLs lose their user and password only. */
export const SECRETS: readonly SettingName[] = [
  'BRIDGE_API_KEY',
  'MASSIVE_API_KEY',
  'TWELVE_DATA_API_KEY',
  'FINNHUB_API_KEY',
  'XAI_API_KEY',
];

/** A name that begins so is meant for us; an unknown one is a misspelling that would otherwise be silently ignored. */
export const OWN_PREFIXES = [
  'COPILOT_',
  'WEB_',
  'BRIDGE_',
  'MASSIVE_',
  'IBKR_',
  'TWELVE_DATA_',
  'FINNHUB_',
  'XAI_',
] as const;

const settingsSchema = z.object(SETTINGS);
export type Settings = z.output<typeof settingsSchema>;

/** What the roles are given. Wiring and secrets only; trading limits are no environment settings. */
export type Config = ReturnType<typeof configOf>;

/** Traders' names for the parsed settings. */
export const configOf = (s: Settings, bridgeApiKey: string) =>
  Object.freeze({
    webPort: s.WEB_PORT,
    bridgePort: s.BRIDGE_PORT,
    host: s.HOST,
    /** Names besides localhost and `host` under which the dashboard takes commands. */
    webHosts: Object.freeze(s.WEB_HOSTS) as readonly string[],
    redisUrl: s.REDIS_URL,
    databaseUrl: s.DATABASE_URL,
    /** Absolute path. */
    dataDir: s.COPILOT_DATA_DIR,
    prefix: s.COPILOT_PREFIX,
    bridgeApiKey,
    massive: Object.freeze({ apiKey: s.MASSIVE_API_KEY, baseUrl: s.MASSIVE_BASE_URL }),
    ibkr: Object.freeze({ host: s.IBKR_HOST, port: s.IBKR_PORT, clientId: s.IBKR_CLIENT_ID }),
    twelveData: Object.freeze({ apiKey: s.TWELVE_DATA_API_KEY, baseUrl: s.TWELVE_DATA_BASE_URL }),
    finnhub: Object.freeze({ apiKey: s.FINNHUB_API_KEY, baseUrl: s.FINNHUB_BASE_URL }),
    xai: Object.freeze({ apiKey: s.XAI_API_KEY, baseUrl: s.XAI_BASE_URL }),
    /** Names of the live feeds in order of trust; empty when none is configured. */
    feeds: Object.freeze(s.FEED ?? []) as readonly string[],
    /** Roots whose feeds have an order of their own. */
    feedOrder: (s.FEED_ORDER ?? new Map()) as ReadonlyMap<string, readonly string[]>,
    /** Whether platform bridges are handed commands at all. */
    executionEnabled: s.EXECUTION_ENABLED,
    logLevel: s.LOG_LEVEL,
    accountSize: s.ACCOUNT_SIZE,
    gate: s.GATE,
    watchlist: Object.freeze(s.WATCHLIST) as readonly string[],
  });
