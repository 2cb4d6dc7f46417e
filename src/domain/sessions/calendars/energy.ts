import type { HolidayRow } from '../calendar.js';
import { commodityHolidays } from './commodities.js';
import { holidayTable } from './holiday-rows.js';

// NYMEX energy (CL, MCL). On the day of mourning of 2025-01-09 every source has normal hours.
export const energyHolidays: readonly HolidayRow[] = holidayTable(commodityHolidays);
