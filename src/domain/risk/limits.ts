import { fromUsd, type MicroUsd } from '../../kernel/units.js';
import { accountOf } from '../focus/size.js';

/** The trader's own limits. Minutes are New York wall-clock minutes of the day. */
export interface RiskLimits {
  readonly openTradesMax: number;
  /** Largest risk of one trade. */
  readonly riskPerTrade: MicroUsd;
  /** Loss of the trading day (realised and open) at which no entry is allowed. */
  readonly dailyLoss: MicroUsd;
  /** Loss of the trading day at which the NO TRADE banner goes up: the warning shot before `dailyLoss`. */
  readonly noTradeLoss: MicroUsd;
  /** Losing trades in a row that are still tolerated; one more is too many. */
  readonly lossesInARow: number;
  /** Open risk in percent of the account that turns the banner red. */
  readonly totalRiskPct: number;
  readonly entryCutoffMinute: number;
  readonly overnightWarningMinute: number;
}

/** 0.75 % of the account per trade; the rest are the trader's standing rules for a $50,000 account. */
export const defaultLimits = (accountSize: MicroUsd): RiskLimits => ({
  openTradesMax: 2,
  riskPerTrade: accountOf(accountSize).riskCap,
  dailyLoss: fromUsd(500),
  noTradeLoss: fromUsd(250),
  lossesInARow: 2,
  totalRiskPct: 5,
  entryCutoffMinute: 10 * 60,
  overnightWarningMinute: 11 * 60 + 30,
});
