import type { CalendarId, SessionCalendar } from '../calendar.js';
import { createCalendar } from '../market-calendar.js';
import { tradingDay } from '../trading-day.js';
import { commodityHours } from './commodities.js';
import { energyHolidays } from './energy.js';
import { equityIndexHolidays, equityIndexHours } from './equity-index.js';
import { forexHours } from './forex.js';
import { metalsHolidays } from './metals.js';
import { usStockHolidays, usStockHours } from './us-stocks.js';

/** First date the holiday tables cover. */
export const calendarCoversFrom = tradingDay('2013-01-01');

/** Last date up to which every row rests on a source; later rows are projected or missing. */
export const calendarCoversThrough = tradingDay('2027-01-01');

const calendars: Readonly<Record<CalendarId, SessionCalendar>> = {
  'equity-index': createCalendar({ id: 'equity-index', weekly: equityIndexHours, holidays: equityIndexHolidays }),
  metals: createCalendar({ id: 'metals', weekly: commodityHours, holidays: metalsHolidays }),
  energy: createCalendar({ id: 'energy', weekly: commodityHours, holidays: energyHolidays }),
  'us-stocks': createCalendar({ id: 'us-stocks', weekly: usStockHours, holidays: usStockHolidays }),
  forex: createCalendar({ id: 'forex', weekly: forexHours, holidays: [] }),
};

/** The exchange's clock of a product group. */
export const sessionCalendar = (id: CalendarId): SessionCalendar => calendars[id];
