import type { Trade } from '../domain/accounts/journal.js';
import type { AccountSnapshot } from '../domain/accounts/snapshot.js';
import type { EpochMs, MicroUsd, TradingDay } from '../kernel/units.js';
import type { Alert, PositionsState, RiskStatus } from '../messages/dashboard.js';
import type { FocusPlanJson, NoTradeState } from '../messages/focus-plan.js';

/** What is known of one trading day, for a list. */
export interface DaySummary {
  readonly day: TradingDay;
  readonly plans: number;
  readonly firstPlanAt: EpochMs;
  readonly lastPlanAt: EpochMs;
  readonly alerts: number;
  readonly criticalAlerts: number;
  readonly trades: number;
  /** Sum of the closed trades after fees; undefined without trades, or where one of them is of an unknown instrument. */
  readonly net: MicroUsd | undefined;
}

/** What stood at one instant of a trading day. */
export interface DayMoment {
  /** `audit`: as it was published. `snapshots`: the audit of that day is no longer kept, so risk is unknown. */
  readonly source: 'audit' | 'snapshots';
  readonly plan: FocusPlanJson | undefined;
  readonly noTrade: NoTradeState | undefined;
  readonly risk: RiskStatus | undefined;
  readonly positions: PositionsState | undefined;
  /** The newest report of each account, where the published positions are no longer kept. */
  readonly reports: readonly AccountSnapshot[];
  /** Of the trading day up to the instant, newest first. */
  readonly alerts: readonly Alert[];
}

export interface NoTradeRow extends NoTradeState {
  readonly at: EpochMs;
}

/** Past trading days as they were shown. Everything is read in the order of market time. */
export interface DayHistory {
  /** Newest first. */
  days(max: number): Promise<readonly DaySummary[]>;
  day(day: TradingDay): Promise<DaySummary | undefined>;
  planTimes(day: TradingDay): Promise<readonly EpochMs[]>;
  moment(day: TradingDay, at: EpochMs): Promise<DayMoment>;
  plans(day: TradingDay): AsyncIterable<FocusPlanJson>;
  alerts(day: TradingDay): AsyncIterable<Alert>;
  reports(day: TradingDay): AsyncIterable<AccountSnapshot>;
  /** One a change of the reasons. */
  noTrades(day: TradingDay): AsyncIterable<NoTradeRow>;
  trades(day: TradingDay): Promise<readonly Trade[]>;
}
