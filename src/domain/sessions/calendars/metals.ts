import type { HolidayRow } from '../calendar.js';
import { commodityHolidays } from './commodities.js';
import { holidayTable, shut, sourced } from './holiday-rows.js';

// COMEX metals (GC, SI, HG and their micros).
export const metalsHolidays: readonly HolidayRow[] = holidayTable([
  ...commodityHolidays,
  // LEAN shuts COMEX, the exchange announced normal hours. The earlier end of trading is kept, as everywhere.
  sourced('LEAN 24863901 (shut); CME press release of 2024-12-30 (normal hours)', '2026-11-21', [
    shut('2025-01-09', 'National day of mourning'),
  ]),
]);
