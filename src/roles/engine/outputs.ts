import type { AlertNote, Effect, PositionsReport, RiskReport, Setup } from '../../domain/copilot/effect.js';
import type { Exposure } from '../../domain/risk/exposure.js';
import { wallClock } from '../../domain/sessions/session.js';
import { iso, type MicroUsd, toUsd } from '../../kernel/units.js';
import type { Alert, PositionRow, PositionsState, RiskStatus, SessionState } from '../../messages/dashboard.js';
import type { Mode } from '../../messages/focus-plan.js';
import { focusPlanJson } from '../../messages/focus-plan-codec.js';
import type { Output } from '../../ports/audit-store.js';
import type { SetupSignal } from '../../ports/history-store.js';

/** Domain effects to what goes out on the wire; the audit keeps exactly this. */
export function outputOf(effect: Effect, mode: Mode): Output {
  switch (effect.kind) {
    case 'publish-focus':
      return { event: 'focus-update', data: focusPlanJson(effect.plan, mode) };
    case 'publish-no-trade':
      return { event: 'no-trade-alert', data: { as_of: iso(effect.asOf), ...effect.noTrade } };
    case 'publish-risk':
      return { event: 'risk-update', data: riskStatus(effect.report) };
    case 'publish-positions':
      return { event: 'positions-update', data: positionsState(effect.report) };
    case 'publish-session':
      return { event: 'session-change', data: sessionState(effect) };
    case 'record-setup':
      return { event: 'setup', data: setupSignal(effect.setup) };
    case 'alert':
      return { event: 'alert', data: alertJson(effect.alert) };
    default:
      return effect satisfies never;
  }
}

const usdOrNull = (amount: MicroUsd | undefined): number | null => (amount === undefined ? null : toUsd(amount));

function sessionState(effect: Extract<Effect, { kind: 'publish-session' }>): SessionState {
  return {
    as_of: iso(effect.asOf),
    session: effect.session,
    since: iso(effect.since),
    next: effect.next,
    next_at: iso(effect.nextAt),
    trading_day: effect.tradingDay,
  };
}

const alertJson = ({ root, at, ...alert }: AlertNote): Alert => ({ ...alert, at: iso(at), symbol: root ?? null });

const setupSignal = ({ id, at, tradingDay, root, side, price, openRisk }: Setup): SetupSignal => ({
  id,
  at,
  tradingDay,
  symbol: root,
  type: 'ENTRY_ZONE',
  direction: side,
  facts: { price, risk_dollars: toUsd(openRisk) },
});

function riskStatus({ asOf, tradingDay, facts, verdict, limits }: RiskReport): RiskStatus {
  const percent = facts.openRisk === undefined ? null : (facts.openRisk / facts.accountSize) * 100;
  return {
    as_of: iso(asOf),
    trading_day: tradingDay,
    accounts: facts.accounts.map((it) => ({
      account: it.account,
      verdict: it.verdict,
      age_s: Math.round(it.ageMs / 1000),
    })),
    open_trades: facts.openTrades ?? null,
    open_risk_dollars: usdOrNull(facts.openRisk),
    total_risk_pct: percent === null ? null : Math.round(percent * 100) / 100,
    daily_pnl: usdOrNull(facts.dailyPnl),
    realized_pnl: usdOrNull(facts.realizedPnl),
    open_pnl: usdOrNull(facts.openPnl),
    consecutive_losses: facts.consecutiveLosses ?? null,
    can_enter: verdict.canEnter,
    reasons: [...verdict.reasons],
    warnings: [...verdict.warnings],
    limits: {
      max_open_trades: limits.openTradesMax,
      risk_per_trade: toUsd(limits.riskPerTrade),
      daily_loss: toUsd(limits.dailyLoss),
      no_trade_loss: toUsd(limits.noTradeLoss),
      losses_in_a_row: limits.lossesInARow,
      total_risk_pct: limits.totalRiskPct,
      entry_cutoff_et: wallClock(limits.entryCutoffMinute),
      overnight_warning_et: wallClock(limits.overnightWarningMinute),
    },
  };
}

function positionsState({ asOf, verdict, accounts, exposures }: PositionsReport): PositionsState {
  return {
    as_of: iso(asOf),
    verdict,
    accounts: accounts.map(({ entry: { snapshot }, verdict: ofAccount }) => ({
      account: snapshot.account,
      bridge: snapshot.bridge,
      verdict: ofAccount,
      heard_at: iso(snapshot.receivedAt),
      cash_balance: usdOrNull(snapshot.cashBalance),
      realized_pnl: usdOrNull(snapshot.realizedPnl),
    })),
    positions: exposures.map(positionRow),
  };
}

function positionRow({ account, position, stop, risk, basis, rMultiple }: Exposure): PositionRow {
  return {
    account,
    symbol: position.symbol,
    root: position.root ?? null,
    contract: position.contract ?? null,
    side: position.side,
    quantity: position.quantity,
    avg_price: position.avgPrice,
    last_price: position.lastPrice ?? null,
    unrealized_pnl: usdOrNull(position.unrealizedPnl),
    stop_price: stop ?? null,
    risk_dollars: usdOrNull(risk),
    risk_basis: basis,
    r_multiple: rMultiple === undefined ? null : Math.round(rMultiple * 100) / 100,
  };
}
