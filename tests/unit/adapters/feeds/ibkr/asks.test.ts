import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dayAsks, endText } from '../../../../../src/adapters/feeds/ibkr/asks.js';
import { openStretches } from '../../../../../src/domain/bars/gaps.js';
import { sessionCalendar } from '../../../../../src/domain/sessions/calendar.js';
import { tradingDayOf, tradingDayStart } from '../../../../../src/domain/sessions/trading-day.js';
import { after, DAY, type EpochMs, epochMs, HOUR, iso, MINUTE } from '../../../../../src/kernel/units.js';

const at = (text: string): EpochMs => epochMs(Date.parse(text));
const metals = sessionCalendar('metals');
const [YEAR_START, YEAR_END] = [at('2026-01-01T00:00:00Z'), at('2026-12-31T00:00:00Z')];

/** What is certain to come back, whether IBKR counts "1 D" as a session or as 24 hours. */
const reach = ({ end, duration }: { readonly end: EpochMs; readonly duration: string }): EpochMs => {
  const [count = '', unit] = duration.split(' ');
  if (unit === 'S') return after(end, -Number(count) * 1_000);
  return epochMs(Math.max(after(end, -DAY), tradingDayStart(tradingDayOf(after(end, -1)))));
};

test('every open minute of a stretch is asked for once, over weekends, holidays and changes of the clock', () => {
  const stretch = fc.tuple(fc.integer({ min: YEAR_START, max: YEAR_END }), fc.integer({ min: 1, max: 12 * 24 * 60 }));
  fc.assert(
    fc.property(stretch, fc.constantFrom('metals', 'energy', 'equity-index'), ([start, minutes], id) => {
      const calendar = sessionCalendar(id);
      const from = epochMs(Math.floor(start / MINUTE) * MINUTE);
      const to = after(from, minutes * MINUTE);
      const asks = dayAsks(from, to, calendar);
      const open = openStretches(from, to, calendar);
      for (const { from: first, until } of open)
        for (const minute of [
          first,
          epochMs(Math.floor((first + until) / 2 / MINUTE) * MINUTE),
          after(until, -MINUTE),
        ]) {
          const meant = asks.filter((ask) => ask.from <= minute && minute < ask.to);
          expect(meant).toHaveLength(1);
          expect(meant.every((ask) => reach(ask) <= minute && minute < ask.end)).toBe(true);
        }
      for (const [i, ask] of asks.entries()) {
        expect(ask.from).toBeGreaterThanOrEqual(asks[i - 1]?.to ?? from);
        expect(ask.end).toBeLessThanOrEqual(ask.to);
      }
    }),
    { numRuns: 200 },
  );
});

test('a week of metals is five requests of a day, each to the end of its session', () => {
  const asks = dayAsks(at('2026-11-15T23:00:00Z'), at('2026-11-21T00:00:00Z'), metals);
  expect(asks.map(({ duration }) => duration)).toEqual(['1 D', '1 D', '1 D', '1 D', '1 D']);
  expect(asks.map(({ end }) => iso(end).slice(5, 16))).toEqual([
    '11-16T22:00',
    '11-17T22:00',
    '11-18T22:00',
    '11-19T22:00',
    '11-20T22:00',
  ]);
});

test('up to eight hours are asked for in seconds, two minutes at least', () => {
  const end = at('2026-11-19T15:00:00Z');
  expect(dayAsks(after(end, -MINUTE), end, metals)).toMatchObject([{ duration: '120 S', end }]);
  expect(dayAsks(after(end, -8 * HOUR), end, metals)).toMatchObject([{ duration: '28800 S' }]);
  expect(dayAsks(after(end, -9 * HOUR), end, metals)).toMatchObject([{ duration: '1 D' }]);
});

test('a weekend is not asked for', () => {
  expect(dayAsks(at('2026-11-20T22:00:00Z'), at('2026-11-22T23:00:00Z'), metals)).toEqual([]);
});

test('an end is written in UTC', () => {
  expect(endText(at('2026-11-20T14:31:05.900Z'))).toBe('20261120-14:31:05');
});
