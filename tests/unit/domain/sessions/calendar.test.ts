import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, test } from 'vitest';
import {
  type CalendarId,
  calendarCoversFrom,
  calendarCoversThrough,
  sessionCalendar,
} from '../../../../src/domain/sessions/calendar.js';
import { tradingDay, tradingDayOf } from '../../../../src/domain/sessions/trading-day.js';
import { type EpochMs, epochMs, iso } from '../../../../src/kernel/units.js';
import { et } from '../../../support/new-york.js';

const IDS: readonly CalendarId[] = ['equity-index', 'metals', 'energy'];
const clock = (at: EpochMs): string =>
  DateTime.fromMillis(at, { zone: 'America/New_York' }).toFormat('yyyy-MM-dd HH:mm');

/** Phase, the instant it changes, note. */
function state(id: CalendarId, text: string): readonly [string, string, string | undefined] {
  const { phase, changesAt, note } = sessionCalendar(id).stateAt(et(text));
  return [phase, clock(changesAt), note];
}

describe('the weekly clock', () => {
  test.each(IDS)('%s trades from Sunday 18:00 to Friday 17:00 with a break of one hour', (id) => {
    expect(state(id, '2026-11-15 17:59')).toEqual(['weekend', '2026-11-15 18:00', undefined]);
    expect(state(id, '2026-11-15 18:00')).toEqual(['open', '2026-11-16 17:00', undefined]);
    expect(state(id, '2026-11-16 03:00')).toEqual(['open', '2026-11-16 17:00', undefined]);
    expect(state(id, '2026-11-16 17:00')).toEqual(['daily-break', '2026-11-16 18:00', undefined]);
    expect(state(id, '2026-11-20 16:59')).toEqual(['open', '2026-11-20 17:00', undefined]);
    expect(state(id, '2026-11-20 17:00')).toEqual(['weekend', '2026-11-22 18:00', undefined]);
    expect(state(id, '2026-11-21 12:00')).toEqual(['weekend', '2026-11-22 18:00', undefined]);
  });

  test('in October 2013 equity index products paused at 16:15 and every product closed at 17:15', () => {
    expect(state('equity-index', '2013-10-08 16:15')).toEqual(['halt', '2013-10-08 16:30', undefined]);
    expect(state('equity-index', '2013-10-08 16:30')).toEqual(['open', '2013-10-08 17:15', undefined]);
    expect(state('equity-index', '2013-10-11 17:15')).toEqual(['weekend', '2013-10-13 18:00', undefined]);
    expect(state('metals', '2013-10-08 16:15')).toEqual(['open', '2013-10-08 17:15', undefined]);
    expect(state('energy', '2013-10-08 17:15')).toEqual(['daily-break', '2013-10-08 18:00', undefined]);
  });

  test('the 17:15 close ended with 18 September 2015, the equity halt with 25 June 2021', () => {
    expect(state('metals', '2015-09-18 16:59')[1]).toBe('2015-09-18 17:15');
    expect(state('metals', '2015-09-21 16:59')[1]).toBe('2015-09-21 17:00');
    expect(state('equity-index', '2021-06-25 16:20')[0]).toBe('halt');
    expect(state('equity-index', '2021-06-28 16:20')[0]).toBe('open');
  });

  test('opens and closes by New York’s clock in the weeks when America and Europe disagree about summer', () => {
    for (const [text, utc] of [
      ['2026-03-08 18:00', '2026-03-08T22:00:00.000Z'],
      ['2026-03-20 17:00', '2026-03-20T21:00:00.000Z'],
      ['2026-10-30 17:00', '2026-10-30T21:00:00.000Z'],
      ['2026-11-01 18:00', '2026-11-01T23:00:00.000Z'],
      ['2025-03-09 18:00', '2025-03-09T22:00:00.000Z'],
      ['2025-11-02 18:00', '2025-11-02T23:00:00.000Z'],
    ] as const) {
      expect(iso(et(text))).toBe(utc);
      for (const id of IDS) {
        const before = sessionCalendar(id).stateAt(epochMs(et(text) - 1));
        expect(iso(before.changesAt), `${id} ${text}`).toBe(utc);
        expect(sessionCalendar(id).isOpen(et(text)), `${id} ${text}`).toBe(!before.isOpen);
      }
    }
  });
});

describe('holidays', () => {
  test('Thanksgiving 2026 ends early and reopens; the day after runs into the weekend', () => {
    expect(state('equity-index', '2026-11-26 10:00')).toEqual(['open', '2026-11-26 13:00', 'Thanksgiving Day']);
    expect(state('equity-index', '2026-11-26 13:00')).toEqual(['early-close', '2026-11-26 18:00', 'Thanksgiving Day']);
    expect(state('metals', '2026-11-26 13:30')[1]).toBe('2026-11-26 14:30');
    expect(state('equity-index', '2026-11-27 13:15')).toEqual([
      'early-close',
      '2026-11-27 17:00',
      'Day after Thanksgiving',
    ]);
    expect(state('equity-index', '2026-11-27 17:00')[0]).toBe('weekend');
  });

  test('where two sources differ the earlier close is kept', () => {
    for (const id of ['metals', 'energy'] as const) {
      expect(state(id, '2026-11-27 13:45')[0]).toBe('early-close');
      expect(state(id, '2026-09-07 13:00')[0]).toBe('early-close');
      expect(state(id, '2026-06-19 13:00')[0]).toBe('early-close');
      expect(state(id, '2026-07-03 13:00')[0]).toBe('early-close');
    }
  });

  test('Christmas 2026 shuts from the early close of the 24th over the weekend', () => {
    expect(state('metals', '2026-12-24 13:44')[0]).toBe('open');
    expect(state('metals', '2026-12-24 13:45')).toEqual(['early-close', '2026-12-24 18:00', 'Christmas Eve']);
    expect(state('metals', '2026-12-24 18:00')).toEqual(['holiday', '2026-12-25 17:00', 'Christmas Day']);
    expect(state('metals', '2026-12-26 18:00')).toEqual(['weekend', '2026-12-27 18:00', undefined]);
  });

  test('Christmas on a Thursday opens at 18:00 for Friday', () => {
    for (const id of IDS) {
      expect(state(id, '2025-12-25 10:00')).toEqual(['holiday', '2025-12-25 18:00', 'Christmas Day']);
      expect(state(id, '2025-12-25 18:00')).toEqual(['open', '2025-12-26 17:00', undefined]);
    }
  });

  test('New Year’s Eve has no evening', () => {
    for (const id of IDS) {
      expect(state(id, '2026-12-31 16:00')).toEqual(['open', '2026-12-31 17:00', undefined]);
      expect(state(id, '2026-12-31 17:30')[0]).toBe('daily-break');
      expect(state(id, '2026-12-31 18:00')).toEqual(['holiday', '2027-01-01 17:00', "New Year's Day"]);
    }
  });

  test('a shut Monday is shut from Sunday evening', () => {
    expect(state('metals', '2023-12-24 18:00')).toEqual(['holiday', '2023-12-25 18:00', 'Christmas Day']);
  });

  test('Good Friday shuts metals from Thursday 17:00 to Sunday 18:00, equity only from 09:15 when jobs are reported', () => {
    expect(state('metals', '2026-04-02 17:00')[0]).toBe('daily-break');
    expect(state('metals', '2026-04-02 18:00')).toEqual(['holiday', '2026-04-03 17:00', 'Good Friday']);
    expect(state('metals', '2026-04-03 17:00')).toEqual(['weekend', '2026-04-05 18:00', undefined]);
    expect(state('equity-index', '2026-04-03 09:14')).toEqual(['open', '2026-04-03 09:15', 'Good Friday']);
    for (const year of ['2015-04-03', '2021-04-02', '2023-04-07']) {
      expect(state('equity-index', `${year} 09:15`)[0]).toBe('early-close');
    }
    expect(state('equity-index', '2025-04-18 09:00')[0]).toBe('holiday');
  });

  test('the evening of 3 July opens after the early close', () => {
    expect(state('equity-index', '2025-07-03 13:15')[1]).toBe('2025-07-03 18:00');
    expect(state('equity-index', '2013-07-03 18:00')).toEqual(['open', '2013-07-04 11:30', 'Independence Day']);
  });

  test('on the days of mourning the earlier end of trading among the sources stands', () => {
    for (const id of IDS) expect(state(id, '2018-12-05 09:00')[0]).toBe('holiday');
    expect(state('equity-index', '2025-01-09 09:30')).toEqual([
      'early-close',
      '2025-01-09 18:00',
      'National day of mourning',
    ]);
    expect(state('metals', '2025-01-09 09:00')[0]).toBe('holiday');
    expect(state('energy', '2025-01-09 12:00')[0]).toBe('open');
  });

  test('a projected row says so wherever it is shown', () => {
    expect(state('metals', '2027-09-06 12:00')).toEqual(['open', '2027-09-06 13:00', 'Labor Day (projected)']);
    expect(state('equity-index', '2027-06-18 12:00')[2]).toBe('Juneteenth (observed)');
  });
});

describe('the tables', () => {
  test.each(IDS)(
    '%s: every row is a weekday with a source, in order, projected after the last verified date only',
    (id) => {
      const { holidays } = sessionCalendar(id);
      const dates = holidays.map(({ date }) => date);
      expect(dates).toEqual([...new Set(dates)].sort());
      for (const row of holidays) {
        expect(tradingDay(row.date)).toBe(row.date);
        expect(row.date >= calendarCoversFrom).toBe(true);
        expect(row.source.length).toBeGreaterThan(10);
        expect(row.verified).toMatch(/^2026-\d\d-\d\d$/);
        if (row.projected) expect(row.date > calendarCoversThrough).toBe(true);
      }
      expect(holidays.filter(({ projected }) => projected)).toHaveLength(9);
    },
  );

  test.each(IDS)('%s: a row’s word on reopening is what the clock does', (id) => {
    const calendar = sessionCalendar(id);
    for (const { date, reopens } of calendar.holidays) expect(calendar.isOpen(et(`${date} 18:00`)), date).toBe(reopens);
  });
});

describe('trading days', () => {
  test('run from 18:00 the evening before to the close, early ones included', () => {
    const hours = (id: CalendarId, day: string) => {
      const found = sessionCalendar(id).hoursOf(tradingDay(day));
      return found && [clock(found.open), clock(found.close)];
    };
    expect(hours('metals', '2026-11-23')).toEqual(['2026-11-22 18:00', '2026-11-23 17:00']);
    expect(hours('metals', '2026-11-27')).toEqual(['2026-11-26 18:00', '2026-11-27 13:45']);
    expect(hours('equity-index', '2013-10-08')).toEqual(['2013-10-07 18:00', '2013-10-08 17:15']);
    expect(hours('metals', '2026-12-25')).toBeUndefined();
  });

  test('the last five skip weekends and shut days', () => {
    expect(sessionCalendar('metals').lastTradingDays(tradingDay('2026-12-28'), 3)).toEqual([
      '2026-12-23',
      '2026-12-24',
      '2026-12-28',
    ]);
    expect(sessionCalendar('metals').lastTradingDays(tradingDay('2026-11-20'), 1)).toEqual(['2026-11-20']);
  });

  test('a short holiday session trades but is no business day; a short business day is one', () => {
    const { isBusinessDay } = sessionCalendar('metals');
    expect(isBusinessDay(tradingDay('2026-11-26'))).toBe(false);
    expect(isBusinessDay(tradingDay('2026-11-27'))).toBe(true);
    expect(isBusinessDay(tradingDay('2026-12-24'))).toBe(true);
    expect(isBusinessDay(tradingDay('2026-12-25'))).toBe(false);
  });
});

describe('the state at any instant', () => {
  const anywhere = fc.integer({ min: Date.UTC(2013, 0, 2), max: Date.UTC(2027, 11, 20) }).map(epochMs);

  test('holds up to changesAt and not beyond, and does not depend on what was asked before', () => {
    fc.assert(
      fc.property(fc.constantFrom(...IDS), fc.array(anywhere, { minLength: 1, maxLength: 10 }), (id, list) => {
        const calendar = sessionCalendar(id);
        for (const at of list) {
          const { phase, changesAt } = calendar.stateAt(at);
          expect(changesAt).toBeGreaterThan(at);
          expect(calendar.stateAt(epochMs(changesAt - 1)).phase).toBe(phase);
          expect(calendar.stateAt(changesAt).phase).not.toBe(phase);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('is open within the hours of its trading day only', () => {
    fc.assert(
      fc.property(fc.constantFrom(...IDS), anywhere, (id, at) => {
        const calendar = sessionCalendar(id);
        const hours = calendar.hoursOf(tradingDayOf(at));
        const within = hours !== undefined && at >= hours.open && at < hours.close;
        const { phase } = calendar.stateAt(at);
        expect(phase === 'open' || phase === 'halt').toBe(within);
      }),
      { numRuns: 500 },
    );
  });
});
