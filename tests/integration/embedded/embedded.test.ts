import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { startPostgres } from '../../../src/adapters/embedded/postgres.js';
import { startRedis } from '../../../src/adapters/embedded/redis.js';
import { connectPostgres } from '../../../src/adapters/postgres/client.js';
import { connectRedis } from '../../../src/adapters/redis/connection.js';
import { eventually } from '../../support/eventually.js';
import { ensureBuilt, isRunning } from '../../support/program.js';
import { CACHE_DIR, testFolder } from '../../support/services.js';

const home = testFolder();
chmodSync(home, 0o755);
const opened: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const server of opened.splice(0)) await server.stop();
});

async function redisIn(folder: string, startEmpty = false) {
  const redis = await startRedis({ folder, cacheDir: CACHE_DIR, startEmpty });
  opened.push(redis);
  return redis;
}

async function postgresIn(folder: string) {
  const server = await startPostgres({ folder, relaxed: false });
  opened.push(server);
  return server;
}

async function inRedis<T>(url: string, use: (redis: ReturnType<typeof connectRedis>) => Promise<T>): Promise<T> {
  const redis = connectRedis(url, 'producer');
  try {
    return await use(redis);
  } finally {
    redis.disconnect();
  }
}

const query = async (url: string, text: string): Promise<unknown> => {
  const sql = connectPostgres({ url });
  try {
    return [...(await sql.unsafe(text))];
  } finally {
    await sql.end();
  }
};

describe('the local Redis', () => {
  test('keeps what was written when it is stopped and started again', async () => {
    const folder = join(home, 'kept/redis');
    const first = await redisIn(folder);
    await inRedis(first.url, (redis) => redis.set('note', 'still here'));
    await first.stop();
    const second = await redisIn(folder);
    expect(await inRedis(second.url, (redis) => redis.get('note'))).toBe('still here');
  });

  test('forgets an earlier run when asked to start empty', async () => {
    const folder = join(home, 'empty/redis');
    const first = await redisIn(folder);
    await inRedis(first.url, (redis) => redis.set('note', 'old'));
    await first.stop();
    const second = await redisIn(folder, true);
    expect(await inRedis(second.url, (redis) => redis.get('note'))).toBeNull();
  });

  test('starts in a folder whose socket path would be too long', async () => {
    const redis = await redisIn(join(home, 'x'.repeat(120), 'redis'));
    expect(await inRedis(redis.url, (it) => it.ping())).toBe('PONG');
    expect(redis.url.length).toBeLessThan(107);
  });

  test('ends the Redis that an earlier supervisor left before starting its own', async () => {
    const folder = join(home, 'left/redis');
    const left = await redisIn(folder);
    await inRedis(left.url, (redis) => redis.set('note', 'from the left one'));
    const next = await redisIn(folder);
    expect(isRunning(left.pid)).toBe(false);
    expect(await inRedis(next.url, (redis) => redis.get('note'))).toBe('from the left one');
  });
});

describe('the local Postgres', () => {
  test('keeps a database across starts and makes it afresh on demand', async () => {
    const folder = join(home, 'pg');
    const first = await postgresIn(folder);
    const url = await first.database('copilot_live', { fresh: false });
    await query(url, 'create table note (text text)');
    await first.stop();
    const second = await postgresIn(folder);
    expect(await query(await second.database('copilot_live', { fresh: false }), 'select * from note')).toEqual([]);
    const fresh = await second.database('copilot_live', { fresh: true });
    await expect(query(fresh, 'select * from note')).rejects.toThrow('relation "note" does not exist');
  });

  test('ends the Postgres that an earlier supervisor left before starting its own', async () => {
    const folder = join(home, 'pg');
    const left = await postgresIn(folder);
    const next = await postgresIn(folder);
    expect(isRunning(left.pid)).toBe(false);
    expect(isRunning(next.pid)).toBe(true);
  });

  test('uses a folder outside and says so when its user cannot reach the data folder', async (context) => {
    if (process.getuid?.() !== 0) context.skip('only root runs Postgres as somebody else');
    const closed = join(home, 'closed');
    mkdirSync(closed, { mode: 0o700 });
    const server = await startPostgres({ folder: join(closed, 'pg'), relaxed: true });
    await server.stop();
    rmSync(server.folder, { recursive: true });
    expect(server.folder).toMatch(/^\/var\/lib\/futures-copilot\//);
  });

  test('refuses a cluster whose version is not installed any more', async () => {
    const folder = join(home, 'old-pg');
    mkdirSync(join(folder, 'postgres-9'), { recursive: true });
    writeFileSync(join(folder, 'postgres-9/PG_VERSION'), '9\n');
    await expect(startPostgres({ folder, relaxed: false })).rejects.toThrow(/written by Postgres 9/);
  });
});

test('both servers end when the process that started them is killed', async () => {
  ensureBuilt();
  const folder = join(home, 'orphans');
  mkdirSync(folder);
  const script = resolve(import.meta.dirname, '../../../dist/adapters/embedded');
  const code = `
    const { startRedis } = await import('${script}/redis.js');
    const { startPostgres } = await import('${script}/postgres.js');
    const [redis, postgres] = await Promise.all([
      startRedis({ folder: '${folder}/redis', cacheDir: '${CACHE_DIR}', startEmpty: true }),
      startPostgres({ folder: '${folder}/pg', relaxed: true }),
    ]);
    console.log(JSON.stringify([redis.pid, postgres.pid]));
    setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  const pids = await new Promise<number[]>((done) =>
    parent.stdout.once('data', (text) => done(JSON.parse(String(text)))),
  );
  expect(pids.map(isRunning)).toEqual([true, true]);
  parent.kill('SIGKILL');
  await eventually(() => pids.every((pid) => !isRunning(pid)), { timeout: 10_000 });
});
