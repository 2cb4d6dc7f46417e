import { type EpochMs, iso } from '../../src/kernel/units.js';
import type { RiskStatus } from '../../src/messages/dashboard.js';

/** A morning with one trade and a small loss on which every rule allows; `as_of` and what a test is about are its own. */
export const quietRisk = (asOf: EpochMs, changes: Partial<RiskStatus> = {}): RiskStatus => ({
  as_of: iso(asOf),
  trading_day: '2026-11-20',
  accounts: [{ account: 'Sim101', verdict: 'IN_SYNC', age_s: 0 }],
  open_trades: 1,
  open_risk_dollars: 110,
  total_risk_pct: 0.2,
  daily_pnl: -86.5,
  realized_pnl: -120.5,
  open_pnl: 34,
  consecutive_losses: 0,
  can_enter: true,
  reasons: [],
  warnings: [],
  limits: {
    max_open_trades: 2,
    risk_per_trade: 375,
    daily_loss: 500,
    no_trade_loss: 250,
    losses_in_a_row: 2,
    total_risk_pct: 5,
    entry_cutoff_et: '10:00',
    overnight_warning_et: '11:30',
  },
  limits_pending: null,
  headroom: [],
  facts: {
    account_size: 50_000,
    silent: [],
    any_market_open: true,
    unmanaged: [],
    without_stop: [],
    unreconciled: [],
  },
  ...changes,
});
