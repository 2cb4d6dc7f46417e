import { assert } from '../../kernel/assert.js';
import type { TradingDay } from '../../kernel/units.js';
import { type SessionCalendar, sessionCalendar } from '../sessions/calendar.js';
import { parseTradingDay, shiftTradingDay } from '../sessions/trading-day.js';
import type { ContractSpec } from './contract.js';

/** A delivery month; month 1 is January. */
export interface DeliveryMonth {
  readonly year: number;
  readonly month: number;
}

/** Last trading day of a contract month, by the rule in its exchange specification. */
export function lastTradingDay(spec: ContractSpec, of: DeliveryMonth): TradingDay {
  const calendar = sessionCalendar(spec.calendar);
  switch (spec.expiry) {
    case 'none':
      throw new Error(`impossible: a last trading day of ${spec.root}, which never expires`);
    case 'third-friday':
      return onOrBefore(calendar, thirdFriday(of));
    case 'comex-delivery':
      return thirdLastBusinessDay(calendar, of);
    case 'comex-month-before':
      return thirdLastBusinessDay(calendar, monthsLater(of, -1));
    case 'crude':
      return crudeLastDay(calendar, of);
    case 'crude-micro':
      return businessDaysBefore(calendar, crudeLastDay(calendar, of), 1);
  }
}

/**
 * The trading day on which the next contract takes over.
 * Equity index: the Monday before the third Friday, when CME itself calls the next quarter the lead month.
 * Metals: three business days before first notice (the last business day before the contract month), so that neither
 * a delivery notice nor MHG's early cash settlement is met; full size and micro move together.
 * Crude: two business days before the micro's last trade, again for both sizes.
 */
export function rollDay(spec: ContractSpec, of: DeliveryMonth): TradingDay {
  const calendar = sessionCalendar(spec.calendar);
  switch (spec.expiry) {
    case 'none':
      throw new Error(`impossible: a roll of ${spec.root}, which never expires`);
    case 'third-friday':
      return shiftTradingDay(thirdFriday(of), -4);
    case 'comex-delivery':
    case 'comex-month-before':
      return businessDaysBefore(calendar, lastBusinessDay(calendar, monthsLater(of, -1)), 3);
    case 'crude':
    case 'crude-micro':
      return businessDaysBefore(calendar, crudeLastDay(calendar, of), 3);
  }
}

export function monthsLater({ year, month }: DeliveryMonth, count: number): DeliveryMonth {
  const index = year * 12 + (month - 1) + count;
  return { year: Math.floor(index / 12), month: (((index % 12) + 12) % 12) + 1 };
}

/** CL ends three business days before the 25th of the month before, or four when the 25th is no business day. */
function crudeLastDay(calendar: SessionCalendar, of: DeliveryMonth): TradingDay {
  const { year, month } = monthsLater(of, -1);
  const twentyFifth = parseTradingDay(dateText(year, month, 25));
  if (twentyFifth && calendar.isBusinessDay(twentyFifth)) return businessDaysBefore(calendar, twentyFifth, 3);
  return businessDaysBefore(calendar, onOrBefore(calendar, weekdayOnOrBefore(year, month, 25)), 3);
}

const thirdLastBusinessDay = (calendar: SessionCalendar, of: DeliveryMonth): TradingDay =>
  businessDaysBefore(calendar, lastBusinessDay(calendar, of), 2);

const lastBusinessDay = (calendar: SessionCalendar, { year, month }: DeliveryMonth): TradingDay =>
  onOrBefore(calendar, weekdayOnOrBefore(year, month, 31));

function businessDaysBefore(calendar: SessionCalendar, day: TradingDay, count: number): TradingDay {
  let found = day;
  for (let left = count; left > 0; left -= 1) found = onOrBefore(calendar, shiftTradingDay(found, -1));
  return found;
}

function onOrBefore(calendar: SessionCalendar, day: TradingDay): TradingDay {
  let found = day;
  while (!calendar.isBusinessDay(found)) found = shiftTradingDay(found, -1);
  return found;
}

function thirdFriday({ year, month }: DeliveryMonth): TradingDay {
  for (let date = 15; date <= 21; date += 1) {
    // A weekday with a weekend day after it is a Friday.
    const day = parseTradingDay(dateText(year, month, date));
    if (day && !parseTradingDay(dateText(year, month, date + 1))) return day;
  }
  throw new Error(`impossible: no third Friday in ${year}-${month}`);
}

/** The latest weekday up to a date; dates the month does not have are passed over. */
function weekdayOnOrBefore(year: number, month: number, date: number): TradingDay {
  const day = parseTradingDay(dateText(year, month, date));
  assert(date > 0, `no weekday in ${year}-${month}`);
  return day ?? weekdayOnOrBefore(year, month, date - 1);
}

const dateText = (year: number, month: number, date: number): string =>
  `${year}-${String(month).padStart(2, '0')}-${String(date).padStart(2, '0')}`;
