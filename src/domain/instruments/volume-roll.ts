import { type EpochMs, epochMs, type TradingDay } from '../../kernel/units.js';
import { sessionCalendar } from '../sessions/calendar.js';
import { tradingDayEnd, tradingDayOf } from '../sessions/trading-day.js';
import type { ContractSpec } from './contract.js';
import type { FrontContract } from './roll.js';

/** Contracts traded in one listed contract on one whole trading day. */
export interface DayVolume {
  readonly contract: string;
  readonly day: TradingDay;
  readonly volume: number;
}

/** The calendar's front month at some instant and the next of its cycle. */
export interface MonthPair {
  readonly front: FrontContract;
  readonly next: FrontContract;
}

/** Volume has moved on to the next month. */
export interface VolumeLead {
  /** The trading day that begins here is the first of the next month. */
  readonly at: EpochMs;
  /** What was traded on the days that decided, oldest first. */
  readonly days: readonly { readonly day: TradingDay; readonly front: number; readonly next: number }[];
}

/** Trading days before the calendar's roll on which volume may move the roll forward. */
const WINDOW_DAYS = 10;
/** Trading days in a row on which the next contract must have traded more. */
const LEADS_FOR_DAYS = 2;

/** The trading days whose volumes are compared before the calendar's roll, oldest first. */
export function volumeWindow(spec: ContractSpec, front: FrontContract): readonly TradingDay[] {
  const last = tradingDayOf(epochMs(front.rollsAt - 1));
  return sessionCalendar(spec.calendar).lastTradingDays(last, WINDOW_DAYS);
}

/** The earliest instant at which volume can move the front month on. */
export function earliestRoll(window: readonly TradingDay[]): EpochMs {
  const day = window[LEADS_FOR_DAYS - 1];
  return day === undefined ? epochMs(Number.POSITIVE_INFINITY) : tradingDayEnd(day);
}

/**
 * Whether the next month leads: it has traded more on two trading days in a row shortly before the roll. Only whole trading
 * days count, so that the month changes with a trading day and never within one. A day of which one volume is not known
 * breaks the row.
 */
export function volumeLead(
  { front, next }: MonthPair,
  window: readonly TradingDay[],
  volumes: readonly DayVolume[],
): VolumeLead | undefined {
  const traded = (contract: string, day: TradingDay): number | undefined =>
    volumes.find((row) => row.contract === contract && row.day === day)?.volume;
  let days: VolumeLead['days'] = [];
  for (const day of window) {
    const [ours, theirs] = [traded(front.symbol, day), traded(next.symbol, day)];
    const leads = ours !== undefined && theirs !== undefined && theirs > ours;
    days = leads ? [...days, { day, front: ours, next: theirs }] : [];
    if (days.length === LEADS_FOR_DAYS) return { at: tradingDayEnd(day), days };
  }
  return undefined;
}
