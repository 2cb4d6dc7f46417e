import type { EpochMs, MicroUsd, TradingDay } from '../../kernel/units.js';
import type { AccountEntry } from '../accounts/book.js';
import type { FocusPlan, NoTrade } from '../focus/types.js';
import type { Exposure } from '../risk/exposure.js';
import type { RiskVerdict } from '../risk/judge.js';
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
}

export interface PositionsReport {
  readonly asOf: EpochMs;
  readonly verdict: Verdict;
  readonly accounts: readonly { readonly entry: AccountEntry; readonly verdict: Verdict }[];
  readonly exposures: readonly Exposure[];
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
  | { readonly kind: 'alert'; readonly alert: AlertNote };
