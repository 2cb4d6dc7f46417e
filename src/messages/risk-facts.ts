import { instrument } from '../domain/instruments/catalogue/index.js';
import type { OpenTrade } from '../domain/risk/entry.js';
import { measured } from '../domain/risk/exposure.js';
import type { RiskFacts, Verdict } from '../domain/risk/rule.js';
import { etMinuteOfDay, sessionAt } from '../domain/sessions/session.js';
import { tradingDayOf } from '../domain/sessions/trading-day.js';
import { type EpochMs, epochMs, fromUsd, type MicroUsd, SECOND } from '../kernel/units.js';
import type { PositionRow, PositionsState, RiskStatus } from './dashboard.js';
import { limitsOf } from './limits.js';

/** The reader's instant, and the silence after which an account is STALE on this run's clock. */
export interface ReadAt {
  readonly now: EpochMs;
  readonly staleAfterMs: number;
}

/**
 * The published status as the rules' facts at the reader's own instant: the clock has moved on, ages have grown, and an
 * account nobody has spoken of since is STALE. `positions` know to the millisecond when each account was heard.
 */
export function riskFactsOf(risk: RiskStatus, at: ReadAt, positions?: PositionsState): RiskFacts {
  const now = epochMs(Math.max(at.now, instantOf(risk.as_of) ?? at.now));
  // A result belongs to its trading day and says nothing about the next.
  const isToday = tradingDayOf(now) === risk.trading_day;
  const ofToday = (usd: number | null): MicroUsd | undefined => (isToday ? moneyOf(usd) : undefined);
  return {
    now,
    etMinute: etMinuteOfDay(now),
    session: sessionAt(now),
    limits: limitsOf(risk.limits),
    accountSize: fromUsd(risk.facts.account_size),
    accounts: risk.accounts.map(({ account, verdict, age_s, cut_off }) => {
      const heardAt = positions?.accounts.find((row) => row.account === account)?.heard_at;
      const ageMs = heardAt === undefined ? age_s * SECOND + ageOf(risk.as_of, now) : ageOf(heardAt, now);
      return { account, ageMs, verdict: aged(verdict, ageMs > at.staleAfterMs), isCutOff: cut_off ?? false };
    }),
    silentRoots: risk.facts.silent,
    anyMarketOpen: risk.facts.any_market_open,
    openTrades: risk.open_trades ?? undefined,
    openRisk: moneyOf(risk.open_risk_dollars),
    unmanaged: risk.facts.unmanaged,
    withoutStop: risk.facts.without_stop,
    realizedPnl: ofToday(risk.realized_pnl),
    openPnl: ofToday(risk.open_pnl),
    dailyPnl: ofToday(risk.daily_pnl),
    consecutiveLosses: isToday ? (risk.consecutive_losses ?? undefined) : undefined,
    unreconciled: risk.facts.unreconciled,
    feedFaults: (risk.facts.feed_faults ?? []).map(({ symbol, ...fault }) => ({ root: symbol, ...fault })),
  };
}

/** One published position as the entry check sees it. */
export function openTradeOf(row: PositionRow): OpenTrade {
  return {
    account: row.account,
    symbol: row.symbol,
    root: row.root ?? undefined,
    contract: row.contract ?? undefined,
    side: row.side,
    quantity: row.quantity,
    avgPrice: row.avg_price,
    ...measuredAgain(row),
  };
}

/** The wire rounds risk to cents. */
const CENT_DUST = 5_000;
/** And R to hundredths: the true one is at least this much less than what was sent. */
const R_DUST = 0.005;

/** Risk and R to the last digit where one stop explains what was sent, and else no better than it can have been. */
function measuredAgain(row: PositionRow): Pick<OpenTrade, 'risk' | 'rMultiple'> {
  const sent = moneyOf(row.risk_dollars);
  const spec = row.root === null ? undefined : instrument(row.root);
  if (sent === undefined || !spec || row.stop_price === null || row.risk_basis !== 'stop')
    return { risk: sent, rMultiple: undefined };
  const { side, quantity, avg_price: avgPrice, last_price, stop_price: price } = row;
  const exact = measured({ side, quantity, avgPrice, lastPrice: last_price ?? undefined }, [{ price, quantity }], spec);
  if (exact.risk !== undefined && Math.abs(exact.risk - sent) <= CENT_DUST) return exact;
  return { risk: sent, rMultiple: row.r_multiple === null ? undefined : row.r_multiple - R_DUST };
}

/** Milliseconds since an instant of the wire; one that cannot be read is older than anything. */
export const ageOf = (at: string, now: EpochMs): number =>
  Math.max(0, now - (instantOf(at) ?? Number.NEGATIVE_INFINITY));

function instantOf(text: string): number | undefined {
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : at;
}

const moneyOf = (usd: number | null): MicroUsd | undefined => (usd === null ? undefined : fromUsd(usd));

const aged = (verdict: Verdict, isSilent: boolean): Verdict => (isSilent && verdict !== 'UNKNOWN' ? 'STALE' : verdict);
