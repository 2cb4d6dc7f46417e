import type { CopilotEvent } from '../../domain/copilot/event.js';
import type { CopilotState } from '../../domain/copilot/state.js';
import { after, type EpochMs, epochMs, iso, MINUTE, SECOND } from '../../kernel/units.js';
import type { RedisNames } from '../../messages/streams.js';
import type { Clock } from '../../ports/clock.js';
import type { EngineBus, StreamEntry } from '../../ports/engine-bus.js';
import type { DueJob, JobQueue } from '../../ports/jobs.js';
import type { Log } from '../../ports/log.js';
import type { Core, Envelope } from './core.js';
import { eventOf } from './event-codec.js';
import { inTimeOrder } from './in-order.js';
import { pause } from './patience.js';
import type { QuoteBoard } from './quotes.js';
import { dueBetween } from './schedule.js';

const ENTRIES_PER_READ = 500;
const BLOCK_MS = 250;
const RETRY_AFTER_MS = 200;
/** A bar may be this late; a job due at its close waits so long for it unless the feed says the minute is complete. */
const LATE_BAR_MS = 2 * SECOND;
/** A bar from further ahead than this is a broken clock somewhere, and would ring every job in between. */
const FUTURE_MS_MAX = 2 * MINUTE;

export interface LoopDeps {
  readonly bus: EngineBus;
  readonly core: Core;
  readonly queue: JobQueue;
  readonly state: CopilotState;
  readonly quotes: QuoteBoard;
  readonly clock: Clock;
  readonly drive: ((at: EpochMs) => void) | undefined;
  readonly names: RedisNames;
  readonly log: Log;
  /** Jobs due up to here have been dealt with. */
  readonly dueThrough: EpochMs;
  /** Whether a job was decided, before this process began or by it. */
  readonly isDecided: (eventId: string) => boolean;
  /** Which of these events the audit holds. */
  readonly known: (eventIds: readonly string[]) => Promise<ReadonlySet<string>>;
}

export interface Loop {
  /** Resolves when stopped. */
  readonly done: Promise<void>;
  stop(): void;
}

/** Stream entries and due jobs in one order: a job is decided after every bar that closed by its due time. */
export function startLoop(deps: LoopDeps): Loop {
  const { bus, core, queue, state, clock, log } = deps;
  let running = true;
  let dueThrough = deps.dueThrough;

  const isFuture = (at: EpochMs): boolean =>
    !deps.drive && at > clock.now() + Math.max(FUTURE_MS_MAX, LATE_BAR_MS * clock.speed);

  const due = (through: EpochMs): readonly DueJob[] => dueBetween(dueThrough, through, state.limits.inForce);

  async function releaseJobs(through: EpochMs): Promise<void> {
    if (through <= dueThrough) return;
    for (const job of due(through)) {
      if (isWanted(job, state) && !deps.isDecided(`job/${job.id}`)) await queue.run(job);
    }
    dueThrough = through;
  }

  const idOf = ({ stream, id }: StreamEntry): string => `${deps.names[stream]}/${id}`;

  const refuse = (entry: StreamEntry, reason: string): Promise<void> =>
    bus.deadLetter({ where: idOf(entry), reason, raw: JSON.stringify(entry.fields) });

  /** What was read, as events; what cannot be used goes to the dead letters. */
  async function readable(entries: readonly StreamEntry[]) {
    const usable: { readonly entry: StreamEntry; readonly event: CopilotEvent }[] = [];
    for (const entry of entries) {
      const event = eventOf(entry);
      if (!event.ok) await refuse(entry, event.error);
      else if (isFuture(event.value.at) || isFuture(clockOf(entry) ?? event.value.at))
        await refuse(entry, `stamped ${iso(event.value.at)}, which has not come yet`);
      else usable.push({ entry, event: event.value });
    }
    return usable;
  }

  /** An entry that comes again may have been decided before its acknowledgement was lost: the audit knows. */
  async function withoutDecided(
    batch: readonly Envelope[],
    entries: readonly StreamEntry[],
  ): Promise<readonly Envelope[]> {
    if (batch.length === 0 || !entries.some((entry) => entry.isAgain)) return batch;
    const known = await deps.known(batch.map(({ eventId }) => eventId));
    return batch.filter(({ eventId }) => !known.has(eventId));
  }

  async function take(entries: readonly StreamEntry[]): Promise<void> {
    let batch: Envelope[] = [];
    const flush = async () => {
      await core.step(await withoutDecided(batch, entries));
      batch = [];
    };
    const releaseAfterBatch = async (through: EpochMs) => {
      if (due(through).length > 0) await flush();
      await releaseJobs(through);
    };
    for (const { entry, event } of inTimeOrder(await readable(entries))) {
      const eventId = idOf(entry);
      if (event.kind === 'bar') {
        deps.drive?.(event.at);
        await releaseAfterBatch(after(event.at, -1));
        deps.quotes.take({ ...event, price: event.bar.close });
      }
      // A promise of its own is decided once, as the clock below.
      if (event.kind !== 'clock') batch.push({ eventId, event });
      const through = clockOf(entry);
      if (through !== undefined) {
        deps.drive?.(through);
        batch.push({ eventId: `${eventId}#clock`, event: { kind: 'clock', at: through } });
        await releaseAfterBatch(through);
      }
    }
    await flush();
    await bus.acknowledge(entries);
  }

  async function run(): Promise<void> {
    while (running) {
      try {
        await take(await bus.read(ENTRIES_PER_READ, BLOCK_MS));
        if (!deps.drive) await releaseJobs(after(clock.now(), -LATE_BAR_MS * Math.max(1, clock.speed)));
      } catch (error) {
        if (!running) return;
        if (isFatal(error)) throw error;
        log.warn({ evt: 'engine.loop', err: String(error) }, 'reading again from the last acknowledged entry');
        await pause(RETRY_AFTER_MS);
        await bus.prepare().catch(() => {});
      }
    }
  }

  return {
    done: run(),
    stop() {
      running = false;
    },
  };
}

/** The promise that rides on a bar. One that is no instant is no promise; the clock then releases the jobs. */
function clockOf({ fields }: StreamEntry): EpochMs | undefined {
  return /^\d{10,15}$/.test(fields.clock ?? '') ? epochMs(Number(fields.clock)) : undefined;
}

/** What cannot be mended by reading again: a bug, or another engine at the same audit. */
const isFatal = (error: unknown): boolean =>
  error instanceof Error && (error.message.startsWith('impossible:') || error.name === 'OperationalError');

/** Work that would change nothing is not queued: no new bars, or every market shut. */
export function isWanted(job: DueJob, state: CopilotState): boolean {
  const isOpen = state.isAnyMarketOpen(job.at);
  if (job.name === 'focus') return state.hasNewBars || isOpen;
  if (job.name === 'risk-sweep') return isOpen || state.book.accounts.size > 0;
  return true;
}
