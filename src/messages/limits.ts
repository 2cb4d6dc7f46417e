import { z } from 'zod';
import type { LimitsChange } from '../domain/risk/limit-book.js';
import type { RiskLimits } from '../domain/risk/limits.js';
import { minuteOf } from '../domain/sessions/new-york.js';
import { wallClock } from '../domain/sessions/session.js';
import { fromUsd, toUsd } from '../kernel/units.js';
import type { LimitsJson } from './dashboard.js';

const dollars = z.number().positive().max(1_000_000).multipleOf(0.01);
const wallTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a New York time such as 10:00');

/** New limits on the wire: any of them, in dollars, percent, counts and New York times. At least one. */
export const limitsChangeSchema = z
  .strictObject({
    max_open_trades: z.int().min(0).max(20),
    risk_per_trade: dollars,
    daily_loss: dollars,
    no_trade_loss: dollars,
    losses_in_a_row: z.int().min(0).max(20),
    total_risk_pct: z.number().positive().max(100),
    entry_cutoff_et: wallTime,
    overnight_warning_et: wallTime,
  })
  .partial()
  .refine((change) => Object.values(change).some((value) => value !== undefined), 'names no limit');
export type LimitsChangeJson = z.infer<typeof limitsChangeSchema>;

export const limitsJson = (limits: RiskLimits): LimitsJson => ({
  max_open_trades: limits.openTradesMax,
  risk_per_trade: toUsd(limits.riskPerTrade),
  daily_loss: toUsd(limits.dailyLoss),
  no_trade_loss: toUsd(limits.noTradeLoss),
  losses_in_a_row: limits.lossesInARow,
  total_risk_pct: limits.totalRiskPct,
  entry_cutoff_et: wallClock(limits.entryCutoffMinute),
  overnight_warning_et: wallClock(limits.overnightWarningMinute),
});

/** The wire form of limits, whole or in part, as the domain's. */
export function limitsOf(json: LimitsJson): RiskLimits;
export function limitsOf(json: LimitsChangeJson): LimitsChange;
export function limitsOf(json: LimitsChangeJson): LimitsChange {
  return {
    ...(json.max_open_trades !== undefined && { openTradesMax: json.max_open_trades }),
    ...(json.risk_per_trade !== undefined && { riskPerTrade: fromUsd(json.risk_per_trade) }),
    ...(json.daily_loss !== undefined && { dailyLoss: fromUsd(json.daily_loss) }),
    ...(json.no_trade_loss !== undefined && { noTradeLoss: fromUsd(json.no_trade_loss) }),
    ...(json.losses_in_a_row !== undefined && { lossesInARow: json.losses_in_a_row }),
    ...(json.total_risk_pct !== undefined && { totalRiskPct: json.total_risk_pct }),
    ...(json.entry_cutoff_et !== undefined && { entryCutoffMinute: minuteOf(json.entry_cutoff_et) }),
    ...(json.overnight_warning_et !== undefined && { overnightWarningMinute: minuteOf(json.overnight_warning_et) }),
  };
}
