import { ceilingOf } from '../../domain/risk/limit-ceilings.js';
import { defaultLimits, type RiskLimits } from '../../domain/risk/limits.js';
import { fromUsd, type MicroUsd, microUsd } from '../../kernel/units.js';
import { limitsJson } from '../../messages/limits.js';
import { LIMITS, type LimitField, limitValue } from './panels/limit-words.js';

/** The loosest limits an account may be given. */
function loosest(accountSize: MicroUsd): RiskLimits {
  const limits = defaultLimits(accountSize);
  const max = (key: keyof RiskLimits): number => ceilingOf(key, { limits, accountSize }).max;
  return {
    openTradesMax: max('openTradesMax'),
    riskPerTrade: microUsd(max('riskPerTrade')),
    dailyLoss: microUsd(max('dailyLoss')),
    noTradeLoss: microUsd(max('noTradeLoss')),
    lossesInARow: max('lossesInARow'),
    totalRiskPct: max('totalRiskPct'),
    entryCutoffMinute: max('entryCutoffMinute'),
    overnightWarningMinute: max('overnightWarningMinute'),
  };
}

/** Of an account of $100 a dollar is a percent. */
const PERCENT = limitsJson(loosest(fromUsd(100)));

/** What no change may go beyond, in words: `at most 2 % of the account ($1,000)`. Dollars only where the account is known. */
export function ceilingText(field: LimitField, accountUsd: number | undefined): string {
  if (field === 'no_trade_loss') return 'at most the daily loss';
  const unit = LIMITS.find((it) => it.field === field)?.unit;
  if (unit === 'time') return `${PERCENT[field]} at the latest`;
  if (unit !== 'usd') return `at most ${limitValue(field, PERCENT)}${unit === 'percent' ? ' of the account' : ''}`;
  const dollars = accountUsd === undefined ? '' : ` (${limitValue(field, limitsJson(loosest(fromUsd(accountUsd))))})`;
  return `at most ${PERCENT[field]} % of the account${dollars}`;
}
