import { describe, expect, onTestFinished, test } from 'vitest';
import type { BackfillRun, RunState } from '../../../../src/ports/backfill-store.js';
import type { Archived } from '../../../../src/roles/archive/archive-months.js';
import { archiveNights } from '../../../../src/roles/worker/archive-night.js';
import { movingRun } from '../../../support/backfill-runs.js';
import { eventually } from '../../../support/eventually.js';
import { keepingLog } from '../../../support/fake-vendor/log.js';
import { instant } from '../../../support/stored-bars.js';
import { handClock } from '../../../support/test-clock.js';

/** New York hours of an ordinary Thursday. */
const NINE = instant('2026-11-19T14:00:00Z');
const NOON = instant('2026-11-19T17:06:00Z');
const THREE = instant('2026-11-19T20:00:00Z');
const TEN_AT_NIGHT = instant('2026-11-20T03:00:00Z');
const NOTHING: Archived = { months: [], dropped: [], faults: [] };
const month = { root: 'MGC', month: '2026-07', file: 'MGC/2026-07.parquet', rows: 9, bytes: 700, removed: 9 };

function rig() {
  const clock = handClock(NOON);
  const { log, lines } = keepingLog();
  const world = {
    state: 'done' as RunState | undefined,
    runs: 0,
    answer: async (_signal: AbortSignal): Promise<Archived | undefined> => NOTHING,
    elapsed: 0,
  };
  const nights = archiveNights({
    archive: (signal) => {
      world.runs += 1;
      return world.answer(signal);
    },
    backfills: {
      run: async (id): Promise<BackfillRun | undefined> =>
        world.state && id === 'night-2026-11-19' ? movingRun({ at: NOON, state: world.state }) : undefined,
    },
    clock: { ...clock, elapsed: () => world.elapsed },
    log,
    tryAgainMs: 1_000,
  });
  onTestFinished(() => nights.close());
  const look = async (): Promise<void> => {
    await nights.look();
    await new Promise((done) => setImmediate(done));
  };
  return { world, nights, clock, lines, look };
}

describe('the archive of a night', () => {
  test('begins off-hours, once a trading day', async () => {
    const { world, clock, look } = rig();
    clock.set(NINE);
    for (let i = 0; i < 3; i += 1) await look();
    expect(world.runs).toBe(0);
    clock.set(NOON);
    for (let i = 0; i < 3; i += 1) await look();
    expect(world.runs).toBe(1);
    clock.set(instant('2026-11-20T14:00:00Z'));
    await look();
    clock.set(instant('2026-11-21T03:30:00Z'));
    await look();
    expect(world.runs, 'the next evening').toBe(2);
  });

  test.each<RunState | undefined>([undefined, 'asked', 'waiting', 'running'])(
    'waits for the backfill that is %s, and no longer than until 22:00',
    async (state) => {
      const { world, clock, look } = rig();
      world.state = state;
      clock.set(THREE);
      await look();
      expect(world.runs).toBe(0);
      clock.set(TEN_AT_NIGHT);
      await look();
      expect(world.runs).toBe(1);
    },
  );

  test.each<RunState>(['done', 'failed', 'stopped'])('follows a backfill that is %s', async (state) => {
    const { world, look } = rig();
    world.state = state;
    await look();
    expect(world.runs).toBe(1);
  });

  test('is told with its months, rows and bytes, and each fault in words', async () => {
    const { world, lines, look } = rig();
    world.answer = async () => ({ months: [month], dropped: ['2026-07'], faults: ['a file is missing'] });
    await look();
    expect(lines[0]).toContain('"fault":"a file is missing"');
    expect(lines[1]).toContain('"months":["MGC 2026-07"],"rows":9,"bytes":700,"dropped":["2026-07"],"faults":1');
  });

  test('that fails, or finds another one at it, is told and tried again after a pause', async () => {
    const { world, lines, look } = rig();
    world.answer = async () => {
      throw new Error('the database is away');
    };
    await look();
    await look();
    expect([world.runs, lines.length]).toEqual([1, 1]);
    expect(lines[0]).toContain('the database is away');
    world.answer = async () => undefined;
    world.elapsed += 1_000;
    await look();
    world.answer = async () => NOTHING;
    world.elapsed += 999;
    await look();
    expect(world.runs).toBe(2);
    world.elapsed += 1;
    await look();
    world.elapsed += 5_000;
    await look();
    expect(world.runs, 'done, and left alone').toBe(3);
  });

  test('is ended by live hours or by the end of the worker, and is not waited for by anything else', async () => {
    const { world, nights, clock, lines, look } = rig();
    world.answer = (signal) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
    await look();
    await look();
    expect([world.runs, lines]).toEqual([1, []]);
    clock.set(instant('2026-11-20T05:00:00Z'));
    await look();
    await eventually(() => lines.length === 1);
    expect(lines[0]).toContain('left off in the middle');
    clock.set(instant('2026-11-20T17:10:00Z'));
    world.elapsed += 1_000;
    clock.set(TEN_AT_NIGHT);
    await look();
    expect(world.runs).toBe(2);
    await nights.close();
    expect(lines).toHaveLength(2);
  });
});
