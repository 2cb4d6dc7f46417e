import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll } from 'vitest';
import { startPostgres } from '../../src/adapters/embedded/postgres.js';
import { startRedis } from '../../src/adapters/embedded/redis.js';

export const CACHE_DIR = resolve(import.meta.dirname, '../../.cache');

/** A folder of the calling test file, removed after it. */
export function testFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'copilot-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A real, empty Redis for the calling test file; ended after it. Called at the top level or in a describe. */
export async function testRedis(): Promise<{ url: string }> {
  const folder = testFolder();
  const redis = await startRedis({ folder: join(folder, 'redis'), cacheDir: CACHE_DIR, startEmpty: true });
  afterAll(() => redis.stop());
  return { url: redis.url };
}

/** A real, empty Postgres database for the calling test file; ended after it. */
export async function testPostgres(): Promise<{ url: string }> {
  const folder = testFolder();
  // mkdtemp closes the folder to everyone else, and root runs Postgres as another user.
  chmodSync(folder, 0o755);
  const postgres = await startPostgres({ folder: join(folder, 'postgres'), relaxed: true });
  afterAll(() => postgres.stop());
  return { url: await postgres.database('copilot_test', { fresh: true }) };
}
