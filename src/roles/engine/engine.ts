import { retell } from '../../domain/copilot/decide.js';
import type { CopilotState } from '../../domain/copilot/state.js';
import { OperationalError } from '../../kernel/errors.js';
import { after, DAY, type EpochMs, epochMs, MINUTE } from '../../kernel/units.js';
import type { Mode } from '../../messages/focus-plan.js';
import type { RedisNames } from '../../messages/streams.js';
import type { AuditStore } from '../../ports/audit-store.js';
import type { BarStore } from '../../ports/bar-store.js';
import type { Clock } from '../../ports/clock.js';
import type { EngineBus } from '../../ports/engine-bus.js';
import type { HistoryStore } from '../../ports/history-store.js';
import type { DueJob, JobQueue } from '../../ports/jobs.js';
import type { Log } from '../../ports/log.js';
import type { RegimeStore } from '../../ports/regime-store.js';
import { type Core, createCore, type Envelope } from './core.js';
import { takeLease } from './lease.js';
import { startLoop } from './loop.js';
import { outputOf } from './outputs.js';
import { pause, until } from './patience.js';
import { createPerformer } from './perform.js';
import { startPulse } from './pulse.js';
import { createQuoteBoard, type QuoteBoard } from './quotes.js';
import { type Recovery, recover } from './recover.js';
import { dueJob } from './schedule.js';

const RETRY_AFTER_MS = 100;
/** Alerts a page can look back on. */
const ALERTS_KEPT = 500;
/** Older audit rows are removed at a start; bars, plans, alerts and snapshots stay. */
const AUDIT_DAYS_MAX = 90;
const FINISH_WITHIN_MS = 1_500;
const QUOTES_BLOCK_MS = 1_000;
/** Ids of decided events kept to recognise one that comes twice: more than two busy trading days. */
const DECIDED_MAX = 40_000;

export interface EngineDeps {
  readonly bus: EngineBus;
  readonly audit: AuditStore;
  readonly bars: BarStore;
  readonly history: HistoryStore;
  readonly regimes: Pick<RegimeStore, 'modelsBefore'>;
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
  const { bus, clock, log, run, audit, bars, history } = deps;
  const superseded = new OperationalError('ENGINE_SUPERSEDED', 'another engine holds the lease');
  const lease = await takeLease(bus, deps.owner, () => endProcess(superseded));
  await bus.prepare();
  const start = await startOf(deps);
  await audit.prune(after(start, -AUDIT_DAYS_MAX * DAY));
  const recovery = await recover({ ...deps, audit, bars, history, log }, start);
  const { state } = recovery;
  deps.drive?.(recovery.through);

  const stopping = new AbortController();
  const quotes = createQuoteBoard();
  const published = { newest: await bus.newestDashboardId() };
  const onPublished = (id: string | undefined) => {
    published.newest = id ?? published.newest;
  };
  const performer = createPerformer({ bus, history, quotes, onPublished });
  const { signal } = stopping;
  const core = createCore({
    state,
    audit,
    bars,
    history,
    performer,
    bus,
    mode: run.mode,
    log,
    seq: recovery.seq,
    signal,
  });
  const decided = new Set(recovery.decided);
  const queue = deps.openQueue((job) => decideJob(job, { core, decided, history }));
  const tell = async (at: EpochMs) => {
    await performer.show(retell(state, at).map((effect) => outputOf(effect, run.mode)));
    await bus.keepAlerts(await history.newestAlerts(ALERTS_KEPT));
  };

  await core.carryOut(recovery.unperformed);
  await audit.markPerformed(recovery.seq);
  await core.step([beginning(recovery, start)]);
  await tell(recovery.through);
  // A page is never empty: a first plan is made at once.
  if (!state.plan) await queue.run(dueJob('focus', epochMs(Math.floor(recovery.through / MINUTE) * MINUTE)));

  const shared = { state, core, quotes, bus, clock, log };
  const pulse = startPulse({
    ...shared,
    performer,
    mode: run.mode,
    dashboardId: () => published.newest,
    onPublished,
    retell: () => tell(clock.now()),
  });
  const loop = startLoop({
    ...shared,
    queue,
    drive: deps.drive,
    names: deps.names,
    dueThrough: recovery.through,
    isDecided: (eventId) => decided.has(eventId),
    known: audit.known,
  });
  // A loop that ends by itself ends the process: it starts again by the recovery path.
  loop.done.catch(endProcess);
  const quotesDone = followQuotes(bus, quotes, signal);

  return {
    state,
    async stop() {
      loop.stop();
      // What is in hand is finished and acknowledged, unless a store is away.
      await Promise.race([loop.done.catch(() => {}), pause(FINISH_WITHIN_MS)]);
      stopping.abort();
      await queue.close();
      await Promise.allSettled([loop.done, quotesDone, pulse.stop()]);
      await lease.release();
    },
  };
}

/**
 * The settings of this start, decided like any other news. What is still unread in the streams is older than this process,
 * so the event takes the newest instant recovered and carries the clock's beside it.
 */
function beginning({ state: { config }, seq, through }: Recovery, asked: EpochMs): Envelope {
  const id = `begin-${seq + 1}`;
  const { accountSize, limits } = config;
  return { eventId: `start/${id}`, event: { kind: 'begin', at: through, id, asked, accountSize, limits } };
}

/** Thrown where nobody catches it, so that the process ends and its supervisor starts it again. */
function endProcess(error: unknown): void {
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
    const marker = await bus.historyMarker().catch(() => undefined);
    if (marker?.run !== run.runId) return false;
    through = Date.parse(marker.through);
    return true;
  });
  if (!drive) return clock.now();
  return epochMs(Math.max(through, clock.now(), (await audit.newestAt()) ?? 0));
}

interface JobDeps {
  readonly core: Core;
  readonly decided: Set<string>;
  readonly history: HistoryStore;
}

async function decideJob({ id, name, at }: DueJob, { core, decided, history }: JobDeps): Promise<void> {
  const eventId = `job/${id}`;
  if (decided.has(eventId)) return;
  await core.step([{ eventId, event: { kind: 'job', at, name } }]);
  decided.add(eventId);
  for (const oldest of decided) {
    if (decided.size <= DECIDED_MAX) break;
    decided.delete(oldest);
  }
  await history.saveJobRun({ id, name, dueAt: at, outcome: 'decided' });
}

async function followQuotes(bus: EngineBus, quotes: QuoteBoard, signal: AbortSignal): Promise<void> {
  let cursor = '$';
  while (!signal.aborted) {
    try {
      const newest = await bus.quotes(cursor, QUOTES_BLOCK_MS);
      cursor = newest.cursor;
      for (const tick of newest.ticks) quotes.take(tick);
    } catch {
      await pause(RETRY_AFTER_MS);
    }
  }
}
