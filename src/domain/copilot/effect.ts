import type { EpochMs, MicroUsd, TradingDay } from '../../kernel/units.js';
import type { AccountEntry } from '../accounts/book.js';
import type { AccountResult, TradesOfDay } from '../accounts/journal.js';
import type { FocusCard, FocusPlan, NoTrade } from '../focus/types.js';
import type { GateView } from '../gate/mode.js';
import type { OpeningRange, OpeningRangeSignal } from '../opening-range/opening-range.js';
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
  readonly kind: 'session' | 'focus' | 'signal' | 'no-trade' | 'risk' | 'feed' | 'bridge';
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

interface SignalHead {
  /** Made from its meaning. */
  readonly id: string;
  readonly at: EpochMs;
  readonly tradingDay: TradingDay;
  readonly root: string;
  readonly side: 'LONG' | 'SHORT';
  /** What the gate saw, so that its benefit can be measured later. */
  readonly gate: GateView;
}

/** The price traded in the entry zone of a card during the active session. */
export interface EntryZoneSignal extends SignalHead {
  readonly type: 'ENTRY_ZONE';
  readonly price: number;
  readonly openRisk: MicroUsd;
}

/** The first break of an instrument's opening range. */
export interface RangeBreakSignal extends SignalHead {
  readonly type: 'ORB';
  readonly range: OpeningRange;
  /** Its ATR is in points. */
  readonly signal: OpeningRangeSignal;
}

/** A card that called a side while the gate was against it. */
export interface CardSignal extends SignalHead {
  readonly type: 'CARD';
  readonly card: FocusCard;
}

/** What is written down to be measured later. The first two are setups, unless the gate held them back. */
export type Signal = EntryZoneSignal | RangeBreakSignal | CardSignal;

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
  | { readonly kind: 'record-signal'; readonly signal: Signal }
  | { readonly kind: 'record-trades'; readonly account: string; readonly trades: TradesOfDay }
  | { readonly kind: 'record-limits'; readonly record: LimitsRecord }
  | { readonly kind: 'record-risk-event'; readonly event: RiskEventNote }
  | { readonly kind: 'alert'; readonly alert: AlertNote };
