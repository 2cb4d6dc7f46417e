import type { EpochMs } from '../../kernel/units.js';
import { sessionAt } from '../sessions/session.js';
import { tradingDayOf } from '../sessions/trading-day.js';
import type { RankedCards } from './rank.js';
import type { AccountSize, FocusPlan, NoTrade } from './types.js';

export interface PlanFacts {
  readonly asOf: EpochMs;
  readonly ranked: RankedCards;
  /** Judged on the cards shown; a banner, never a change to a card. */
  readonly noTrade: NoTrade;
  readonly account: AccountSize;
}

export function focusPlan({ asOf, ranked, noTrade, account }: PlanFacts): FocusPlan {
  return { asOf, tradingDay: tradingDayOf(asOf), session: sessionAt(asOf), noTrade, account, ...ranked };
}
