import type { AccountSnapshot } from '../domain/accounts/snapshot.js';
import type { FeedFact } from '../domain/feed-health/fact.js';
import type { EpochMs } from '../kernel/units.js';
import type { PositionsState, RiskStatus } from '../messages/dashboard.js';
import type { DataStatus, HistoryMarker } from '../messages/data-status.js';
import type { ExecutionBatch } from '../messages/executions.js';
import type { FocusPlanJson } from '../messages/focus-plan.js';
import type { FeedBar, FeedTick } from './feed.js';

/** The engine's newest verdict and the reports it rests on, as far as there is any. */
export interface Judgement {
  readonly risk?: RiskStatus;
  readonly positions?: PositionsState;
}

/** The engine's newest published state. */
export interface PublishedState extends Judgement {
  readonly plan?: FocusPlanJson;
}

/** `beat` grows while the engine lives. */
export interface BelievedFacts {
  readonly beat: number;
  readonly facts: readonly FeedFact[];
}

/** What the data role needs of the streams. Every call rejects while they are away; nothing is queued behind it. */
export interface DataBus {
  /** `completeThrough` rides as field `clock` on the last entry: no bar closing at or before it will follow. */
  appendBars(bars: readonly FeedBar[], source: string, completeThrough: EpochMs | undefined): Promise<void>;
  /** A promise without a bar. */
  appendClock(completeThrough: EpochMs): Promise<void>;
  appendTicks(ticks: readonly FeedTick[]): Promise<void>;
  appendSnapshot(snapshot: AccountSnapshot): Promise<void>;
  /** The newest reports in the stream, oldest first: what a restarted intake must know. */
  recentSnapshots(): Promise<readonly AccountSnapshot[]>;
  appendExecutions(batch: ExecutionBatch): Promise<void>;
  deadLetter(what: { readonly where: string; readonly reason: string; readonly raw?: string }): Promise<void>;
  riskStatus(): Promise<RiskStatus | undefined>;
  /** What a question about one trade is judged on. */
  published(): Promise<PublishedState>;
  /** The same without the plan, which is most of its bytes: for readers who look again and again. */
  judgement(): Promise<Judgement>;
  setDataStatus(status: DataStatus): Promise<void>;
  historyMarker(): Promise<HistoryMarker | undefined>;
  setHistoryMarker(marker: HistoryMarker): Promise<void>;
  /** What the engine showed last that it holds for true of the feeds; undefined while none has shown itself. */
  engineFacts(): Promise<BelievedFacts | undefined>;
  /** Tells the engine what was found out about a feed. */
  sendFact(fact: FeedFact): Promise<void>;
  /** Asks the engine for a new plan. */
  sendRefresh(at: EpochMs): Promise<void>;
  /** The newest `clock` of the bar stream: a restarted feed goes on just after it. Undefined for a stream without one. */
  barsThrough(): Promise<EpochMs | undefined>;
  /** Bar entries the engine has not finished. */
  engineLag(): Promise<number>;
}
