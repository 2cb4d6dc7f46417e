import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, test } from 'vitest';
import { type CalendarId, sessionCalendar } from '../../../../src/domain/sessions/calendar.js';
import { tradingDay, tradingDayOf } from '../../../../src/domain/sessions/trading-day.js';
import { type EpochMs, epochMs } from '../../../../src/kernel/units.js';
import { et } from '../../../support/new-york.js';

const clock = (at: EpochMs): string =>
  DateTime.fromMillis(at, { zone: 'America/New_York' }).toFormat('yyyy-MM-dd HH:mm');
function state(id: CalendarId, text: string): readonly [string, string, string | undefined] {
  const { phase, changesAt, note } = sessionCalendar(id).stateAt(et(text));
  return [phase, clock(changesAt), note];
}
const hours = (id: CalendarId, day: string) => {
  const found = sessionCalendar(id).hoursOf(tradingDay(day));
  return found && [clock(found.open), clock(found.close)];
};

describe('US stocks', () => {
  test('trade from 09:30 to 16:00 on weekdays', () => {
    expect(state('us-stocks', '2026-11-19 09:29')).toEqual(['daily-break', '2026-11-19 09:30', undefined]);
    expect(state('us-stocks', '2026-11-19 09:30')).toEqual(['open', '2026-11-19 16:00', undefined]);
    expect(state('us-stocks', '2026-11-19 16:00')).toEqual(['daily-break', '2026-11-20 09:30', undefined]);
    expect(state('us-stocks', '2026-11-20 16:00')).toEqual(['weekend', '2026-11-23 09:30', undefined]);
    expect(state('us-stocks', '2026-11-22 18:30')[0]).toBe('weekend');
  });

  test('rest on holidays and close at 13:00 on short days', () => {
    expect(state('us-stocks', '2026-11-26 10:00')).toEqual(['holiday', '2026-11-27 00:00', 'Thanksgiving Day']);
    expect(state('us-stocks', '2026-11-27 12:59')).toEqual(['open', '2026-11-27 13:00', 'Day after Thanksgiving']);
    expect(state('us-stocks', '2026-11-27 13:00')).toEqual([
      'early-close',
      '2026-11-27 16:00',
      'Day after Thanksgiving',
    ]);
    expect(hours('us-stocks', '2026-11-26')).toBeUndefined();
    expect(hours('us-stocks', '2026-11-27')).toEqual(['2026-11-27 09:30', '2026-11-27 13:00']);
    expect(hours('us-stocks', '2025-01-09')).toBeUndefined();
  });

  test('every row of the table is a weekday in order, with its source', () => {
    const { holidays } = sessionCalendar('us-stocks');
    const dates = holidays.map(({ date }) => date);
    expect(dates).toEqual([...new Set(dates)].sort());
    for (const { date, source, verified, reopens } of holidays) {
      expect(tradingDay(date)).toBe(date);
      expect(source).toMatch(/20\d\d-\d\d-\d\d/);
      expect(verified).toMatch(/^2026-\d\d-\d\d$/);
      expect(reopens).toBe(sessionCalendar('us-stocks').isOpen(et(`${date} 18:00`)));
    }
    // Ten holidays a year since Juneteenth, and the day of mourning.
    expect(
      dates.filter(
        (date) => date.startsWith('2025') && sessionCalendar('us-stocks').hoursOf(tradingDay(date)) === undefined,
      ),
    ).toHaveLength(11);
  });
});

describe('currencies', () => {
  test('trade without a pause from Sunday 17:00 to Friday 17:00', () => {
    expect(state('forex', '2026-11-15 16:59')).toEqual(['weekend', '2026-11-15 17:00', undefined]);
    expect(state('forex', '2026-11-15 17:00')).toEqual(['open', '2026-11-20 17:00', undefined]);
    expect(state('forex', '2026-11-18 17:30')).toEqual(['open', '2026-11-20 17:00', undefined]);
    expect(state('forex', '2026-11-20 17:00')).toEqual(['weekend', '2026-11-22 17:00', undefined]);
  });

  test('have trading days that turn at 18:00 like all others', () => {
    expect(hours('forex', '2026-11-16')).toEqual(['2026-11-15 17:00', '2026-11-16 18:00']);
    expect(hours('forex', '2026-11-18')).toEqual(['2026-11-17 18:00', '2026-11-18 18:00']);
    expect(hours('forex', '2026-11-20')).toEqual(['2026-11-19 18:00', '2026-11-20 17:00']);
  });
});

test.each(['us-stocks', 'forex'] as const)(
  '%s: an open instant lies within the hours of its trading day, a phase holds up to its change',
  (id) => {
    const calendar = sessionCalendar(id);
    const instants = fc.integer({ min: Date.parse('2025-01-01'), max: Date.parse('2027-12-30') }).map(epochMs);
    fc.assert(
      fc.property(instants, (at) => {
        const { changesAt, phase, isOpen } = calendar.stateAt(at);
        expect(calendar.stateAt(epochMs(changesAt - 1)).phase).toBe(phase);
        expect(calendar.stateAt(changesAt).phase).not.toBe(phase);
        if (!isOpen) return;
        const found = calendar.hoursOf(tradingDayOf(at));
        expect(at).toBeGreaterThanOrEqual(found?.open ?? Number.POSITIVE_INFINITY);
        expect(at).toBeLessThan(found?.close ?? 0);
      }),
      { numRuns: 500 },
    );
  },
);
