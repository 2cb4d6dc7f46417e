import { type EpochMs, epochMs, type TradingDay } from '../../kernel/units.js';
import { sessionCalendar } from '../sessions/calendar.js';
import { tradingDayEnd, tradingDayOf } from '../sessions/trading-day.js';
import type { ContractSpec } from './contract.js';
import { type FrontContract, frontContract } from './roll.js';

/** Contracts traded in one listed contract on one whole trading day. */
export interface DayVolume {
  readonly contract: string;
  readonly day: TradingDay;
  readonly volume: number;
}

export interface CurrentContract extends FrontContract {
  /** What made it the current one. */
  readonly by: 'calendar' | 'volume';
}

/** Trading days before the calendar's roll on which volume may move the roll forward. */
const WINDOW_DAYS = 10;
/** Trading days in a row on which the next contract must have traded more. */
const LEADS_FOR_DAYS = 2;

/**
 * The contract to follow at an instant: the calendar's front month, or already the next of its cycle once that has traded
 * more on two trading days in a row shortly before the roll. The calendar is the latest date; an early roll is not undone,
 * and only whole trading days count, so that the month changes with a trading day and never within one.
 */
export function currentContract(spec: ContractSpec, at: EpochMs, volumes: readonly DayVolume[]): CurrentContract {
  const front = frontContract(spec, at);
  if (spec.expiry === 'none') return { ...front, by: 'calendar' };
  const next = frontContract(spec, front.rollsAt);
  const rolledAt = earlyRoll(spec, { front, next, volumes });
  if (rolledAt === undefined || at < rolledAt) return { ...front, by: 'calendar' };
  return { ...next, by: 'volume' };
}

interface Pair {
  readonly front: FrontContract;
  readonly next: FrontContract;
  readonly volumes: readonly DayVolume[];
}

/** The instant at which volume moved on; undefined when it has not, or what was traded is not known. */
function earlyRoll(spec: ContractSpec, { front, next, volumes }: Pair): EpochMs | undefined {
  const calendar = sessionCalendar(spec.calendar);
  const last = tradingDayOf(epochMs(front.rollsAt - 1));
  const traded = (contract: string, day: TradingDay): number | undefined =>
    volumes.find((row) => row.contract === contract && row.day === day)?.volume;
  let leads = 0;
  for (const day of calendar.lastTradingDays(last, WINDOW_DAYS)) {
    const [ours, theirs] = [traded(front.symbol, day), traded(next.symbol, day)];
    leads = ours !== undefined && theirs !== undefined && theirs > ours ? leads + 1 : 0;
    if (leads === LEADS_FOR_DAYS) return tradingDayEnd(day);
  }
  return undefined;
}
