import { decide } from '../../domain/copilot/decide.js';
import type { CopilotState } from '../../domain/copilot/state.js';
import { tradingDayOf, tradingDayStart } from '../../domain/sessions/trading-day.js';
import { after, DAY, type EpochMs } from '../../kernel/units.js';
import type { AuditedEvent, AuditRow, AuditStore } from '../../ports/audit-store.js';
import type { BarStore } from '../../ports/bar-store.js';
import type { Log } from '../../ports/log.js';
import { decodeEvent } from './event-codec.js';

/** 25 trading days with room for weekends and holidays. */
const HISTORY_DAYS = 45;

export interface Recovery {
  readonly seq: number;
  /** Newest instant the state knows; jobs due after it are still to be run. */
  readonly through: EpochMs;
  readonly decided: ReadonlySet<string>;
  /** Decided before the crash but perhaps not carried out. */
  readonly unperformed: readonly AuditRow[];
}

export interface RecoverDeps {
  readonly state: CopilotState;
  readonly audit: AuditStore;
  readonly bars: BarStore;
  readonly log: Log;
}

/**
 * Rebuilds the state as it was: bars from before the first audited bar of the trading day come from the store, everything
 * after that is the day's audit folded through the same `decide`. No effect is carried out on the way.
 */
export async function recover({ state, audit, bars, log }: RecoverDeps, now: EpochMs): Promise<Recovery> {
  const day = tradingDayOf(now);
  const dayStart = tradingDayStart(day);
  const rows: AuditedEvent[] = [];
  for await (const batch of audit.eventsOf(day)) rows.push(...batch);
  const events = rows.flatMap((row) => {
    const event = decodeEvent(row.event);
    if (!event.ok) log.error({ evt: 'engine.audit', seq: row.seq, reason: event.error }, 'an audit row cannot be read');
    return event.ok ? [event.value] : [];
  });
  const firstBar = events.find((event) => event.kind === 'bar');
  const until = firstBar?.kind === 'bar' ? firstBar.bar.at : now;
  let loaded = 0;
  for (const root of state.roots) {
    const history = await bars.range(root, after(dayStart, -HISTORY_DAYS * DAY), until);
    state.seed(root, history);
    loaded += history.length;
  }
  let through = now;
  if (events.length > 0) through = events.reduce((newest, event) => (event.at > newest ? event.at : newest), dayStart);
  for (const event of events) decide(state, event);
  log.info({ evt: 'engine.recovered', bars: loaded, events: events.length, day }, 'state rebuilt');
  return {
    seq: await audit.newestSeq(),
    through,
    decided: new Set(rows.map((row) => row.eventId)),
    unperformed: await audit.after(await audit.performedSeq()),
  };
}
