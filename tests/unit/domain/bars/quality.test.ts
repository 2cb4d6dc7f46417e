import { describe, expect, test } from 'vitest';
import { columnsOf } from '../../../../src/domain/bars/columns.js';
import { gradeOf } from '../../../../src/domain/bars/day-quality.js';
import { expectedOf, minutesIn, missingFrom } from '../../../../src/domain/bars/expected.js';
import type { FeedBar } from '../../../../src/domain/bars/feed-bar.js';
import { sessionCalendar } from '../../../../src/domain/sessions/calendar.js';
import { tradingDay } from '../../../../src/domain/sessions/trading-day.js';
import { after, epochMs, MINUTE, ticks } from '../../../../src/kernel/units.js';
import { outliersIn } from '../../../support/outliers.js';

const calendar = sessionCalendar('equity-index');
const at = (text: string) => epochMs(Date.parse(text));

describe('minutes a trading day should have', () => {
  test.each([
    ['2026-11-18', 1_380, 'an ordinary day'],
    ['2026-11-27', 1_155, 'the day after Thanksgiving, shut at 13:15'],
    ['2026-12-25', 0, 'Christmas'],
  ])('%s: %i, %s', (day, minutes) => {
    expect(minutesIn(expectedOf(tradingDay(day), calendar))).toBe(minutes);
  });

  test('of the day under way only the minutes that are over count', () => {
    const open = expectedOf(tradingDay('2026-11-18'), calendar, at('2026-11-17T23:10:30Z'));
    expect(minutesIn(open)).toBe(10);
  });

  test('missing minutes are told as stretches within each opening, the ends included', () => {
    const open = [
      { from: at('2026-11-17T23:00:00Z'), until: at('2026-11-17T23:05:00Z'), minutes: 5 },
      { from: at('2026-11-17T23:10:00Z'), until: at('2026-11-17T23:12:00Z'), minutes: 2 },
    ];
    const times = ['23:01', '23:02', '23:07', '23:10'].map((clock) => at(`2026-11-17T${clock}:00Z`));
    expect(missingFrom(open, times)).toEqual([
      { from: at('2026-11-17T23:00:00Z'), until: at('2026-11-17T23:01:00Z'), minutes: 1 },
      { from: at('2026-11-17T23:03:00Z'), until: at('2026-11-17T23:05:00Z'), minutes: 2 },
      { from: at('2026-11-17T23:11:00Z'), until: at('2026-11-17T23:12:00Z'), minutes: 1 },
    ]);
    expect(missingFrom(open, [])).toEqual(open);
  });

  test.each([
    [0, 0, 'shut'],
    [1_380, 0, 'none'],
    [1_380, 1_379, 'quiet'],
    [1_380, 1_300, 'holes'],
    [1_380, 1_380, 'complete'],
  ])('%i expected and %i present is %s', (expected, present, grade) => {
    expect(gradeOf({ expected, present })).toBe(grade);
  });
});

describe('outliers', () => {
  const START = at('2026-11-18T14:00:00Z');
  /** Ranges of 4 ticks around 27,000, but for what is given. */
  const market = (
    changes: Readonly<Record<number, { high?: number; low?: number; close?: number; contract?: string }>>,
  ) =>
    columnsOf(
      Array.from({ length: 60 }, (_, i): FeedBar => {
        const { high = 27_002, low = 26_998, close = 27_000, contract = 'MESZ6' } = changes[i] ?? {};
        const bar = { at: after(START, i * MINUTE), open: ticks(27_000), high: ticks(high), low: ticks(low) };
        return { root: 'MES', contract, bar: { ...bar, close: ticks(close), volume: 1 } };
      }),
      'test',
    );

  test('a print far beyond both neighbours is one, with how far it stands and what is usual', () => {
    const [one, ...others] = outliersIn(market({ 20: { high: 27_060 } }));
    expect(others).toEqual([]);
    expect(one).toMatchObject({ at: after(START, 20 * MINUTE), side: 'high', price: 27_060, excursion: 60, usual: 4 });
    expect(outliersIn(market({ 20: { low: 26_900 } }))).toMatchObject([{ side: 'low', excursion: 100 }]);
  });

  test('a move that stays is none', () => {
    const after20 = Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [i + 20, { high: 27_102, low: 26_999, close: 27_100 }]),
    );
    expect(outliersIn(market(after20))).toEqual([]);
  });

  test('twelve usual ranges are not yet one, and a bar without neighbours is not judged', () => {
    expect(outliersIn(market({ 20: { high: 27_048 } }))).toEqual([]);
    expect(outliersIn(market({ 20: { high: 27_049 } }))).toHaveLength(1);
    expect(outliersIn(market({ 59: { high: 27_900 } }))).toEqual([]);
    expect(outliersIn(market({ 20: { high: 27_900, contract: 'MESH7' } }))).toEqual([]);
  });
});
