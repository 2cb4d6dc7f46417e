import type { HolidayRow, WeeklyHours } from '../calendar.js';
import { holidayTable, short, shut, sourced } from './holiday-rows.js';

// NYSE and Nasdaq, the core session alone. All times are ET. Rows begin with 2025: what lies before is not looked at.

export const usStockHours: readonly WeeklyHours[] = [
  {
    from: '2013-01-01',
    opensAt: '09:30',
    closesAt: '16:00',
    source: 'NYSE: core trading session 9:30 to 16:00',
    verified: '2026-11-21',
  },
];

const NYSE_2024 = 'NYSE Group press release of 2024-11-08 (2025 to 2027), by way of mondovisione.com';
const NYSE_2025 = 'NYSE Group press release of 2025-12-23 (2026 to 2028), by way of mondovisione.com';
const CLOSES = '13:00';

/** The days of a day market do not open in the evening, holiday or not. */
export const usStockHolidays: readonly HolidayRow[] = holidayTable([
  sourced(NYSE_2024, '2026-11-21', [
    shut('2025-01-01', "New Year's Day"),
    shut('2025-01-20', 'Martin Luther King Jr. Day'),
    shut('2025-02-17', "Presidents' Day"),
    shut('2025-04-18', 'Good Friday'),
    shut('2025-05-26', 'Memorial Day'),
    shut('2025-06-19', 'Juneteenth'),
    short('2025-07-03', 'Day before Independence Day', CLOSES),
    shut('2025-07-04', 'Independence Day'),
    shut('2025-09-01', 'Labor Day'),
    shut('2025-11-27', 'Thanksgiving Day'),
    short('2025-11-28', 'Day after Thanksgiving', CLOSES),
    short('2025-12-24', 'Christmas Eve', CLOSES),
    shut('2025-12-25', 'Christmas Day'),
  ]),
  sourced('announcements of NYSE and Nasdaq of 2024-12-30, as reported by The Epoch Times', '2026-11-21', [
    shut('2025-01-09', 'National day of mourning'),
  ]),
  sourced(NYSE_2025, '2026-11-21', [
    shut('2026-01-01', "New Year's Day"),
    shut('2026-01-19', 'Martin Luther King Jr. Day'),
    shut('2026-02-16', "Presidents' Day"),
    shut('2026-04-03', 'Good Friday'),
    shut('2026-05-25', 'Memorial Day'),
    shut('2026-06-19', 'Juneteenth'),
    shut('2026-07-03', 'Independence Day (observed)'),
    shut('2026-09-07', 'Labor Day'),
    shut('2026-11-26', 'Thanksgiving Day'),
    short('2026-11-27', 'Day after Thanksgiving', CLOSES),
    short('2026-12-24', 'Christmas Eve', CLOSES),
    shut('2026-12-25', 'Christmas Day'),
    shut('2027-01-01', "New Year's Day"),
    shut('2027-01-18', 'Martin Luther King Jr. Day'),
    shut('2027-02-15', "Presidents' Day"),
    shut('2027-03-26', 'Good Friday'),
    shut('2027-05-31', 'Memorial Day'),
    shut('2027-06-18', 'Juneteenth (observed)'),
    shut('2027-07-05', 'Independence Day (observed)'),
    shut('2027-09-06', 'Labor Day'),
    shut('2027-11-25', 'Thanksgiving Day'),
    short('2027-11-26', 'Day after Thanksgiving', CLOSES),
    shut('2027-12-24', 'Christmas Day (observed)'),
  ]),
]).map((row) => ({ ...row, reopens: false }));
