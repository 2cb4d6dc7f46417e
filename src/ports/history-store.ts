import type { Execution } from '../domain/accounts/execution.js';
import type { TradesOfDay } from '../domain/accounts/journal.js';
import type { AccountSnapshot } from '../domain/accounts/snapshot.js';
import type { LimitsRecord, RiskEventNote } from '../domain/copilot/effect.js';
import type { LimitBook } from '../domain/risk/limit-book.js';
import type { Result } from '../kernel/result.js';
import type { EpochMs, TradingDay } from '../kernel/units.js';
import type { Alert } from '../messages/dashboard.js';
import type { FocusPlanJson } from '../messages/focus-plan.js';

export interface SetupSignal {
  readonly id: string;
  readonly at: EpochMs;
  readonly tradingDay: TradingDay;
  readonly symbol: string;
  readonly type: string;
  readonly direction: 'LONG' | 'SHORT';
  readonly facts: Readonly<Record<string, unknown>>;
}

export interface LastReport {
  readonly account: string;
  /** The reason when the stored text is no snapshot any more. */
  readonly snapshot: Result<AccountSnapshot, string>;
}

/** What is kept for looking back. Every write may run twice without harm. */
export interface HistoryStore {
  savePlan(plan: FocusPlanJson): Promise<void>;
  /** True when the alert was new. */
  saveAlert(alert: Alert, tradingDay: TradingDay): Promise<boolean>;
  newestAlerts(max: number): Promise<readonly Alert[]>;
  saveSnapshots(snapshots: readonly AccountSnapshot[]): Promise<void>;
  /** Every report of a fill as it came, amendments too. */
  saveExecutions(executions: readonly Execution[]): Promise<void>;
  /** Replaces the closed trades of one account and trading day. */
  saveTrades(account: string, trades: TradesOfDay): Promise<void>;
  saveLimits(record: LimitsRecord): Promise<void>;
  saveRiskEvent(event: RiskEventNote): Promise<void>;
  /** Reports of fills received before an instant and filled at `since` or later, in the order in which they came. */
  executionsBefore(at: EpochMs, since: EpochMs): Promise<readonly Execution[]>;
  /** The newest snapshot received before an instant of every account that was not retired after it. */
  newestSnapshotsBefore(at: EpochMs): Promise<readonly LastReport[]>;
  /** The limits as the newest change before an instant left them; undefined when there was none. */
  limitsBefore(at: EpochMs): Promise<LimitBook | undefined>;
  saveSignal(signal: SetupSignal): Promise<void>;
  saveJobRun(run: { id: string; name: string; dueAt: EpochMs; outcome: string; reason?: string }): Promise<void>;
}
