import type { AccountSnapshot } from '../domain/accounts/snapshot.js';
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

/** What is kept for looking back. Every write may run twice without harm. */
export interface HistoryStore {
  savePlan(plan: FocusPlanJson): Promise<void>;
  /** True when the alert was new. */
  saveAlert(alert: Alert, tradingDay: TradingDay): Promise<boolean>;
  newestAlerts(max: number): Promise<readonly Alert[]>;
  saveSnapshots(snapshots: readonly AccountSnapshot[]): Promise<void>;
  saveSignal(signal: SetupSignal): Promise<void>;
  saveJobRun(run: { id: string; name: string; dueAt: EpochMs; outcome: string; reason?: string }): Promise<void>;
}
