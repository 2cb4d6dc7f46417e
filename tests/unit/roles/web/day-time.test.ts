import { expect, test } from 'vitest';
import { tradingDay } from '../../../../src/domain/sessions/trading-day.js';
import { epochMs, iso } from '../../../../src/kernel/units.js';
import { atMinute, instantOf, MINUTES_OF_DAY, minuteOf } from '../../../../src/roles/web/history/day-time.js';

const FRIDAY = tradingDay('2026-11-20');
/** The Monday after New York's clocks went back on Sunday morning. */
const AFTER_CHANGE = tradingDay('2026-11-02');

test.each([
  ['04:50', FRIDAY, '2026-11-20T09:50:00.000Z'],
  ['18:00', FRIDAY, '2026-11-19T23:00:00.000Z'],
  ['23:59', FRIDAY, '2026-11-20T04:59:00.000Z'],
  ['00:00', FRIDAY, '2026-11-20T05:00:00.000Z'],
  ['17:00', FRIDAY, '2026-11-20T22:00:00.000Z'],
  ['18:00', AFTER_CHANGE, '2026-11-01T23:00:00.000Z'],
  ['2026-11-20T04:50:30-05:00', FRIDAY, '2026-11-20T09:50:30.000Z'],
])('%s of %s is %s', (text, day, expected) => {
  const read = instantOf(text, day);
  expect(read.ok && iso(read.value)).toBe(expected);
});

test.each([
  '',
  '4:50',
  '24:00',
  '04:60',
  'now',
  '2026-11-20',
  '2026-11-20T04:50',
  '2026-11-21T12:00:00Z',
  '2026-99-20T04:50:00Z',
])('refuses "%s" by naming it', (text) => {
  const read = instantOf(text, FRIDAY);
  expect(!read.ok && read.error).toContain(`at is ${text === '2026-11-21T12:00:00Z' ? text : `"${text}"`}`);
});

test('every position of the slider comes back from its instant', () => {
  for (const day of [FRIDAY, AFTER_CHANGE]) {
    for (let minute = 0; minute <= MINUTES_OF_DAY; minute += 1)
      expect(minuteOf(day, atMinute(day, minute))).toBe(minute);
  }
  expect(minuteOf(FRIDAY, epochMs(0))).toBe(0);
});
