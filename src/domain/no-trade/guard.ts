import type { EpochMs, MicroUsd } from '../../kernel/units.js';
import type { FocusCard, NoTradeReason } from '../focus/types.js';
import type { RiskLimits } from '../risk/limits.js';
import type { Session } from '../sessions/session.js';
import type { Freshness } from './freshness.js';

export interface LastSetup {
  readonly root: string;
  readonly type: 'entry zone' | 'opening range';
  readonly side: 'LONG' | 'SHORT';
  readonly at: EpochMs;
}

/** Everything the guards may look at. */
export interface NoTradeFacts {
  readonly now: EpochMs;
  readonly session: Session;
  /** The cards shown, best first. */
  readonly cards: readonly FocusCard[];
  /** The rest of the watch list. */
  readonly others?: readonly FocusCard[];
  /** One row for every instrument of the watch list. */
  readonly freshness: readonly Freshness[];
  /** Realised plus open P&L of the trading day. Not known is no loss here: the risk rules refuse an unknown account. */
  readonly dayPnl: MicroUsd | undefined;
  readonly consecutiveLosses: number | undefined;
  /** Undefined when nobody counted, as in a one-shot plan. */
  readonly setupsTriggeredToday: number | undefined;
  /** Setups of today that the gate kept from the trader. */
  readonly setupsHeldBack?: number;
  /** The newest setup of this trading day or the one before it. */
  readonly lastSetup?: LastSetup | undefined;
  readonly limits: Pick<RiskLimits, 'noTradeLoss' | 'lossesInARow'>;
}

type Said = Omit<NoTradeReason, 'id'>;

/** `block` raises the banner; `warn` would, but its evidence is not reliable yet. Undefined is silence. */
export type GuardVerdict = { readonly block: Said } | { readonly warn: Said } | undefined;

export interface NoTradeGuard {
  readonly id: string;
  judge(facts: NoTradeFacts): GuardVerdict;
}
