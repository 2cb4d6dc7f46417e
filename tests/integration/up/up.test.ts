import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { connectRedis } from '../../../src/adapters/redis/connection.js';
import { upStateSchema } from '../../../src/messages/up-state.js';
import { eventually } from '../../support/eventually.js';
import { ensureBuilt, freePorts, isRunning, type Program, startProgram } from '../../support/program.js';
import { testFolder, testRedis } from '../../support/services.js';

const home = testFolder();
chmodSync(home, 0o755);
beforeAll(ensureBuilt);

let count = 0;
let dataDir = '';
let env: Record<string, string> = {};
const started: Program[] = [];

beforeEach(async () => {
  const [web, bridge] = await freePorts(2);
  count += 1;
  dataDir = join(home, String(count));
  env = { COPILOT_DATA_DIR: dataDir, WEB_PORT: String(web), BRIDGE_PORT: String(bridge) };
});
afterEach(async () => {
  for (const program of started.splice(0)) {
    program.process.kill('SIGKILL');
    await program.ended;
  }
});

function up(args: readonly string[] = ['--demo'], more: Record<string, string> = {}): Program {
  const program = startProgram(['up', ...args], { ...env, ...more });
  started.push(program);
  return program;
}

const state = () => upStateSchema.parse(JSON.parse(readFileSync(join(dataDir, 'up.json'), 'utf8')));
const pidOf = (name: string) => state().processes.find((it) => it.name === name)?.pid ?? undefined;
const announced = (program: Program) =>
  eventually(() => program.output().includes('Futures Co-Pilot: http://'), { timeout: 40_000 }).catch(() => {
    throw new Error(`up did not come up:\n${program.output().slice(-4_000)}`);
  });

describe('up', () => {
  test('starts everything, says where it is, and leaves nothing behind when interrupted', async () => {
    const program = up(['--demo', '--seed', '7']);
    await announced(program);
    expect(program.output()).toContain(`http://localhost:${env.WEB_PORT} (DEMO, seed 7)`);
    const key = readFileSync(join(dataDir, 'bridge-key'), 'utf8').trim();
    await eventually(() => program.output().includes(key));
    expect(statSync(join(dataDir, 'up.json')).mode & 0o777).toBe(0o600);
    const { processes } = state();
    expect(processes.map(({ name }) => name)).toEqual(['redis', 'postgres', 'data', 'engine', 'web', 'worker']);
    const pids = processes.map(({ pid }) => pid ?? 0);
    expect(pids.every(isRunning)).toBe(true);
    // One Ctrl-C under npm is two signals: the terminal's, and the one npm passes on.
    program.process.kill('SIGINT');
    program.process.kill('SIGINT');
    expect(await program.ended).toBe(0);
    expect(pids.filter(isRunning)).toEqual([]);
    expect(existsSync(join(dataDir, 'up.json'))).toBe(false);
    expect(existsSync(join(dataDir, 'up.lock'))).toBe(false);
  });

  test('starts a killed role again', async () => {
    const program = up();
    await announced(program);
    const before = pidOf('web') ?? 0;
    process.kill(before, 'SIGKILL');
    await eventually(() => pidOf('web') !== undefined && pidOf('web') !== before);
    await eventually(async () => (await fetch(`http://127.0.0.1:${env.WEB_PORT}/health`)).status > 0, {
      timeout: 10_000,
    });
  });

  test('leaves no process behind when it is killed itself, and starts on the same folder again', async () => {
    const first = up();
    await announced(first);
    const pids = state().processes.map(({ pid }) => pid ?? 0);
    first.process.kill('SIGKILL');
    await eventually(() => pids.every((pid) => !isRunning(pid)), { timeout: 10_000 });
    const second = up();
    await announced(second);
    expect(second.output()).not.toContain('X-API-Key');
  });

  test('leaves no process behind when its stores die with it', async () => {
    const program = up();
    await announced(program);
    const { processes } = state();
    const pids = processes.map(({ pid }) => pid ?? 0);
    const stores = processes.filter(({ name }) => name === 'redis' || name === 'postgres');
    // The roles hear of the end when nothing they would say goodbye to is left.
    for (const { pid } of stores) if (pid) process.kill(pid, 'SIGKILL');
    program.process.kill('SIGKILL');
    await eventually(() => pids.every((pid) => !isRunning(pid)), { timeout: 10_000 });
  });

  test('refuses a data folder on which another one runs, naming its process', async () => {
    const first = up();
    await eventually(() => existsSync(join(dataDir, 'up.lock')));
    const [web, bridge] = await freePorts(2);
    const second = up(['--demo'], { WEB_PORT: String(web), BRIDGE_PORT: String(bridge) });
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain(`DATA_DIR_IN_USE: process ${first.process.pid} already runs on ${dataDir}`);
    first.process.kill('SIGTERM');
    expect(await first.ended).toBe(0);
  });

  test('refuses a taken port before it starts anything', async () => {
    const blocker = createServer();
    await new Promise<void>((done) => blocker.listen(Number(env.WEB_PORT), '127.0.0.1', done));
    const program = up();
    expect(await program.ended).toBe(1);
    expect(program.output()).toContain(`PORT_IN_USE: port ${env.WEB_PORT} on 127.0.0.1 is taken by another program`);
    expect(existsSync(join(dataDir, 'postgres'))).toBe(false);
    await new Promise((done) => blocker.close(done));
  });

  test('refuses a recorded file that is none', async () => {
    const program = up(['--replay', join(home, 'ES_missing.csv')]);
    expect(await program.ended).toBe(1);
    expect(program.output()).toContain('BAR_FILE_INVALID: ES_missing.csv: there is no such file');
  });

  test('refuses a recorded file whose name names no market before it starts anything', async () => {
    const file = join(home, 'foo.csv');
    writeFileSync(file, 'ts,open,high,low,close,volume\n');
    const program = up(['--replay', file]);
    expect(await program.ended).toBe(2);
    expect(program.output()).toContain("foo.csv: the first part of a bar file's name must be a market");
    expect(existsSync(join(dataDir, 'postgres'))).toBe(false);
  });
});

describe('up on a Redis of somebody else', async () => {
  const { url } = await testRedis();

  test.each([
    [
      'live data',
      JSON.stringify({ mode: 'live', run: 'live', since: '2026-11-20T00:00:00.000Z' }),
      'the data of a live run',
    ],
    ['unmarked data', undefined, 'data of an unknown run'],
  ])('refuses to mix a demo with %s', async (_what, marker, reason) => {
    const redis = connectRedis(url, 'producer');
    await redis.flushall();
    await redis.set('engine:daily_focus', '{}');
    if (marker !== undefined) await redis.set('run', marker);
    const program = up(['--demo'], { REDIS_URL: url });
    expect(await program.ended).toBe(1);
    expect(program.output()).toContain(`WRONG_RUN: REDIS_URL holds ${reason} and this run is demo`);
    expect(await redis.get('engine:daily_focus'), 'nothing of the other run is lost').toBe('{}');
    redis.disconnect();
  });
});
