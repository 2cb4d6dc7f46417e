import { describe, expect, onTestFinished, test } from 'vitest';
import { tradingDay } from '../../../../src/domain/sessions/trading-day.js';
import { after, DAY, HOUR, iso, MINUTE } from '../../../../src/kernel/units.js';
import { regimeModelJson } from '../../../../src/messages/regime.js';
import type { ResearchJob, TrainJob } from '../../../../src/ports/research-queue.js';
import { trainRegimeJob } from '../../../../src/roles/worker/train-regime.js';
import { startWorker, trainingJob } from '../../../../src/roles/worker/worker.js';
import { eventually } from '../../../support/eventually.js';
import { barsUntil, NOON, surroundings } from './set-up.js';

const jobOf = (root: string, day = '2026-11-19'): TrainJob => ({
  id: `train-regime-${day}-${root}`,
  name: 'train-regime',
  root,
  day: tradingDay(day),
});
const bars = barsUntil(NOON);

describe('a training', () => {
  test('is stored, told to the engine in market time, and written down as done', async () => {
    const { world, deps } = surroundings(bars);
    await trainRegimeJob(jobOf('MES'), deps);
    const [training] = world.trainings;
    expect(training).toMatchObject({ root: 'MES', day: '2026-11-19', at: NOON, code: 'test' });
    expect(world.commands).toEqual([
      {
        kind: 'regime-model',
        id: 'train-regime-2026-11-19-MES',
        at: iso(NOON),
        symbol: 'MES',
        model: training && regimeModelJson(training.model),
      },
    ]);
    expect(world.runs).toMatchObject([{ id: 'train-regime-2026-11-19-MES', name: 'train-regime', outcome: 'trained' }]);
  });

  test('that was done is not done again', async () => {
    const { world, deps } = surroundings(bars);
    await trainRegimeJob(jobOf('MES'), deps);
    await trainRegimeJob(jobOf('MES'), deps);
    expect([world.trainings.length, world.commands.length, world.runs.length]).toEqual([1, 1, 1]);
  });

  test.each(['command', 'outcome'] as const)(
    'cut off before its %s is done over, with the same model',
    async (what) => {
      const { world, deps } = surroundings(bars);
      world.failing = what;
      await expect(trainRegimeJob(jobOf('MES'), deps)).rejects.toThrow(`${what} is away`);
      world.failing = undefined;
      await trainRegimeJob(jobOf('MES'), deps);
      expect(world.trainings).toHaveLength(1);
      expect(world.runs).toHaveLength(1);
      expect(new Set(world.commands.map((command) => JSON.stringify(command))).size).toBe(1);
    },
  );

  test.each([
    ['no bar', [], 'no 5-minute bar'],
    ['a morning of bars', bars.slice(-300), 'are the fewest to train on'],
  ])('of %s is refused, and the reason written down', async (_, some, why) => {
    const { world, deps } = surroundings(some);
    await trainRegimeJob(jobOf('MGC'), deps);
    expect(world.runs).toMatchObject([{ outcome: 'refused', reason: expect.stringContaining(why) }]);
    expect([world.trainings, world.commands]).toEqual([[], []]);
  });
});

describe('the worker', () => {
  function started(...args: Parameters<typeof surroundings>) {
    const { world, deps } = surroundings(...args);
    const worker = startWorker(deps);
    onTestFinished(() => worker.close());
    return world;
  }
  const ids = (jobs: readonly ResearchJob[]) => jobs.map(({ id }) => id);

  test('puts in the newest training of each watched instrument, once', async () => {
    const world = started(bars, ['MES', 'MGC', 'MNQ']);
    await eventually(() => world.added.length === 2);
    for (const job of world.added) await world.handle(job);
    await eventually(() => world.runs.length === 2);
    expect(ids(world.added)).toEqual(['train-regime-2026-11-19-MES', 'train-regime-2026-11-19-MGC']);
  });

  test('waits until a bar from after the hour is in the store', async () => {
    const world = started(barsUntil(after(NOON, -10 * MINUTE)));
    await eventually(() => world.added.length === 2);
    expect(ids(world.added)).toEqual(['train-regime-2026-11-18-MES', 'train-regime-2026-11-18-MGC']);
    world.bars = bars;
    await eventually(() => world.added.length === 4);
    expect(ids(world.added.slice(2))).toEqual(['train-regime-2026-11-19-MES', 'train-regime-2026-11-19-MGC']);
  });

  test('does what fell due while it was away, the newest day only', async () => {
    const world = started(barsUntil(after(NOON, 4 * DAY + HOUR), ['MES']), ['MES']);
    await eventually(() => world.added.length > 0);
    expect(ids(world.added)).toEqual(['train-regime-2026-11-23-MES']);
  });

  test.each([
    ['the history of its run is stored', { marker: undefined }],
    ['it is the history of its own run', { marker: { run: 'demo-1', through: '', bars: 0 } }],
    ['the engine shows something', { isEngineUp: false }],
  ])('does nothing until %s', async (_, missing) => {
    const { world, deps } = surroundings(bars);
    const usual = { marker: world.marker, isEngineUp: true };
    Object.assign(world, missing);
    let looks = 0;
    const counted = <T>(answer: T): T => {
      looks += 1;
      return answer;
    };
    const bus = { ...deps.bus, historyMarker: async () => counted(world.marker) };
    const worker = startWorker({ ...deps, bus });
    onTestFinished(() => worker.close());
    await eventually(() => looks > 3);
    expect(world.added).toEqual([]);
    Object.assign(world, usual);
    await eventually(() => world.added.length === 2);
  });

  test('says once that a store is away, and goes on when it is back', async () => {
    const { world, deps } = surroundings(bars);
    world.failing = 'store';
    let looks = 0;
    const counted = <T>(answer: T): T => {
      looks += 1;
      return answer;
    };
    const newest = (root: string) => counted(deps.bars.newest(root));
    const worker = startWorker({ ...deps, bars: { ...deps.bars, newest } });
    onTestFinished(() => worker.close());
    await eventually(() => looks > 3);
    expect(world.warnings).toHaveLength(1);
    world.failing = undefined;
    await eventually(() => world.added.length === 2);
  });
});

test('an instrument nobody knows has no training', () => {
  expect(trainingJob('XX', NOON)).toBeUndefined();
});
