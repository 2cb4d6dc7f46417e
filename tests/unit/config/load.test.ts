import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { loadConfig, parseSettings, redacted, withoutLogin } from '../../../src/config/load.js';
import { SETTINGS } from '../../../src/config/schema.js';
import { fromUsd } from '../../../src/kernel/units.js';

const folder = mkdtempSync(join(tmpdir(), 'copilot-config-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const KEY = 'a-key-of-enough-letters';

describe('an empty environment', () => {
  test('gives the documented defaults', () => {
    const { config } = loadConfig({ BRIDGE_API_KEY: KEY });
    expect(config).toMatchObject({
      webPort: 8000,
      bridgePort: 8001,
      host: '127.0.0.1',
      webHosts: [],
      prefix: '',
      redisUrl: undefined,
      databaseUrl: undefined,
      feeds: [],
      feedOrder: new Map(),
      logLevel: 'info',
      accountSize: fromUsd(50_000),
      gate: 'warn',
      watchlist: ['MGC', 'MNQ', 'MES', 'MCL', 'SIL', 'MHG'],
    });
    expect(config.dataDir).toBe(join(process.cwd(), '.data'));
  });

  test('means the same as one whose values are empty', () => {
    const empty = Object.fromEntries(Object.keys(SETTINGS).map((name) => [name, '']));
    expect(parseSettings(empty)).toEqual(parseSettings({}));
  });
});

test('host names are a list, in any case', () => {
  expect(parseSettings({ WEB_HOSTS: 'Desk.example, 10.0.0.5,[fe80::1]' }).WEB_HOSTS).toEqual([
    'desk.example',
    '10.0.0.5',
    '[fe80::1]',
  ]);
});

describe('a wrong value', () => {
  test.each([
    ['WEB_PORT', 'abc', 'a port from 1 to 65535'],
    ['WEB_PORT', '0', 'a port from 1 to 65535'],
    ['BRIDGE_PORT', '70000', 'a port from 1 to 65535'],
    ['LOG_LEVEL', 'loud', 'one of "debug", "info", "warn", "error", "silent"'],
    ['REDIS_URL', 'http://somewhere/', 'redis://'],
    ['DATABASE_URL', 'mysql://somewhere/', 'postgres://'],
    ['ACCOUNT_SIZE', '5', 'at least 100 dollars'],
    ['ACCOUNT_SIZE', '50k', 'dollars as a plain number'],
    ['WATCHLIST', 'MGC,MGC', 'each root once'],
    ['WATCHLIST', 'MGC,XYZ', 'roots of this program: MGC'],
    ['GATE', 'on', 'one of "off", "warn", "block"'],
    ['COPILOT_PREFIX', 'a b', 'at most 32'],
    ['WEB_HOSTS', 'https://desk.example', 'host names without port'],
    ['WEB_HOSTS', 'desk.example:8000', 'host names without port'],
    ['WEB_HOSTS', 'desk.example,', 'host names without port'],
  ])('%s=%s stops the start and says what is expected', (name, value, expected) => {
    const attempt = () => parseSettings({ [name]: value });
    expect(attempt).toThrow(`${name} is "${value}"; expected`);
    expect(attempt).toThrow(expected);
  });

  test('of a secret is told by its length only', () => {
    expect(() => parseSettings({ BRIDGE_API_KEY: 'short' })).toThrow('BRIDGE_API_KEY is [secret, 5 characters]');
  });

  test('of a URL is told without its password', () => {
    const attempt = () => parseSettings({ REDIS_URL: 'http://me:hush@somewhere/' });
    expect(attempt).toThrow('http://somewhere/');
    expect(attempt).not.toThrow('hush');
  });

  test('does not hide the next one', () => {
    const attempt = () => parseSettings({ WEB_PORT: 'x', LOG_LEVEL: 'y' });
    expect(attempt).toThrow(/WEB_PORT.*; LOG_LEVEL/);
  });
});

describe('a name nobody knows', () => {
  test.each(['COPILOT_DATA_DR', 'WEB_POTR', 'BRIDGE_KEY', 'MASSIVE_KEY', 'IBKR_PROT', 'XAI_KEY'])(
    '%s is refused, because it begins like ours',
    (name) => expect(() => parseSettings({ [name]: 'x' })).toThrow(`${name} is no setting of this program`),
  );

  test('that resembles a setting is met with a hint', () => {
    expect(() => parseSettings({ COPILOT_DATA_DR: 'x' })).toThrow('did you mean COPILOT_DATA_DIR?');
  });

  test('of another program is none of our business', () => {
    expect(() => parseSettings({ PATH: '/bin', HOME: '/root', REDIS_HOST: 'x' })).not.toThrow();
  });
});

describe('the bridge key', () => {
  test('is made once, kept for its owner alone and found again', () => {
    const first = loadConfig({ COPILOT_DATA_DIR: join(folder, 'a') });
    const second = loadConfig({ COPILOT_DATA_DIR: join(folder, 'a') });
    expect([first.bridgeKeyIsNew, second.bridgeKeyIsNew]).toEqual([true, false]);
    expect(first.config.bridgeApiKey).toMatch(/^[\w-]{32}$/);
    expect(second.config.bridgeApiKey).toBe(first.config.bridgeApiKey);
    expect(statSync(join(folder, 'a/bridge-key')).mode & 0o777).toBe(0o600);
  });

  test('of the environment wins and is not written down', () => {
    const dir = join(folder, 'b');
    expect(loadConfig({ COPILOT_DATA_DIR: dir, BRIDGE_API_KEY: KEY }).config.bridgeApiKey).toBe(KEY);
    expect(() => statSync(dir)).toThrow('ENOENT');
  });
});

test('the configuration cannot be changed', () => {
  const { config } = loadConfig({ BRIDGE_API_KEY: KEY });
  expect(
    [config, config.massive, config.ibkr, config.xai, config.watchlist, config.webHosts].every(Object.isFrozen),
  ).toBe(true);
});

test('the printed configuration holds no secret', () => {
  const vendors = { MASSIVE_API_KEY: 'massive-hush', TWELVE_DATA_API_KEY: 'twelve-hush', FINNHUB_API_KEY: 'finn-hush' };
  const secrets = { BRIDGE_API_KEY: KEY, XAI_API_KEY: 'xai-hush', ...vendors };
  const urls = { REDIS_URL: 'redis://:redis-hush@r:6379/0', DATABASE_URL: 'postgres://me:pg-hush@p/db' };
  const text = JSON.stringify(redacted(loadConfig({ ...secrets, ...urls }).config));
  expect(text).not.toMatch(/hush|a-key-of/);
  expect(text).toContain('postgres://p/db');
});

test('a URL without a login stays as it was', () => {
  expect(withoutLogin('unix:///tmp/redis.sock')).toBe('unix:///tmp/redis.sock');
});

describe('.env.example', () => {
  const example = parseEnv(readFileSync(new URL('../../../.env.example', import.meta.url), 'utf8'));

  test('has exactly the settings there are', () => {
    expect(Object.keys(example).sort()).toEqual(Object.keys(SETTINGS).sort());
  });

  test('shows the defaults', () => {
    expect(parseSettings(example)).toEqual(parseSettings({}));
  });
});
