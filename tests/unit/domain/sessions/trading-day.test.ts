import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, test } from 'vitest';
import {
  parseTradingDay,
  shiftTradingDay,
  tradingDay,
  tradingDayEnd,
  tradingDayOf,
  tradingDayStart,
} from '../../../../src/domain/sessions/trading-day.js';
import { epochMs, iso } from '../../../../src/kernel/units.js';

const at = (text: string) => epochMs(Date.parse(text));
const instants = fc.integer({ min: Date.UTC(2013, 0, 1), max: Date.UTC(2030, 0, 1) }).map(epochMs);

describe('the trading day', () => {
  test.each([
    ['2026-11-19T22:59:59.999Z', '2026-11-19', 'a moment before 18:00 on Thursday'],
    ['2026-11-19T23:00:00Z', '2026-11-20', '18:00 on Thursday'],
    ['2026-11-20T22:59:00Z', '2026-11-20', 'Friday before 18:00'],
    ['2026-11-20T23:00:00Z', '2026-11-23', '18:00 on Friday'],
    ['2026-11-21T12:00:00Z', '2026-11-23', 'Saturday'],
    ['2026-11-22T23:00:00Z', '2026-11-23', 'Sunday evening'],
    ['2026-07-01T22:00:00Z', '2026-07-02', '18:00 in summer'],
    ['2026-07-01T21:59:00Z', '2026-07-01', '17:59 in summer'],
    ['2026-03-09T21:59:00Z', '2026-03-09', '17:59 on the Monday after the clock sprang forward'],
    ['2026-11-02T22:59:00Z', '2026-11-02', '17:59 on the Monday after the clock fell back'],
    ['2026-12-25T15:00:00Z', '2026-12-25', 'a holiday keeps its own day'],
  ])('%s belongs to %s (%s)', (instant, day) => {
    expect(tradingDayOf(at(instant))).toBe(day);
  });

  test('agrees with a plain calendar computation at any instant, whatever was asked before', () => {
    const plain = (ms: number) => {
      let local = DateTime.fromMillis(ms, { zone: 'America/New_York' });
      if (local.hour >= 18) local = local.plus({ days: 1 });
      while (local.weekday > 5) local = local.plus({ days: 1 });
      return local.toISODate();
    };
    fc.assert(
      fc.property(fc.array(instants, { minLength: 1, maxLength: 20 }), (list) => {
        for (const ms of list) expect(tradingDayOf(ms)).toBe(plain(ms));
      }),
    );
  });

  test('begins at 18:00 New York the evening before and ends at 18:00 on its date', () => {
    expect(iso(tradingDayStart(tradingDay('2026-11-23')))).toBe('2026-11-22T23:00:00.000Z');
    expect(iso(tradingDayEnd(tradingDay('2026-11-23')))).toBe('2026-11-23T23:00:00.000Z');
    expect(iso(tradingDayStart(tradingDay('2026-07-02')))).toBe('2026-07-01T22:00:00.000Z');
  });

  test('contains its own first and last instant', () => {
    fc.assert(
      fc.property(instants, (ms) => {
        const day = tradingDayOf(ms);
        expect(tradingDayOf(tradingDayStart(day))).toBe(day);
        expect(tradingDayOf(epochMs(tradingDayEnd(day) - 1))).toBe(day);
        expect(tradingDayOf(tradingDayEnd(day))).toBe(shiftTradingDay(day, 1));
      }),
    );
  });

  test('shifting skips weekends and undoes itself', () => {
    expect(shiftTradingDay(tradingDay('2026-11-20'), 1)).toBe('2026-11-23');
    expect(shiftTradingDay(tradingDay('2026-11-23'), -6)).toBe('2026-11-13');
    expect(shiftTradingDay(tradingDay('2026-11-23'), 0)).toBe('2026-11-23');
  });

  test('reads only weekdays of the calendar', () => {
    expect(parseTradingDay('2026-11-20')).toBe('2026-11-20');
    for (const text of ['2026-11-21', '2026-02-30', '2026-1-5', 'today', ''])
      expect(parseTradingDay(text)).toBeUndefined();
    expect(() => tradingDay('2026-11-21')).toThrow('not a trading day: 2026-11-21');
  });
});
