import { type MicroUsd, microUsd, type TradingDay } from '../../kernel/units.js';
import { accountOf } from '../focus/size.js';
import { bookWith, isLooser, KEYS, type LimitBook, type LimitKey, limitsOn, nextOpenDay } from './limit-book.js';
import { ceilingOf } from './limit-ceilings.js';
import type { RiskLimits } from './limits.js';

interface Resize {
  /** The size the book's shares were of. */
  readonly from: MicroUsd;
  readonly to: MicroUsd;
  readonly tradingDay: TradingDay;
}

/**
 * The book of an account of another size. Every share grows and shrinks with the account, so a smaller account holds at
 * once and a larger one waits for the next trading day like any looser limit.
 */
export function resized(book: LimitBook, { from, to, tradingDay }: Resize): LimitBook {
  const { inForce, pending, accountSize = from } = limitsOn(book, tradingDay);
  const size = isLooser(to, accountSize) ? accountSize : to;
  const later = fitted(pending?.limits ?? inForce, pending?.accountSize ?? accountSize, to);
  const now = noLooser(fitted(inForce, accountSize, size), later);
  return bookWith({ now, later, from: nextOpenDay(tradingDay), accountSize: size, laterSize: to });
}

/** The risk of one trade follows while nobody has set another; no amount stands over its ceiling in a smaller account. */
function fitted(limits: RiskLimits, was: MicroUsd, is: MicroUsd): RiskLimits {
  const isUntouched = limits.riskPerTrade === accountOf(was).riskCap;
  const next = { ...limits, riskPerTrade: isUntouched ? accountOf(is).riskCap : limits.riskPerTrade };
  if (is >= was) return next;
  const within = (key: 'riskPerTrade' | 'dailyLoss' | 'noTradeLoss'): void => {
    next[key] = microUsd(Math.min(next[key], ceilingOf(key, { limits: next, accountSize: is }).max));
  };
  within('riskPerTrade');
  within('dailyLoss');
  // The last one: it may not be over the daily loss.
  within('noTradeLoss');
  return next;
}

/** What becomes tighter tomorrow is tighter now. */
function noLooser(limits: RiskLimits, than: RiskLimits): RiskLimits {
  const next: { -readonly [K in LimitKey]: RiskLimits[K] } = { ...limits };
  const lower = <K extends LimitKey>(key: K): void => {
    if (isLooser(next[key], than[key])) next[key] = than[key];
  };
  KEYS.forEach(lower);
  return next;
}
