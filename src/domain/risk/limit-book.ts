import type { TradingDay } from '../../kernel/units.js';
import type { RiskLimits } from './limits.js';

/** New values for some of the limits. */
export type LimitsChange = Partial<RiskLimits>;

/** The limits in force, and the looser ones that begin with a later trading day. */
export interface LimitBook {
  readonly inForce: RiskLimits;
  readonly pending: { readonly from: TradingDay; readonly limits: RiskLimits } | undefined;
}
