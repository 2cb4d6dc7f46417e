import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Bar } from '../../../../src/domain/bars/bar.js';
import { REGIME_DAYS, trainFor, trainingDue, trainingOf } from '../../../../src/domain/regime/training.js';
import { sessionCalendar } from '../../../../src/domain/sessions/calendar.js';
import { tradingDay, tradingDayOf } from '../../../../src/domain/sessions/trading-day.js';
import { after, DAY, epochMs, FIVE_MINUTES, iso, MINUTE, ticks } from '../../../../src/kernel/units.js';
import { walk } from '../../../support/copilot-day.js';

const calendar = sessionCalendar('equity-index');
const at = (text: string) => epochMs(Date.parse(text));
const dueAt = (text: string) => trainingDue(at(text), calendar);

describe('a training is due', () => {
  test.each([
    ['at 12:05 New York', '2026-11-19T17:05:00Z', '2026-11-19'],
    ['not a moment earlier', '2026-11-19T17:04:59.999Z', '2026-11-18'],
    ['until the next one, also after the 18:00 roll', '2026-11-20T16:00:00Z', '2026-11-19'],
    ['of Friday all weekend and Monday morning', '2026-11-23T14:00:00Z', '2026-11-20'],
    ['of Friday on Sunday evening', '2026-11-22T23:30:00Z', '2026-11-20'],
    ['by the summer clock in summer', '2026-07-15T16:05:00Z', '2026-07-15'],
    ['of the day before a shut holiday', '2026-12-25T18:00:00Z', '2026-12-24'],
  ])('%s', (_, now, day) => expect(dueAt(now).day).toBe(day));

  test('once a trading day, whenever it is asked', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60 * 24 * 60 }), (minutes) => {
        const now = after(at('2026-10-01T00:00:00Z'), minutes * MINUTE);
        const due = trainingDue(now, calendar);
        expect(due.through).toBeLessThanOrEqual(now);
        expect(now - due.through).toBeLessThan(5 * DAY);
        expect(trainingOf(due.day, calendar)).toEqual(due);
      }),
    );
  });

  test('on the bars of twenty trading days, its own until the hour included', () => {
    const { from, through } = dueAt('2026-11-19T20:00:00Z');
    expect([iso(from), iso(through)]).toEqual(['2026-10-22T22:00:00.000Z', '2026-11-19T17:05:00.000Z']);
    const days = new Set(walk('MES', from, through).map((bar) => tradingDayOf(bar.at)));
    expect(days.size).toBe(REGIME_DAYS);
  });
});

describe('training', () => {
  const due = trainingOf(tradingDay('2026-11-19'), calendar);
  const bars = walk('MES', after(due.through, -6 * DAY), after(due.through, DAY));
  const trained = (some: readonly Bar[] = bars, barMs = MINUTE) => trainFor({ root: 'MES', due, bars: some, barMs });

  test('knows the newest bar it has seen, and nothing of what comes after the hour', () => {
    const model = trained();
    if (!model.ok) throw new Error(model.error);
    expect(iso(model.value.trainedThrough)).toBe('2026-11-19T17:00:00.000Z');
    expect(model.value.rows).toBeGreaterThan(500);
    const known = bars.filter((bar) => bar.at + MINUTE <= due.through);
    expect(known.length).toBeLessThan(bars.length);
    expect(trained(known)).toEqual(model);
    const wild = bars.map((bar) => (bar.at + MINUTE <= due.through ? bar : { ...bar, close: ticks(1), low: ticks(1) }));
    expect(trained(wild)).toEqual(model);
  });

  test('leaves out bars from before its days', () => {
    const old = walk('MES', after(due.from, -3 * DAY), due.from, 'another market');
    expect(old.length).toBeGreaterThan(1_000);
    expect(trained([...old, ...bars])).toEqual(trained());
  });

  test('is seeded by instrument and day', () => {
    const other = trainFor({ root: 'MNQ', due, bars });
    expect(other.ok).toBe(true);
    expect(JSON.stringify(other)).not.toBe(JSON.stringify(trained()));
  });

  test.each([
    ['no bar at all', [], 'no 5-minute bar in the 20 trading days to 2026-11-19'],
    ['too few', bars.slice(0, 1_000), 'usable 5-minute bars, 500 are the fewest'],
    [
      'flat prices',
      bars.map((bar) => ({ ...bar, open: ticks(9), high: ticks(9), low: ticks(9), close: ticks(9) })),
      'the log return never changes',
    ],
    ['bars that never trade', bars.map((bar) => ({ ...bar, volume: 0 })), 'the volume never changes'],
  ] satisfies [string, readonly Bar[], string][])('refuses %s with the reason', (_, some, why) => {
    const model = trained(some);
    expect(model.ok ? 'trained' : model.error).toContain(why);
  });

  test('takes bars that are 5 minutes long', () => {
    const rows = bars.filter((bar) => bar.at % FIVE_MINUTES === 0);
    const model = trained(rows, FIVE_MINUTES);
    expect(model.ok && iso(model.value.trainedThrough)).toBe('2026-11-19T17:00:00.000Z');
  });
});
