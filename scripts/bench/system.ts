import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connectRedis } from '../../src/adapters/redis/connection.js';
import { dataStatusSchema } from '../../src/messages/data-status.js';
import { ENGINE_GROUP, redisNames } from '../../src/messages/streams.js';
import { upStateSchema } from '../../src/messages/up-state.js';
import type { Benches, Figure } from './support/figure.js';

export const benches: Benches = [
  { name: 'start.first_card', run: firstCard },
  { name: 'replay.week', run: replayWeek },
];

const STARTS = 3;
const FIRST_CARD_SECONDS_MAX = 20;
const WEEK_SECONDS_MAX = 20;
const GIVE_UP_MS = 120_000;
const WEEK = ['ES_1m_2013-10-06_2013-10-11.csv', 'GC_1m_2013-10-07_2013-10-11.csv'];

/** Seconds from the command on an empty data folder to the first card in `GET /api/focus`; the median start. */
async function firstCard(): Promise<Figure> {
  const seconds: number[] = [];
  for (let i = 0; i < STARTS; i += 1) {
    const took = await withSystem(['--demo'], ({ web }) => until(() => hasCard(`http://127.0.0.1:${web}/api/focus`)));
    seconds.push(took);
  }
  seconds.sort((a, b) => a - b);
  return { value: seconds[Math.floor(STARTS / 2)] ?? 0, unit: 's', n: STARTS, limit: FIRST_CARD_SECONDS_MAX };
}

/** Seconds from the command to the last recorded bar decided upon by the engine. */
async function replayWeek(): Promise<Figure> {
  const files = WEEK.map((name) => resolve(process.cwd(), '..', 'shared', 'data', 'real', name));
  const bars = files.every(existsSync) ? files.reduce((sum, file) => sum + rowsOf(file), 0) : 0;
  const figure = { unit: 's', n: bars, limit: WEEK_SECONDS_MAX };
  if (bars === 0) return { ...figure, value: null, skipped: 'needs the recorded data folder' };
  const args = ['--replay', ...files, '--speed', 'max'];
  const value = await withSystem(args, ({ dataDir }) => until(() => isReplayed(dataDir)));
  return { ...figure, value };
}

const rowsOf = (file: string): number => readFileSync(file, 'utf8').trimEnd().split('\n').length - 1;

interface System {
  readonly web: number;
  readonly dataDir: string;
}

/** Starts the compiled program on a folder and ports of its own, times what is waited for, and takes it down. */
async function withSystem(args: readonly string[], wait: (system: System) => Promise<void>): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'copilot-bench-'));
  chmodSync(folder, 0o755);
  const [web, bridge] = [await freePort(), await freePort()];
  const dataDir = join(folder, 'data');
  const { PATH = '', HOME = '' } = process.env;
  const env = {
    PATH,
    HOME,
    COPILOT_DATA_DIR: dataDir,
    WEB_PORT: String(web),
    BRIDGE_PORT: String(bridge),
    LOG_LEVEL: 'warn',
  };
  const begun = performance.now();
  const child = spawn(process.execPath, ['dist/main.js', 'up', ...args], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2_000);
  });
  try {
    await Promise.race([
      wait({ web, dataDir }),
      endOf(child).then(() => Promise.reject(new Error(`up ended: ${said}`))),
    ]);
    return (performance.now() - begun) / 1_000;
  } finally {
    child.kill('SIGINT');
    await endOf(child);
    rmSync(folder, { recursive: true, force: true });
  }
}

const endOf = (child: ChildProcess): Promise<void> =>
  new Promise((done) => {
    if (child.exitCode !== null || child.signalCode !== null) done();
    else child.once('close', () => done());
  });

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  const giveUpAt = performance.now() + GIVE_UP_MS;
  while (!(await isTrue().catch(() => false))) {
    if (performance.now() > giveUpAt) throw new Error(`not reached within ${GIVE_UP_MS / 1_000} s`);
    await pause(25);
  }
}

async function hasCard(url: string): Promise<boolean> {
  const response = await fetch(url);
  const plan = (await response.json()) as { assets?: readonly unknown[] };
  return response.ok && (plan.assets?.length ?? 0) > 0;
}

/** The feed has finished, and the engine has neither bars before it nor in hand. */
async function isReplayed(dataDir: string): Promise<boolean> {
  const state = upStateSchema.parse(JSON.parse(readFileSync(join(dataDir, 'up.json'), 'utf8')));
  const redis = connectRedis(state.redis_url, 'producer');
  const names = redisNames('');
  try {
    const status = dataStatusSchema.parse(JSON.parse((await redis.get(names.dataStatus)) ?? 'null'));
    if (status.feed.state !== 'finished') return false;
    const [newest] = await redis.xrevrange(names.bars, '+', '-', 'COUNT', 1);
    const groups = (await redis.xinfo('GROUPS', names.bars)) as readonly (readonly unknown[])[];
    const group = groups.find((it) => it[1] === ENGINE_GROUP) ?? [];
    const field = (name: string): unknown => group[group.indexOf(name) + 1];
    return field('pending') === 0 && field('last-delivered-id') === newest?.[0];
  } finally {
    redis.disconnect();
  }
}
