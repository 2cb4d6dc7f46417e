import type { EpochMs, TradingDay } from '../kernel/units.js';

/** One thing for others to see: a dashboard event name and its JSON payload. */
export interface Output {
  readonly event: string;
  readonly data: unknown;
}

/** One decided event: what came in, what goes out. `event` and `outputs` are plain JSON. */
export interface AuditRow {
  readonly seq: number;
  /** Where the event came from, e.g. `data:stream:bars/1763…-0` or `job/focus-2026-11-20T14-35`. */
  readonly eventId: string;
  readonly at: EpochMs;
  readonly tradingDay: TradingDay;
  readonly kind: string;
  readonly event: unknown;
  readonly outputs: readonly Output[];
}

/** An audited row without what went out: all that rebuilding the state needs. */
export type AuditedEvent = Pick<AuditRow, 'seq' | 'eventId' | 'event'>;

/** The append-only record of the engine. */
export interface AuditStore {
  append(rows: readonly AuditRow[]): Promise<void>;
  /** What came in on a trading day and after it, in order, in batches. */
  eventsSince(day: TradingDay): AsyncIterable<readonly AuditedEvent[]>;
  /** The newest trading day before `day` that has rows. */
  dayBefore(day: TradingDay): Promise<TradingDay | undefined>;
  /** Which of these events were decided already. */
  known(eventIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** Removes what was decided before an instant and carried out. Returns how many rows went. */
  prune(before: EpochMs): Promise<number>;
  /** Newest sequence number, 0 for an empty record. */
  newestSeq(): Promise<number>;
  /** Market time of the newest row, undefined for an empty record. */
  newestAt(): Promise<EpochMs | undefined>;
  performedSeq(): Promise<number>;
  markPerformed(seq: number): Promise<void>;
  /** Rows decided but perhaps not carried out. */
  after(seq: number): Promise<readonly AuditRow[]>;
}
