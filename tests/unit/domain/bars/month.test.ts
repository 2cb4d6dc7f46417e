import { expect, test } from 'vitest';
import { monthEnd, monthOf, monthStart, monthsBetween, parseMonth } from '../../../../src/domain/bars/month.js';
import { firstHotMonth, firstKeptDay, HOT_DAYS } from '../../../../src/domain/bars/retention.js';
import { after, DAY, iso } from '../../../../src/kernel/units.js';
import { instant } from '../../../support/stored-bars.js';

test('a month is of UTC and half open', () => {
  expect(monthOf(instant('2025-03-31T23:59:00Z'))).toBe('2025-03');
  expect(monthOf(monthEnd('2025-12'))).toBe('2026-01');
  expect([monthStart('2024-02'), monthEnd('2024-02')].map(iso)).toEqual([
    '2024-02-01T00:00:00.000Z',
    '2024-03-01T00:00:00.000Z',
  ]);
  expect(monthsBetween(instant('2025-11-30T23:00:00Z'), instant('2026-02-01T00:00:00Z'))).toEqual([
    '2025-11',
    '2025-12',
    '2026-01',
  ]);
});

test('what is no month is refused', () => {
  expect(['2025-3', '2025-13', '2025-00', '2025-03-01', ''].map(parseMonth)).toEqual(Array(5).fill(undefined));
  expect(parseMonth('2025-12')).toBe('2025-12');
});

test('a month stays until its last instant is older than the hot days', () => {
  const lastNeeded = after(monthEnd('2026-07'), HOT_DAYS * DAY);
  expect(firstHotMonth(after(lastNeeded, -1))).toBe('2026-07');
  expect(firstHotMonth(lastNeeded)).toBe('2026-08');
});

test('daily bars go after five years', () => {
  expect(firstKeptDay(instant('2026-11-21T12:00:00Z'))).toBe('2021-11-22');
});
