import type { AlertNote, Effect, PositionsReport, RiskReport } from '../../domain/copilot/effect.js';
import type { Exposure } from '../../domain/risk/exposure.js';
import { headrooms } from '../../domain/risk/judge.js';
import { iso, type MicroUsd, toUsd } from '../../kernel/units.js';
import type {
  Alert,
  HeadroomJson,
  PositionRow,
  PositionsState,
  RiskStatus,
  SessionState,
} from '../../messages/dashboard.js';
import type { Mode } from '../../messages/focus-plan.js';
import { focusPlanJson } from '../../messages/focus-plan-codec.js';
import { limitsJson } from '../../messages/limits.js';
import type { Output } from '../../ports/audit-store.js';
import { tradesRecord } from './records.js';
import { signalRecord } from './signals.js';

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
    case 'record-signal':
      return { event: 'signal', data: signalRecord(effect.signal) };
    case 'record-trades':
      return { event: 'trades', data: tradesRecord(effect) };
    case 'record-limits':
      return { event: 'limits', data: effect.record };
    case 'record-risk-event':
      return { event: 'risk-event', data: effect.event };
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

function riskStatus(report: RiskReport): RiskStatus {
  const { asOf, tradingDay, facts, verdict, limits, pendingLimits: pending } = report;
  const { feedFaults = [] } = facts;
  const percent = facts.openRisk === undefined ? null : (facts.openRisk / facts.accountSize) * 100;
  return {
    as_of: iso(asOf),
    trading_day: tradingDay,
    accounts: facts.accounts.map((it) => ({
      account: it.account,
      verdict: it.verdict,
      age_s: Math.round(it.ageMs / 1000),
      cut_off: it.isCutOff ?? false,
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
    limits: limitsJson(limits),
    limits_pending: pending ? { from: pending.from, limits: limitsJson(pending.limits) } : null,
    headroom: headrooms(facts).map((it): HeadroomJson => ({ ...it, used: it.used ?? null })),
    facts: {
      account_size: toUsd(facts.accountSize),
      silent: [...facts.silentRoots],
      any_market_open: facts.anyMarketOpen,
      unmanaged: [...facts.unmanaged],
      without_stop: [...facts.withoutStop],
      unreconciled: [...facts.unreconciled],
      ...(feedFaults.length > 0 && { feed_faults: feedFaults.map(({ root, ...it }) => ({ symbol: root, ...it })) }),
    },
  };
}

function positionsState({ asOf, verdict, accounts, exposures, results }: PositionsReport): PositionsState {
  const ofAccount = new Map(results.map((result) => [result.account, result]));
  return {
    as_of: iso(asOf),
    verdict,
    accounts: accounts.map(({ entry: { snapshot }, verdict: its }) => {
      const result = ofAccount.get(snapshot.account);
      return {
        account: snapshot.account,
        bridge: snapshot.bridge,
        verdict: its,
        heard_at: iso(snapshot.receivedAt),
        cut_off: !snapshot.ordersConnected,
        cash_balance: usdOrNull(snapshot.cashBalance),
        realized_pnl: usdOrNull(snapshot.realizedPnl),
        day_realized: usdOrNull(result?.realized),
        result_source: result?.source ?? 'none',
        fees: usdOrNull(result?.fees),
        trades: result?.trades ?? 0,
        consecutive_losses: result?.consecutiveLosses ?? null,
      };
    }),
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
