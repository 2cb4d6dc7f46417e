import { after, DAY, type EpochMs, epochMs } from '../../../../src/kernel/units.js';
import type { Command } from '../../../../src/messages/commands.js';
import type { HistoryMarker } from '../../../../src/messages/data-status.js';
import type { FeedBar } from '../../../../src/ports/feed.js';
import type { StoredTraining } from '../../../../src/ports/regime-store.js';
import type { ResearchJob } from '../../../../src/ports/research-queue.js';
import type { WorkerDeps } from '../../../../src/roles/worker/worker.js';
import { walk } from '../../../support/copilot-day.js';

/** 12:06 New York on an ordinary Thursday. */
export const NOON = epochMs(Date.parse('2026-11-19T17:06:00Z'));

export const barsUntil = (end: EpochMs, roots = ['MES', 'MGC'], days = 5): readonly FeedBar[] =>
  roots.flatMap((root) =>
    walk(root, after(end, -days * DAY), end).map((bar) => ({ root, contract: `${root}Z6`, bar })),
  );

export interface JobRun {
  readonly id: string;
  readonly outcome: string;
  readonly reason?: string;
}

/** A worker's surroundings in memory; `failing` names what does not work at the moment. */
export function surroundings(first: readonly FeedBar[], roots: readonly string[] = ['MES', 'MGC']) {
  const world = {
    bars: first,
    trainings: [] as StoredTraining[],
    commands: [] as Command[],
    runs: [] as JobRun[],
    added: [] as ResearchJob[],
    warnings: [] as string[],
    marker: { run: 'live', through: '2026-11-19T17:06:00.000Z', bars: 1 } as HistoryMarker | undefined,
    isEngineUp: true,
    failing: undefined as 'command' | 'outcome' | 'store' | undefined,
    handle: async (_job: ResearchJob): Promise<void> => {},
  };
  const fails = (what: typeof world.failing): void => {
    if (world.failing === what) throw new Error(`${what} is away`);
  };
  const deps: WorkerDeps = {
    bars: {
      async range(root, from, to) {
        return world.bars.filter((it) => it.root === root && it.bar.at >= from && it.bar.at < to);
      },
      async newest(root) {
        fails('store');
        return world.bars.findLast((it) => it.root === root)?.bar.at;
      },
    },
    regimes: {
      async save(training) {
        if (!world.trainings.some(({ root, day }) => root === training.root && day === training.day))
          world.trainings.push(training);
      },
      modelsBefore: async () => [],
      hasOutcome: async (id) => world.runs.some((run) => run.id === id),
    },
    history: {
      async saveJobRun(run) {
        fails('outcome');
        world.runs.push(run);
      },
    },
    bus: {
      historyMarker: async () => world.marker,
      engineBeats: async () => world.isEngineUp,
      async sendCommand(command) {
        fails('command');
        world.commands.push(command);
      },
    },
    openQueue(handle) {
      world.handle = handle;
      return {
        async add(job) {
          if (!world.added.some(({ id }) => id === job.id)) world.added.push(job);
        },
        async close() {},
      };
    },
    roots,
    runId: 'live',
    code: 'test',
    log: { debug() {}, info() {}, warn: (_, text) => void world.warnings.push(text), error() {} },
    lookEveryMs: 5,
  };
  return { world, deps };
}
