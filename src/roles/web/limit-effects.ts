import { changeLimits, type LimitBook, type LimitKey } from '../../domain/risk/limit-book.js';
import { parseTradingDay, tradingDayOf } from '../../domain/sessions/trading-day.js';
import { err, ok, type Result } from '../../kernel/result.js';
import { fromUsd } from '../../kernel/units.js';
import type { RiskStatus } from '../../messages/dashboard.js';
import { type LimitsChangeJson, limitsJson, limitsOf } from '../../messages/limits.js';
import type { FieldError } from './fields.js';
import { etSince, weekdayLabel } from './format.js';
import { type LimitField, limitText } from './panels/limit-words.js';
import type { ViewContext } from './panels/panel.js';

const FIELD_OF: Readonly<Record<LimitKey, LimitField>> = {
  openTradesMax: 'max_open_trades',
  riskPerTrade: 'risk_per_trade',
  dailyLoss: 'daily_loss',
  noTradeLoss: 'no_trade_loss',
  lossesInARow: 'losses_in_a_row',
  totalRiskPct: 'total_risk_pct',
  entryCutoffMinute: 'entry_cutoff_et',
  overnightWarningMinute: 'overnight_warning_et',
};

/** Since when nobody judges a change; empty while the engine is heard. */
export function silenceText({ freshness, now }: ViewContext): string {
  if (!freshness.stale) return '';
  return freshness.since === undefined
    ? 'The engine has not been heard yet'
    : `The engine has not been heard since ${etSince(freshness.since, now)} ET`;
}

/**
 * What a change will do, one line a limit, by the same function the engine decides with; or the fields that may not be set
 * so. The engine has the last word: its limits may have moved on.
 */
export function limitEffects(
  change: LimitsChangeJson,
  { state: { risk }, now, freshness }: ViewContext,
): Result<readonly string[], readonly FieldError[]> {
  if (!risk) return ok(['The engine has not been heard yet; it judges the change when it is.']);
  const facts = { tradingDay: tradingDayOf(now), accountSize: fromUsd(risk.facts.account_size) };
  const changed = changeLimits(bookOf(risk), limitsOf(change), facts);
  if (!changed.ok) return err(changed.error.map(({ field, problem }) => ({ field: FIELD_OF[field], problem })));
  const { book, tightened, postponed, unchanged } = changed.value;
  const inForce = limitsJson(book.inForce);
  const later = book.pending ? limitsJson(book.pending.limits) : inForce;
  const from = book.pending ? weekdayLabel(book.pending.from) : 'the next trading day';
  // Nobody is there to put it in force, and the roll to another day may come first.
  const [soon, atLeast] = freshness.stale ? ['when the engine is back', ' at the earliest'] : ['at once', ''];
  return ok([
    ...tightened.map((key) => `${limitText(FIELD_OF[key], inForce)} ${soon}`),
    ...postponed.map((key) => `${limitText(FIELD_OF[key], later)} from ${from}${atLeast}`),
    ...unchanged.map((key) => `${limitText(FIELD_OF[key], later)} as it is`),
  ]);
}

function bookOf({ limits, limits_pending: pending }: RiskStatus): LimitBook {
  const from = pending ? parseTradingDay(pending.from) : undefined;
  return {
    inForce: limitsOf(limits),
    pending: pending && from !== undefined ? { from, limits: limitsOf(pending.limits) } : undefined,
  };
}
