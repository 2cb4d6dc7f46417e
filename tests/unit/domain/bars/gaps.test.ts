import { DateTime } from 'luxon';
import { describe, expect, test } from 'vitest';
import type { Bar } from '../../../../src/domain/bars/bar.js';
import { gapsIn, missingMinutes, openStretches } from '../../../../src/domain/bars/gaps.js';
import { admit } from '../../../../src/domain/bars/order.js';
import { sessionCalendar } from '../../../../src/domain/sessions/calendar.js';
import { type EpochMs, ticks } from '../../../../src/kernel/units.js';
import { et } from '../../../support/new-york.js';

const clock = (at: EpochMs): string => DateTime.fromMillis(at, { zone: 'America/New_York' }).toFormat('MM-dd HH:mm');
const price = ticks(100);
const bar = (text: string): Bar => ({ at: et(text), open: price, high: price, low: price, close: price, volume: 1 });
const [metals, equity] = [sessionCalendar('metals'), sessionCalendar('equity-index')];

describe('gaps', () => {
  test('consecutive minutes have none', () => {
    expect(gapsIn([bar('2026-11-19 10:00'), bar('2026-11-19 10:01')], metals)).toEqual([]);
    expect(gapsIn([], metals)).toEqual([]);
  });

  test('a missing stretch of open market is one, from the close of the bar before', () => {
    const [gap, ...more] = gapsIn([bar('2026-11-19 10:00'), bar('2026-11-19 10:07')], metals);
    expect(gap && [clock(gap.from), clock(gap.until), gap.minutes]).toEqual(['11-19 10:01', '11-19 10:07', 6]);
    expect(more).toEqual([]);
  });

  test('the daily break, the weekend and a holiday are none', () => {
    for (const [last, next] of [
      ['2026-11-19 16:59', '2026-11-19 18:00'],
      ['2026-11-20 16:59', '2026-11-22 18:00'],
      ['2026-12-24 13:44', '2026-12-27 18:00'],
    ] as const) {
      expect(gapsIn([bar(last), bar(next)], metals), last).toEqual([]);
    }
    expect(gapsIn([bar('2013-10-08 16:14'), bar('2013-10-08 16:30')], equity), 'the halt of 2013').toEqual([]);
  });

  test('a gap across a break is counted on both sides of it', () => {
    const gaps = gapsIn([bar('2026-11-19 16:49'), bar('2026-11-19 18:05')], metals);
    expect(gaps.map(({ from, until, minutes }) => [clock(from), clock(until), minutes])).toEqual([
      ['11-19 16:50', '11-19 17:00', 10],
      ['11-19 18:00', '11-19 18:05', 5],
    ]);
  });

  test('missing minutes are those of the open market only', () => {
    expect(missingMinutes(et('2026-11-20 16:50'), et('2026-11-22 18:10'), metals)).toBe(20);
    expect(missingMinutes(et('2026-11-21 10:00'), et('2026-11-21 11:00'), metals)).toBe(0);
    expect(openStretches(et('2026-11-19 10:00'), et('2026-11-19 10:00'), metals)).toEqual([]);
  });
});

describe('the order of bars', () => {
  test('a first or later bar is accepted, the same instant is a repeat, an earlier one goes backwards', () => {
    const now = bar('2026-11-19 10:00');
    expect(admit(undefined, now)).toBe('accepted');
    expect(admit(et('2026-11-19 09:59'), now)).toBe('accepted');
    expect(admit(et('2026-11-19 10:00'), now)).toBe('repeated');
    expect(admit(et('2026-11-19 10:01'), now)).toBe('backwards');
  });
});
