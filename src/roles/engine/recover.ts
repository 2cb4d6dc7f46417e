import type { AccountSnapshot } from '../../domain/accounts/snapshot.js';
import { rememberAccounts } from '../../domain/copilot/accounts.js';
import { decide } from '../../domain/copilot/decide.js';
import type { CopilotEvent } from '../../domain/copilot/event.js';
import { rememberFills } from '../../domain/copilot/fills.js';
import { rememberLimits } from '../../domain/copilot/limits.js';
import { takeRegime } from '../../domain/copilot/regime.js';
import type { CopilotState } from '../../domain/copilot/state.js';
import { tradingDayOf, tradingDayStart } from '../../domain/sessions/trading-day.js';
import { after, DAY, type EpochMs, type TradingDay } from '../../kernel/units.js';
import type { AuditedEvent, AuditRow, AuditStore } from '../../ports/audit-store.js';
import type { BarStore } from '../../ports/bar-store.js';
import type { HistoryStore } from '../../ports/history-store.js';
import type { Log } from '../../ports/log.js';
import type { RegimeStore } from '../../ports/regime-store.js';
import { decodeEvent } from './event-codec.js';

/** 25 trading days with room for weekends and holidays. */
const HISTORY_DAYS = 45;

export interface Recovery {
  readonly state: CopilotState;
  readonly seq: number;
  /** Newest instant the state knows; jobs due after it are still to be run. */
  readonly through: EpochMs;
  /** Ids of everything that was folded. */
  readonly decided: ReadonlySet<string>;
  /** Decided before the crash but perhaps not carried out. */
  readonly unperformed: readonly AuditRow[];
}

export interface RecoverDeps {
  readonly makeState: (start: EpochMs) => CopilotState;
  readonly audit: AuditStore;
  readonly bars: BarStore;
  readonly history: Pick<HistoryStore, 'executionsBefore' | 'limitsBefore' | 'newestSnapshotsBefore'>;
  readonly regimes: Pick<RegimeStore, 'modelsBefore'>;
  readonly log: Log;
}

/**
 * Rebuilds the state as it was. The fold begins one trading day early, so that what a living engine carries over the roll
 * (accounts, streaks, the last plan) is carried over here too. Bars from before the first audited bar, and fills, limits,
 * regime models and the last report of every account from before the first audited event, come from the store; everything
 * after it is the audit folded through the same `decide`. No effect is carried out on the way.
 */
export async function recover(
  { makeState, audit, bars, history, regimes, log }: RecoverDeps,
  now: EpochMs,
): Promise<Recovery> {
  const today = tradingDayOf(now);
  const from = (await audit.dayBefore(today)) ?? today;
  const rows: AuditedEvent[] = [];
  for await (const batch of audit.eventsSince(from)) rows.push(...batch);
  const events = rows.flatMap((row) => {
    const event = decodeEvent(row.event);
    if (!event.ok) log.error({ evt: 'engine.audit', seq: row.seq, reason: event.error }, 'an audit row cannot be read');
    return event.ok ? [event.value] : [];
  });
  const begin = events[0]?.at ?? now;
  const state = makeState(begin);
  const loaded = await loadBars(state, bars, { from, until: firstBarOf(events) ?? now });
  const fills = await loadAccounts(state, { history, log }, begin);
  for (const { root, model } of await regimes.modelsBefore(begin)) takeRegime(state, root, model);
  for (const event of events) decide(state, event);
  log.info({ evt: 'engine.recovered', bars: loaded, fills, events: events.length, from }, 'state rebuilt');
  return {
    state,
    seq: await audit.newestSeq(),
    through: events.reduce((newest, { at }) => (at > newest ? at : newest), begin),
    decided: new Set(rows.map((row) => row.eventId)),
    unperformed: await audit.after(await audit.performedSeq()),
  };
}

function firstBarOf(events: readonly CopilotEvent[]): EpochMs | undefined {
  const first = events.find((event) => event.kind === 'bar');
  return first?.kind === 'bar' ? first.bar.at : undefined;
}

async function loadBars(
  state: CopilotState,
  bars: BarStore,
  { from, until }: { from: TradingDay; until: EpochMs },
): Promise<number> {
  let loaded = 0;
  for (const root of state.roots) {
    const history = await bars.range(root, after(tradingDayStart(from), -HISTORY_DAYS * DAY), until);
    state.seed(root, history);
    loaded += history.length;
  }
  return loaded;
}

/** An open lot may be as old as the bars we look back on; a trade older than that is not known any more. */
async function loadAccounts(
  state: CopilotState,
  { history, log }: Pick<RecoverDeps, 'history' | 'log'>,
  begin: EpochMs,
): Promise<number> {
  const fills = await history.executionsBefore(begin, after(begin, -HISTORY_DAYS * DAY));
  const limits = await history.limitsBefore(begin);
  rememberFills(state, fills);
  rememberAccounts(state, await lastReports(history, log, begin));
  if (limits) rememberLimits(state, limits);
  return fills.length;
}

/** An account may have been silent for longer than the fold reaches back, and may hold something all the same. */
async function lastReports(
  history: RecoverDeps['history'],
  log: Log,
  begin: EpochMs,
): Promise<readonly AccountSnapshot[]> {
  const reports = await history.newestSnapshotsBefore(begin);
  return reports.flatMap(({ account, snapshot }) => {
    if (!snapshot.ok)
      log.error(
        { evt: 'engine.snapshot', account, reason: snapshot.error },
        'the last report of an account cannot be read',
      );
    return snapshot.ok ? [snapshot.value] : [];
  });
}
