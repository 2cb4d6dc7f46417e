import { columnsBuilder } from '../../../src/domain/bars/columns.js';
import { after, type EpochMs, epochMs, MINUTE } from '../../../src/kernel/units.js';
import type { Mode } from '../../../src/messages/focus-plan.js';
import type { BarStore } from '../../../src/ports/bar-store.js';
import type { Clock } from '../../../src/ports/clock.js';
import type { DashboardSnapshot } from '../../../src/ports/dashboard-source.js';
import type { DayHistory } from '../../../src/ports/day-history.js';
import { createApp } from '../../../src/roles/web/app.js';
import type { QualityParts } from '../../../src/roles/web/data/reader.js';
import { listen } from '../../../src/roles/web/server.js';
import { systemTimers, type Timers } from '../../../src/roles/web/timers.js';
import { dayBars, heldBars } from '../../support/day-bars.js';
import { fakeSource, fullSnapshot, MORNING, positionsAt, quietLog, riskAt } from '../../support/web-source.js';

/** A clock that runs like the wall's but starts when the test wants it. */
function clockFrom(start: EpochMs): Clock {
  const begun = performance.now();
  const elapsed = (): number => performance.now() - begun;
  return { now: () => epochMs(Math.floor(start + elapsed())), elapsed, speed: 1 };
}

/** No bridge reports here, so what it said last stays young for the length of any test. */
const YOUNG_FOR_MS = 10 * MINUTE;

/** Bars that are counted, and none is stored. */
const noBars: QualityParts = {
  store: { counts: async () => [], archived: async () => [], tallies: async () => [], knownEmpty: async () => [] },
  history: { columns: async () => columnsBuilder(1).done() },
  roots: ['MGC', 'MES'],
};

/** A real web server on a free port, fed by an engine in memory whose heart beats until it is told to stop. */
export async function serve(
  options: {
    snapshot?: Partial<DashboardSnapshot>;
    mode?: Mode;
    port?: number;
    start?: EpochMs;
    history?: DayHistory;
    bars?: Pick<BarStore, 'range'>;
    timers?: Timers;
  } = {},
) {
  const clock = clockFrom(options.start ?? MORNING);
  const later = after(clock.now(), YOUNG_FOR_MS);
  const account = { positions: positionsAt(later), risk: riskAt(later) };
  const source = fakeSource({ ...fullSnapshot(clock.now()), ...account, ...options.snapshot }, clock);
  const version = { sha: 'test', builtAt: 'now', configHash: 'none' };
  const { timers = systemTimers, history } = options;
  const past = history ? { history } : {};
  const bars = options.bars ?? heldBars(dayBars(clock.now()));
  const app = await createApp({
    source,
    clock,
    mode: options.mode ?? 'demo',
    quality: noBars,
    log: quietLog,
    version,
    bars,
    timers,
    ...past,
  });
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
