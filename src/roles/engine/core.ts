import { ExponentialBackoff, handleWhen, retry } from 'cockatiel';
import { ZodError } from 'zod';
import { decide } from '../../domain/copilot/decide.js';
import type { CopilotEvent } from '../../domain/copilot/event.js';
import type { CopilotState } from '../../domain/copilot/state.js';
import { hasCode } from '../../kernel/errors.js';
import type { Mode } from '../../messages/focus-plan.js';
import type { AuditRow, AuditStore } from '../../ports/audit-store.js';
import type { BarStore } from '../../ports/bar-store.js';
import type { EngineBus } from '../../ports/engine-bus.js';
import type { FeedBar } from '../../ports/feed.js';
import type { HistoryStore } from '../../ports/history-store.js';
import type { Log } from '../../ports/log.js';
import { encodeEvent } from './event-codec.js';
import { outputOf } from './outputs.js';
import type { Performer } from './perform.js';

export interface Envelope {
  /** Where the event came from: `data:stream:bars/<stream id>`, `job/<job id>`, `watch/<time>`. Decided at most once. */
  readonly eventId: string;
  readonly event: CopilotEvent;
}

export interface CoreDeps {
  readonly state: CopilotState;
  readonly audit: AuditStore;
  readonly bars: BarStore;
  readonly history: HistoryStore;
  readonly performer: Performer;
  readonly bus: Pick<EngineBus, 'deadLetter'>;
  readonly mode: Mode;
  readonly log: Log;
  /** Newest audit sequence number. */
  readonly seq: number;
  /** Ends the waiting for a store that is away. What was not acknowledged is read again by the next engine. */
  readonly signal: AbortSignal;
}

/** The one place where decisions are made: decide, write it down, act. One step at a time. */
export interface Core {
  step(envelopes: readonly Envelope[]): Promise<void>;
  /** Carries out what was decided and written down; a row that nobody can read is buried with the reason. */
  carryOut(rows: readonly AuditRow[]): Promise<void>;
  /** What the core waits for, undefined while it works. */
  blockedBy(): string | undefined;
}

export function createCore(deps: CoreDeps): Core {
  let { seq } = deps;
  let turn: Promise<void> = Promise.resolve();
  let blocked: string | undefined;
  // Nothing may be lost and nothing may overtake, so a store that is away is waited for, however long it takes.
  const patiently = retry(handleWhen(isWorthWaiting), {
    maxAttempts: Number.MAX_SAFE_INTEGER,
    backoff: new ExponentialBackoff({ initialDelay: 50, maxDelay: 1_000 }),
  });
  patiently.onFailure(({ reason }) => {
    const text = 'error' in reason ? reason.error.message : 'unknown';
    if (blocked === undefined) deps.log.warn({ evt: 'engine.blocked', err: text }, 'the engine waits for its store');
    blocked = text;
  });
  patiently.onSuccess(() => {
    blocked = undefined;
  });

  /** One event that no store takes must not stop the others: it is buried with its reason, and they are kept one by one. */
  async function writeDown(rows: readonly AuditRow[], events: readonly CopilotEvent[]): Promise<readonly AuditRow[]> {
    try {
      await patiently.execute(() => store(deps, events), deps.signal);
      await patiently.execute(() => deps.audit.append(rows), deps.signal);
      return rows;
    } catch (error) {
      const [row] = rows;
      if (!row || !isRefusedData(error)) throw error;
      if (rows.length > 1) {
        const kept: AuditRow[] = [];
        for (const [index, each] of rows.entries())
          kept.push(...(await writeDown([each], events.slice(index, index + 1))));
        return kept;
      }
      await bury(row, `the store refuses it: ${error.message}`);
      return [];
    }
  }

  async function carryOut(rows: readonly AuditRow[]): Promise<void> {
    try {
      await patiently.execute(() => deps.performer.perform(rows), deps.signal);
    } catch (error) {
      const [row] = rows;
      if (!row || !isUnreadable(error)) throw error;
      if (rows.length > 1) {
        for (const each of rows) await carryOut([each]);
        return;
      }
      await bury(row, `its outputs cannot be read: ${error.message}`);
    }
  }

  async function bury(row: AuditRow, reason: string): Promise<void> {
    deps.log.error({ evt: 'engine.buried', event: row.eventId, reason }, 'an event cannot be carried to its end');
    const dead = { where: row.eventId, reason, raw: JSON.stringify(row.event) };
    await patiently.execute(() => deps.bus.deadLetter(dead), deps.signal);
  }

  async function take(envelopes: readonly Envelope[]): Promise<void> {
    const rows: AuditRow[] = [];
    const events: CopilotEvent[] = [];
    for (const { eventId, event } of envelopes) {
      const { effects, ignored } = decide(deps.state, event);
      if (ignored !== undefined) continue;
      seq += 1;
      events.push(event);
      rows.push({
        seq,
        eventId,
        at: event.at,
        tradingDay: deps.state.tradingDay,
        kind: event.kind,
        event: encodeEvent(event),
        outputs: effects.map((effect) => outputOf(effect, deps.mode)),
      });
    }
    if (rows.length === 0) return;
    const kept = await writeDown(withoutSuperseded(rows), events);
    await carryOut(kept);
    await patiently.execute(() => deps.audit.markPerformed(seq), deps.signal);
  }

  return {
    step(envelopes) {
      const mine = turn.then(() => take(envelopes));
      turn = mine.catch(() => {});
      return mine;
    },
    carryOut,
    blockedBy: () => blocked,
  };
}

/** Outputs that tell a state whole: of several decided together only the newest is worth a reader's time. */
const WHOLE_STATES: ReadonlySet<string> = new Set(['positions-update', 'risk-update', 'no-trade-alert']);

/** At a hundred reports a second the states between the first and the last of one batch are nobody's news. */
function withoutSuperseded(rows: readonly AuditRow[]): readonly AuditRow[] {
  const told = new Set<string>();
  const newestFirst = rows.toReversed().map((row): AuditRow => {
    const outputs = row.outputs.filter(({ event }) => !told.has(event));
    for (const { event } of row.outputs) if (WHOLE_STATES.has(event)) told.add(event);
    return { ...row, outputs };
  });
  return newestFirst.toReversed();
}

/** SQLSTATE classes 22 and 23: the value itself is what Postgres objects to, and asking again changes nothing. */
const isRefusedData = (error: unknown): error is Error & { code: string } =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && /^2[23]...$/.test(error.code);

/** A value no wire form holds, such as an infinite number: asking again changes nothing. */
const isUnreadable = (error: unknown): error is ZodError => error instanceof ZodError;

const isWorthWaiting = (error: Error): boolean =>
  !isRefusedData(error) && !isUnreadable(error) && !hasCode(error, 'ENGINE_SUPERSEDED');

/** Raw facts are kept beside the audit, in the form in which they are looked up. */
async function store({ bars, history, mode }: CoreDeps, events: readonly CopilotEvent[]): Promise<void> {
  const closed = events.flatMap((event): FeedBar[] => (event.kind === 'bar' ? [event] : []));
  const snapshots = events.flatMap((event) => (event.kind === 'account' ? [event.snapshot] : []));
  const fills = events.flatMap((event) => (event.kind === 'executions' ? event.executions : []));
  if (closed.length > 0) await bars.save(closed, mode);
  if (snapshots.length > 0) await history.saveSnapshots(snapshots);
  if (fills.length > 0) await history.saveExecutions(fills);
}
