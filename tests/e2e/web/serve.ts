import { epochMs } from '../../../src/kernel/units.js';
import type { Mode } from '../../../src/messages/focus-plan.js';
import type { Clock } from '../../../src/ports/clock.js';
import type { DashboardSnapshot } from '../../../src/ports/dashboard-source.js';
import { createApp } from '../../../src/roles/web/app.js';
import { listen } from '../../../src/roles/web/server.js';
import { fakeSource, fullSnapshot, MORNING, quietLog } from '../../support/web-source.js';

/** A clock that runs like the wall's but starts in the morning of the tests. */
function morningClock(): Clock {
  const begun = performance.now();
  const elapsed = (): number => performance.now() - begun;
  return { now: () => epochMs(Math.floor(MORNING + elapsed())), elapsed, speed: 1 };
}

/** A real web server on a free port, fed by an engine in memory whose heart beats until it is told to stop. */
export async function serve(options: { snapshot?: Partial<DashboardSnapshot>; mode?: Mode; port?: number } = {}) {
  const clock = morningClock();
  const source = fakeSource({ ...fullSnapshot(clock.now()), ...options.snapshot }, clock);
  const version = { sha: 'test', builtAt: 'now', configHash: 'none' };
  const app = await createApp({ source, clock, mode: options.mode ?? 'demo', log: quietLog, version });
  const port = await listen(app, { host: '127.0.0.1', port: options.port ?? 0 });
  let beating: NodeJS.Timeout | undefined;
  const startBeating = (): void => {
    source.beat();
    beating = setInterval(source.beat, 500);
  };
  const stopBeating = (): void => clearInterval(beating);
  startBeating();
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    clock,
    source,
    startBeating,
    stopBeating,
    async close() {
      stopBeating();
      await app.close();
    },
  };
}
export type Served = Awaited<ReturnType<typeof serve>>;
