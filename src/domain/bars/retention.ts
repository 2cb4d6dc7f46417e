import { after, DAY, type EpochMs, epochMs, type TradingDay } from '../../kernel/units.js';
import { tradingDayOf } from '../sessions/trading-day.js';
import { type Month, monthOf } from './month.js';

/** Minutes stay in the database this long; whole months that are older go to the archive. */
export const HOT_DAYS = 90;
/** Daily bars are kept this long. */
export const DAILY_YEARS = 5;
/** A month that was brought back by hand is left alone this long. */
export const RESTORED_STAYS_DAYS = 14;

/** The first month that stays: every month before it ended more than `HOT_DAYS` ago. */
export const firstHotMonth = (now: EpochMs): Month => monthOf(after(now, -HOT_DAYS * DAY));

/** Daily bars of an earlier trading day are not kept. */
export function firstKeptDay(now: EpochMs): TradingDay {
  const then = new Date(now);
  then.setUTCFullYear(then.getUTCFullYear() - DAILY_YEARS);
  return tradingDayOf(epochMs(then.getTime()));
}
