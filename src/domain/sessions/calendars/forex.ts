import type { WeeklyHours } from '../calendar.js';

// The currency week. No exchange keeps its hours or holidays: around Christmas and New Year feeds simply bring little.
export const forexHours: readonly WeeklyHours[] = [
  {
    from: '2013-01-01',
    closesAt: '17:00',
    pausesDaily: false,
    source: 'market convention: the value date turns at 17:00 New York',
    verified: '2026-11-21',
  },
];
