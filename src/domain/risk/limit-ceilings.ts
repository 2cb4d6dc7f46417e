import { type MicroUsd, microUsd } from '../../kernel/units.js';
import { wallClock } from '../sessions/session.js';
import type { RiskLimits } from './limits.js';
import { usd } from './money.js';

/** A limit that may not be set so, and why. */
export interface LimitRefusal {
  readonly field: keyof RiskLimits;
  readonly problem: string;
}

interface Ceiling {
  /** What the trader calls the limit. */
  readonly name: string;
  readonly unit: 'usd' | 'count' | 'percent' | 'minute';
  /** The loosest value; a percentage is of the account. */
  readonly max: { readonly percent: number } | { readonly value: number } | { readonly limit: 'dailyLoss' };
}

/** No limit may be loosened beyond these, whatever the trader asks on a bad day. */
const CEILINGS: Readonly<Record<keyof RiskLimits, Ceiling>> = {
  openTradesMax: { name: 'open trades', unit: 'count', max: { value: 6 } },
  riskPerTrade: { name: 'risk per trade', unit: 'usd', max: { percent: 2 } },
  dailyLoss: { name: 'daily loss', unit: 'usd', max: { percent: 5 } },
  noTradeLoss: { name: 'NO TRADE line', unit: 'usd', max: { limit: 'dailyLoss' } },
  lossesInARow: { name: 'losses in a row', unit: 'count', max: { value: 5 } },
  totalRiskPct: { name: 'open risk', unit: 'percent', max: { value: 10 } },
  entryCutoffMinute: { name: 'entry cut-off', unit: 'minute', max: { value: 12 * 60 } },
  overnightWarningMinute: { name: 'overnight warning', unit: 'minute', max: { value: 12 * 60 } },
};

interface CeilingFacts {
  /** The limits as they would be. */
  readonly limits: RiskLimits;
  readonly accountSize: MicroUsd;
}

/** The loosest value a limit may have, and the sentence for one beyond it. */
export function ceilingOf(
  key: keyof RiskLimits,
  { limits, accountSize }: CeilingFacts,
): { readonly max: number; readonly text: string } {
  const { name, unit, max } = CEILINGS[key];
  if ('limit' in max) {
    const value = limits[max.limit];
    return { max: value, text: `${name} may not be over the daily loss of ${usd(value)}` };
  }
  if ('percent' in max) {
    const value = microUsd(Math.floor((max.percent * accountSize) / 100));
    return { max: value, text: `${name} may be at most ${usd(value)}, ${max.percent} % of the account` };
  }
  if (unit === 'minute') return { max: max.value, text: `${name} may be ${wallClock(max.value)} ET at the latest` };
  return {
    max: max.value,
    text: `${name} may be at most ${max.value}${unit === 'percent' ? ' % of the account' : ''}`,
  };
}

/** What is wrong with a value whatever its size; undefined for a number that can be this limit. */
export function shapeOf(key: keyof RiskLimits, value: number): string | undefined {
  const { name, unit } = CEILINGS[key];
  if (!Number.isFinite(value) || value < 0) return `${name} must be a number of at least 0`;
  if (unit !== 'percent' && !Number.isInteger(value)) return `${name} must be a whole number`;
  return undefined;
}
