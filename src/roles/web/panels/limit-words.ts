import type { LimitsJson } from '../../../messages/dashboard.js';
import { usd } from '../format.js';

export type LimitField = keyof LimitsJson;

interface LimitWords {
  readonly field: LimitField;
  /** As it is called in a sentence. */
  readonly name: string;
  /** What it does, for somebody who has not set it. */
  readonly what: string;
  readonly unit: 'usd' | 'percent' | 'count' | 'time';
  /** What a refused value is answered with. */
  readonly wanted: string;
}

const DOLLARS = 'must be dollars, more than 0, with at most two decimals';
const COUNT = 'must be a whole number';
const TIME = 'must be a New York time such as 10:00';

/** The limits in the order in which they bite: one trade, the day, the whole account, the clock. */
export const LIMITS: readonly LimitWords[] = [
  {
    field: 'risk_per_trade',
    name: 'risk per trade',
    what: 'the most one trade may lose',
    unit: 'usd',
    wanted: DOLLARS,
  },
  {
    field: 'daily_loss',
    name: 'daily loss',
    what: 'no entries from this loss on, realised and open',
    unit: 'usd',
    wanted: DOLLARS,
  },
  {
    field: 'no_trade_loss',
    name: 'NO TRADE line',
    what: 'the warning shot: NO TRADE from this loss on',
    unit: 'usd',
    wanted: DOLLARS,
  },
  {
    field: 'losses_in_a_row',
    name: 'losses in a row',
    what: 'still tolerated; one more is NO TRADE',
    unit: 'count',
    wanted: COUNT,
  },
  { field: 'max_open_trades', name: 'open trades', what: 'at the same time', unit: 'count', wanted: COUNT },
  {
    field: 'total_risk_pct',
    name: 'open risk',
    what: 'of the account, all positions together',
    unit: 'percent',
    wanted: 'must be percent, more than 0',
  },
  { field: 'entry_cutoff_et', name: 'entry cut-off', what: 'no entries from this time on', unit: 'time', wanted: TIME },
  {
    field: 'overnight_warning_et',
    name: 'overnight warning',
    what: 'from this time on, while anything is open',
    unit: 'time',
    wanted: TIME,
  },
];

/** `daily loss $600` */
export function limitText(field: LimitField, limits: LimitsJson): string {
  const words = LIMITS.find((it) => it.field === field);
  return `${words?.name ?? field} ${limitValue(field, limits)}`;
}

/** `$600`, `5 %`, `2`, `10:00 ET` */
export function limitValue(field: LimitField, limits: Partial<LimitsJson>): string {
  const value = limits[field];
  const unit = LIMITS.find((it) => it.field === field)?.unit;
  if (value === undefined) return '';
  if (unit === 'usd' && typeof value === 'number') return usd(value);
  if (unit === 'percent') return `${value} %`;
  return unit === 'time' ? `${value} ET` : String(value);
}

export const differing = (a: LimitsJson, b: LimitsJson): readonly LimitField[] =>
  LIMITS.map(({ field }) => field).filter((field) => a[field] !== b[field]);
