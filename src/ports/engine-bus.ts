import type { Alert, Heartbeat } from '../messages/dashboard.js';
import type { DataStatus, HistoryMarker } from '../messages/data-status.js';
import type { FocusPlanJson } from '../messages/focus-plan.js';
import type { Output } from './audit-store.js';
import type { FeedTick } from './feed.js';

/** The streams the engine consumes as a group, in the order in which one read hands them over. */
export const ENGINE_STREAMS = ['bars', 'account', 'commands'] as const;
export type EngineStream = (typeof ENGINE_STREAMS)[number];

export interface StreamEntry {
  readonly stream: EngineStream;
  readonly id: string;
  readonly fields: Readonly<Record<string, string>>;
  /** True for an entry that was handed over before and never acknowledged: it may have been decided already. */
  readonly isAgain: boolean;
}

export interface EngineBus {
  /** Makes the consumer group where it is missing; a new group starts at the oldest entry kept. */
  prepare(): Promise<void>;
  /** What a dead engine left unacknowledged first, then new entries; waits up to `blockMs` for one. */
  read(max: number, blockMs: number): Promise<readonly StreamEntry[]>;
  acknowledge(entries: readonly StreamEntry[]): Promise<void>;
  deadLetter(what: { readonly where: string; readonly reason: string; readonly raw: string }): Promise<void>;
  /** Writes the state keys and appends the events, each followed by its announcement. Returns the newest stream id. */
  publish(outputs: readonly Output[]): Promise<string | undefined>;
  /** Replaces the plan's state key without an event: the verdict in it is renewed between two plans. */
  keepPlan(plan: FocusPlanJson): Promise<void>;
  /** Fills the list of newest alerts of a store that lost it. Nothing is announced. */
  keepAlerts(alerts: readonly Alert[]): Promise<void>;
  /** Newest last prices after a stream id, at most one per instrument; waits up to `blockMs`. */
  quotes(after: string, blockMs: number): Promise<{ readonly cursor: string; readonly ticks: readonly FeedTick[] }>;
  /** Answers false when no earlier heartbeat was there: the store is new, or it lost what it held. */
  heartbeat(beat: Heartbeat): Promise<boolean>;
  dataStatus(): Promise<DataStatus | undefined>;
  historyMarker(): Promise<HistoryMarker | undefined>;
  newestDashboardId(): Promise<string>;
  /** True when `owner` holds the engine's lease for the next `ms`. */
  holdLease(owner: string, ms: number): Promise<boolean>;
  releaseLease(owner: string): Promise<void>;
}
