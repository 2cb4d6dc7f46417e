import type { CopilotState } from '../../domain/copilot/state.js';
import { type EpochMs, epochMs, MINUTE } from '../../kernel/units.js';
import type { Mode } from '../../messages/focus-plan.js';
import type { RedisNames } from '../../messages/streams.js';
import type { AuditStore } from '../../ports/audit-store.js';
import type { BarStore } from '../../ports/bar-store.js';
import type { Clock } from '../../ports/clock.js';
import type { EngineBus } from '../../ports/engine-bus.js';
import type { HistoryStore } from '../../ports/history-store.js';
import type { DueJob, JobQueue } from '../../ports/jobs.js';
import type { Log } from '../../ports/log.js';
import { createCore } from './core.js';
import { startLoop } from './loop.js';
import { createPerformer } from './perform.js';
import { startPulse } from './pulse.js';
import { createQuoteBoard } from './quotes.js';
import { type Recovery, recover } from './recover.js';
import { dueJob } from './schedule.js';

/** Renewed every second; a killed engine's successor waits no longer than this. */
const LEASE_MS = 2_500;
const LOOK_AGAIN_MS = 100;
const QUOTES_BLOCK_MS = 1_000;

export interface EngineDeps {
  readonly bus: EngineBus;
  readonly audit: AuditStore;
  readonly bars: BarStore;
  readonly history: HistoryStore;
  readonly openQueue: (handle: (job: DueJob) => Promise<void>) => JobQueue;
  readonly makeState: (start: EpochMs) => CopilotState;
  /** Names this process in the lease. */
  readonly owner: string;
  readonly run: { readonly mode: Mode; readonly runId: string };
  readonly clock: Clock;
  readonly drive: ((at: EpochMs) => void) | undefined;
  readonly names: RedisNames;
  readonly log: Log;
}

export interface Engine {
  readonly state: CopilotState;
  stop(): Promise<void>;
}

/** Waits for its turn and its history, rebuilds what it knew, then reads on. */
export async function startEngine(deps: EngineDeps): Promise<Engine> {
  const { bus, clock, log, owner, run } = deps;
  await until(() => bus.holdLease(owner, LEASE_MS).catch(() => false));
  await bus.prepare();
  const start = await startOf(deps);
  const state = deps.makeState(start);
  const recovery = await recover({ state, audit: deps.audit, bars: deps.bars, log }, start);
  deps.drive?.(recovery.through);

  const quotes = createQuoteBoard();
  let dashboardId = await bus.newestDashboardId();
  const onPublished = (id: string | undefined) => {
    dashboardId = id ?? dashboardId;
  };
  const performer = createPerformer({ bus, history: deps.history, quotes, onPublished });
  const { audit, bars, history } = deps;
  const core = createCore({ state, audit, bars, history, performer, mode: run.mode, log, seq: recovery.seq });
  const decided = new Set(recovery.decided);
  const queue = deps.openQueue(async (job) => {
    const eventId = `job/${job.id}`;
    if (decided.has(eventId)) return;
    await core.step([{ eventId, event: { kind: 'job', at: job.at, name: job.name } }]);
    decided.add(eventId);
    await history.saveJobRun({ id: job.id, name: job.name, dueAt: job.at, outcome: 'decided' });
  });
  await performer.perform(recovery.unperformed);
  await audit.markPerformed(recovery.seq);
  await speakFirst({ queue, state, recovery, decided });

  const pulse = startPulse({
    state,
    core,
    performer,
    quotes,
    bus,
    clock,
    mode: run.mode,
    log,
    dashboardId: () => dashboardId,
    onPublished,
    holdLease: async () => {
      if (!(await bus.holdLease(owner, LEASE_MS))) fail(new Error('impossible: another engine holds the lease'));
    },
  });
  const loop = startLoop({
    bus,
    core,
    queue,
    state,
    quotes,
    clock,
    drive: deps.drive,
    names: deps.names,
    log,
    dueThrough: recovery.through,
    isDecided: (eventId) => decided.has(eventId),
  });
  // A loop that ends by itself ends the process: it starts again by the recovery path.
  loop.done.catch(fail);
  let following = true;
  const quotesDone = followQuotes({ bus, quotes, isOpen: () => following });

  return {
    state,
    async stop() {
      following = false;
      loop.stop();
      await Promise.allSettled([loop.done, quotesDone, pulse.stop()]);
      await queue.close();
      await bus.releaseLease(owner).catch(() => {});
    },
  };
}

function fail(error: unknown): void {
  setImmediate(() => {
    throw error;
  });
}

/** Where the engine begins: now, or in a run that the data drive, where its history ends. */
async function startOf({ bus, clock, run, drive, audit, log }: EngineDeps): Promise<EpochMs> {
  if (run.mode === 'live') return clock.now();
  log.info({ evt: 'engine.waits', run: run.runId }, 'waiting for the history of this run');
  let through = 0;
  await until(async () => {
    const marker = await bus.historyMarker();
    if (marker?.run !== run.runId) return false;
    through = Date.parse(marker.through);
    return true;
  });
  if (!drive) return clock.now();
  return epochMs(Math.max(through, clock.now(), (await audit.newestAt()) ?? 0));
}

/** A page is never empty: the first plan is made at once, a restart shows again what it knew. */
async function speakFirst({
  queue,
  state,
  recovery,
  decided,
}: {
  queue: JobQueue;
  state: CopilotState;
  recovery: Recovery;
  decided: ReadonlySet<string>;
}): Promise<void> {
  const minute = epochMs(Math.floor(recovery.through / MINUTE) * MINUTE);
  const jobs = state.plan ? [] : [dueJob('session-change', minute)];
  for (const job of jobs) if (!decided.has(`job/${job.id}`)) await queue.run(job);
}

async function followQuotes({
  bus,
  quotes,
  isOpen,
}: {
  bus: EngineBus;
  quotes: ReturnType<typeof createQuoteBoard>;
  isOpen: () => boolean;
}): Promise<void> {
  let cursor = '$';
  while (isOpen()) {
    try {
      const newest = await bus.quotes(cursor, QUOTES_BLOCK_MS);
      cursor = newest.cursor;
      for (const tick of newest.ticks) quotes.take(tick);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }
}

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
}
