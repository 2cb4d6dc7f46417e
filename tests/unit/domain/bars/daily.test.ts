import { describe, expect, test } from 'vitest';
import { columnsOf } from '../../../../src/domain/bars/columns.js';
import { type DailyBar, dailyBars } from '../../../../src/domain/bars/daily.js';
import type { FeedBar } from '../../../../src/domain/bars/feed-bar.js';
import { sessionCalendar } from '../../../../src/domain/sessions/calendar.js';
import { tradingDay, tradingDayOf } from '../../../../src/domain/sessions/trading-day.js';
import { after, FIVE_MINUTES, HOUR, iso, MINUTE, ticks } from '../../../../src/kernel/units.js';
import { feedBars, instant } from '../../../support/stored-bars.js';

/** The same by the book: each day's minutes looked through from the start. */
function slowDays(bars: readonly FeedBar[]): readonly DailyBar[] {
  const days = [...new Set(bars.map(({ bar }) => tradingDayOf(bar.at)))];
  return days.map((day) => {
    const minutes = bars.filter(({ bar }) => tradingDayOf(bar.at) === day).map(({ bar }) => bar);
    const [first] = minutes;
    const last = minutes.at(-1);
    if (!first || !last) throw new Error('a day without minutes');
    return {
      day,
      contract: bars.find(({ bar }) => bar.at === first.at)?.contract ?? '',
      open: first.open,
      high: ticks(Math.max(...minutes.map(({ high }) => high))),
      low: ticks(Math.min(...minutes.map(({ low }) => low))),
      close: last.close,
      volume: minutes.reduce((sum, { volume }) => sum + volume, 0),
      minutes: minutes.length,
    };
  });
}

const days = (bars: readonly FeedBar[]) => dailyBars(columnsOf(bars, 'test'));

describe('daily bars', () => {
  test.each([
    ['when New York puts its clocks forward', 'MES', '2026-03-05T00:00:00Z', '2026-03-12T00:00:00Z'],
    ['when New York puts its clocks back', 'MGC', '2026-10-29T00:00:00Z', '2026-11-05T00:00:00Z'],
    ['with a short session and a day without any', 'MCL', '2026-12-21T00:00:00Z', '2026-12-31T00:00:00Z'],
  ])('equal a slow reference in a week %s', (_, root, from, until) => {
    const bars = feedBars(root, instant(from), instant(until));
    expect(days(bars)).toEqual(slowDays(bars));
  });

  test('begin at 18:00 New York by the clock of the day, summer and winter', () => {
    const bars = feedBars('MES', instant('2026-03-05T22:00:00Z'), instant('2026-03-11T00:00:00Z'));
    const calendar = sessionCalendar('equity-index');
    for (const { day, minutes } of days(bars)) {
      const hours = calendar.hoursOf(tradingDay(day));
      if (!hours) throw new Error(`no hours of ${day}`);
      const isWhole = hours.open >= instant('2026-03-05T22:00:00Z') && hours.close <= instant('2026-03-11T00:00:00Z');
      if (isWhole) expect(minutes).toBe((hours.close - hours.open) / MINUTE);
    }
    const winter = sessionCalendar('equity-index').hoursOf(tradingDay('2026-03-06'))?.open;
    const summer = sessionCalendar('equity-index').hoursOf(tradingDay('2026-03-10'))?.open;
    expect([winter, summer].map((at) => at !== undefined && iso(at).slice(11, 16))).toEqual(['23:00', '22:00']);
  });

  test('are of the contract with more minutes where it changed within the day, and mix no prices', () => {
    const from = instant('2026-11-18T14:00:00Z');
    const old = feedBars('MGC', from, after(from, HOUR)).map((bar) => ({ ...bar, contract: 'MGCZ6' }));
    const next = feedBars('MGC', after(from, HOUR), after(from, 3 * HOUR), '2').map((bar) => ({
      ...bar,
      contract: 'MGCG7',
    }));
    expect(days([...old, ...next])).toEqual(slowDays(next));
    expect(days([...old, ...next.slice(0, 30)])).toEqual(slowDays(old));
  });

  test('leave out bars longer than a minute', () => {
    const minutes = feedBars('MGC', instant('2026-11-18T14:00:00Z'), instant('2026-11-18T15:00:00Z'));
    const long = feedBars('MGC', instant('2026-11-18T16:00:00Z'), instant('2026-11-18T16:01:00Z'));
    expect(days([...minutes, ...long.map((bar) => ({ ...bar, lengthMs: FIVE_MINUTES }))])).toEqual(slowDays(minutes));
    expect(days([])).toEqual([]);
  });
});
