import type { EpochMs, MicroUsd, TradingDay } from '../../kernel/units.js';
import type { AccountEntry } from '../accounts/book.js';
import type { AccountResult, TradesOfDay } from '../accounts/journal.js';
import type { FocusPlan, NoTrade } from '../focus/types.js';
import type { Exposure } from '../risk/exposure.js';
import type { RiskVerdict } from '../risk/judge.js';
import type { LimitBook } from '../risk/limit-book.js';
import type { RiskLimits } from '../risk/limits.js';
import type { RiskFacts, Verdict } from '../risk/rule.js';
import type { Session } from '../sessions/session.js';

export interface AlertNote {
  /** Made from its meaning, so the same fact never alerts twice. */
  readonly id: string;
  readonly at: EpochMs;
  readonly kind: 'session' | 'focus' | 'no-trade' | 'risk' | 'bridge';
  readonly severity: 'info' | 'warning' | 'critical';
  readonly root: string | undefined;
  readonly text: string;
}

export interface RiskReport {
  readonly asOf: EpochMs;
  readonly tradingDay: TradingDay;
  readonly facts: RiskFacts;
  readonly verdict: RiskVerdict;
  readonly limits: RiskLimits;
  /** Loosened limits that wait for their trading day. */
  readonly pendingLimits: LimitBook['pending'];
}

export interface PositionsReport {
  readonly asOf: EpochMs;
  readonly verdict: Verdict;
  readonly accounts: readonly { readonly entry: AccountEntry; readonly verdict: Verdict }[];
  readonly exposures: readonly Exposure[];
  /** Per account, where realised result and streak come from. */
  readonly results: readonly AccountResult[];
}

/** The price traded in the entry zone of a tradeable card during the active session. */
export interface Setup {
  readonly id: string;
  readonly at: EpochMs;
  readonly tradingDay: TradingDay;
  readonly root: string;
  readonly side: 'LONG' | 'SHORT';
  readonly price: number;
  readonly openRisk: MicroUsd;
}

/** A rule that began or ceased to speak. */
export interface RiskEventNote {
  /** Made from its meaning. */
  readonly id: string;
  readonly at: EpochMs;
  readonly tradingDay: TradingDay;
  readonly rule: string;
  readonly severity: 'refuse' | 'warn';
  readonly phase: 'began' | 'ended';
  readonly text: string;
  readonly facts: Readonly<Record<string, number | string | boolean | null>>;
}

/** One change of the trader's limits, with what is in force after it and what waits for the next trading day. */
export interface LimitsRecord {
  readonly id: string;
  readonly at: EpochMs;
  readonly tradingDay: TradingDay;
  readonly book: LimitBook;
  readonly text: string;
}

/** What the engine must do about an event. Nothing here happened yet. */
export type Effect =
  | { readonly kind: 'publish-focus'; readonly plan: FocusPlan }
  | { readonly kind: 'publish-no-trade'; readonly asOf: EpochMs; readonly noTrade: NoTrade }
  | { readonly kind: 'publish-risk'; readonly report: RiskReport }
  | { readonly kind: 'publish-positions'; readonly report: PositionsReport }
  | {
      readonly kind: 'publish-session';
      readonly asOf: EpochMs;
      readonly session: Session;
      readonly since: EpochMs;
      readonly next: Session;
      readonly nextAt: EpochMs;
      readonly tradingDay: TradingDay;
    }
  | { readonly kind: 'record-setup'; readonly setup: Setup }
  | { readonly kind: 'record-trades'; readonly account: string; readonly trades: TradesOfDay }
  | { readonly kind: 'record-limits'; readonly record: LimitsRecord }
  | { readonly kind: 'record-risk-event'; readonly event: RiskEventNote }
  | { readonly kind: 'alert'; readonly alert: AlertNote };
