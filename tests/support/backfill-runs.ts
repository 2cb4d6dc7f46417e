import type { BackfillAsk, BackfillRun } from '../../src/ports/backfill-store.js';
import type { Backfills } from '../../src/roles/web/app.js';

/** The jobs' store in memory, with runs that a test moves by hand. */
export function memoryBackfills(first: readonly BackfillRun[] = []) {
  const world = { runs: [...first], isAway: false };
  const here = (): void => {
    if (world.isAway) throw new Error('the database is away');
  };
  const store: Backfills = {
    async ask(ask: BackfillAsk) {
      here();
      world.runs.unshift({ ...ask, state: 'asked', reason: undefined, parts: [], tookMs: undefined });
      return true;
    },
    async stop(id) {
      here();
      const run = world.runs.find((it) => it.id === id && ['asked', 'waiting', 'running'].includes(it.state));
      if (run) world.runs[world.runs.indexOf(run)] = { ...run, state: 'stopped' };
      return run !== undefined;
    },
    async runs(limit) {
      here();
      return world.runs.slice(0, limit);
    },
  };
  return { world, store };
}

/** A run of gold and crude that is on its way: gold's half is done. */
export const movingRun = (ask: Pick<BackfillAsk, 'at'> & Partial<BackfillRun>): BackfillRun => ({
  id: 'page-1',
  by: 'page',
  roots: ['MCL', 'MGC'],
  range: { from: '2025-03-01', to: '2026-02-26' },
  source: undefined,
  isForced: false,
  state: 'running',
  reason: undefined,
  tookMs: 10_000,
  parts: [
    {
      root: 'MCL',
      state: 'failed',
      minutes: 1_000,
      minutesDone: 0,
      bars: 0,
      reasons: ['<b>1,000 minutes are missing'],
    },
    { root: 'MGC', state: 'running', minutes: 3_000, minutesDone: 1_000, bars: 990, reasons: [] },
  ],
  ...ask,
});
