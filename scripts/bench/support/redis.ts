import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startRedis } from '../../../src/adapters/embedded/redis.js';

/** A real, empty Redis for one bench; `stop` takes its folder away too. */
export async function benchRedis(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'copilot-bench-'));
  const redis = await startRedis({ folder: join(folder, 'redis'), cacheDir: resolve('.cache'), startEmpty: true });
  return {
    url: redis.url,
    async stop() {
      await redis.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
