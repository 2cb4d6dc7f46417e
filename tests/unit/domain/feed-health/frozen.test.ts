import { describe, expect, test } from 'vitest';
import type { Bar } from '../../../../src/domain/bars/bar.js';
import { frozenBounds } from '../../../../src/domain/feed-health/bounds.js';
import { afterBar, afterTick, type FeedTrail, frozenAt, newTrail } from '../../../../src/domain/feed-health/frozen.js';
import { instrument } from '../../../../src/domain/instruments/catalogue/index.js';
import { sessionCalendar } from '../../../../src/domain/sessions/calendar.js';
import { after, type EpochMs, MINUTE, SECOND, ticks } from '../../../../src/kernel/units.js';
import { et } from '../../../support/new-york.js';

function calendarOf(root: string) {
  const spec = instrument(root);
  if (!spec) throw new Error(root);
  return sessionCalendar(spec.calendar);
}
const frozen = (trail: FeedTrail, root: string, now: EpochMs) =>
  frozenAt(trail, { root, calendar: calendarOf(root), now });
const bar = (close: EpochMs, price: number, more: Partial<Bar> = {}): Bar => {
  const it = ticks(price);
  return { at: after(close, -MINUTE), open: it, high: it, low: it, close: it, volume: 3, ...more };
};
/** Bars that arrive a second after their close, from `from` on. */
function heard(root: string, from: EpochMs, bars: readonly ((close: EpochMs) => Bar)[], lateMs = SECOND): FeedTrail {
  return bars.reduce((trail, make, i) => {
    const close = after(from, (i + 1) * MINUTE);
    const bounds = frozenBounds(root, close, calendarOf(root));
    return afterBar(trail, { bar: make(close), now: after(close, lateMs), lateMs: bounds.lateMs });
  }, newTrail(from));
}
const times = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
const same =
  (price = 100, more: Partial<Bar> = {}) =>
  (close: EpochMs) =>
    bar(close, price, more);

describe('a feed that repeats one price', () => {
  const at = et('2026-11-19 10:00');

  test('counts as frozen in the active session after ten minutes, with since when and the bound', () => {
    const trail = heard(
      'MES',
      at,
      times(12, () => same()),
    );
    expect(frozen(trail, 'MES', after(at, 9 * MINUTE))).toBeUndefined();
    const found = frozen(trail, 'MES', after(at, 12 * MINUTE));
    expect(found).toMatchObject({
      kind: 'unchanged',
      text: 'the price has not moved since 10:01 ET',
      facts: { since: '2026-11-19T15:01:01.000Z', unchanged_s: 659, bound_s: 600 },
    });
  });

  test('does not where last prices move between the same closes', () => {
    const still = heard(
      'MES',
      at,
      times(12, () => same()),
    );
    const moved = afterTick(afterTick(still, ticks(101), after(at, 11 * MINUTE)), ticks(100), after(at, 11.5 * MINUTE));
    expect(frozen(moved, 'MES', after(at, 12 * MINUTE))).toBeUndefined();
  });

  test('does not where the bars have a range, wherever they close', () => {
    const trail = heard(
      'MES',
      at,
      times(30, () => same(100, { high: ticks(101) })),
    );
    expect(frozen(trail, 'MES', after(at, 30 * MINUTE))).toBeUndefined();
  });

  test('is seen to move by bars of one trade each, once their price changes', () => {
    const moves = (...prices: number[]) =>
      heard(
        'MES',
        at,
        prices.map((price) => same(price)),
      ).hasMoved;
    expect([moves(100), moves(100, 100), moves(100, 101)]).toEqual([false, false, true]);
  });

  test('has twice the time outside the active session, and four times in the thin copper', () => {
    const noon = et('2026-11-19 13:30');
    const quiet = (root: string, minutes: number) =>
      frozen(
        heard(
          root,
          noon,
          times(minutes, () => same()),
        ),
        root,
        after(noon, minutes * MINUTE),
      )?.kind;
    expect([quiet('MES', 15), quiet('MES', 25)]).toEqual([undefined, 'unchanged']);
    expect([quiet('MHG', 25), quiet('MHG', 70), quiet('MHG', 85)]).toEqual([undefined, undefined, 'unchanged']);
  });
});

describe('a feed that says nothing', () => {
  test('counts as frozen after four minutes of the active session', () => {
    const at = et('2026-11-19 10:00');
    expect(frozen(newTrail(at), 'MGC', after(at, 3 * MINUTE))).toBeUndefined();
    expect(frozen(newTrail(at), 'MGC', after(at, 4 * MINUTE))).toMatchObject({
      kind: 'silent',
      facts: { silent_s: 240, bound_s: 240 },
    });
  });

  test('does not at lunch in copper’s micro, which trades a few times an hour', () => {
    const at = et('2026-11-19 13:30');
    expect(frozen(newTrail(at), 'MHG', after(at, 35 * MINUTE))).toBeUndefined();
    expect(frozen(newTrail(at), 'MHG', after(at, 41 * MINUTE))?.kind).toBe('silent');
  });

  test.each([
    ['the daily break', '2026-11-19 16:58', '2026-11-19 17:30'],
    ['the first minutes after it', '2026-11-19 16:50', '2026-11-19 18:05'],
    ['the weekend', '2026-11-20 16:59', '2026-11-22 12:00'],
    ['the first minutes of Sunday evening', '2026-11-20 16:50', '2026-11-22 18:05'],
    ['an early close', '2026-11-26 12:58', '2026-11-26 16:00'],
    ['a holiday', '2026-12-24 13:00', '2026-12-25 10:00'],
  ])('does not over %s', (_what, heardAt, now) => {
    expect(frozen(newTrail(et(heardAt)), 'MES', et(now))).toBeUndefined();
  });

  test('counts the open minutes after a break, and those before it for nothing', () => {
    const trail = newTrail(et('2026-11-19 16:55'));
    expect(frozen(trail, 'MES', et('2026-11-19 18:09'))).toBeUndefined();
    expect(frozen(trail, 'MES', et('2026-11-19 18:10'))).toMatchObject({
      kind: 'silent',
      since: et('2026-11-19 18:00'),
    });
  });

  test('has the time of a quiet night on the short day after Thanksgiving, also in the morning', () => {
    const at = et('2026-11-27 10:00');
    expect(frozen(newTrail(at), 'MES', after(at, 15 * MINUTE))).toBeUndefined();
    expect(frozen(newTrail(at), 'MES', after(at, 20 * MINUTE))?.kind).toBe('silent');
  });
});

describe('bars without a trade', () => {
  const at = et('2026-11-19 10:00');
  const empty = (i: number) => same(100 + i, { volume: 0 });

  test('count as frozen after five in a row, of a feed that has told volumes before', () => {
    const trail = heard('MES', at, [same(), ...times(5, empty)]);
    expect(frozen(trail, 'MES', after(at, 6 * MINUTE))).toMatchObject({
      kind: 'no-volume',
      facts: { bars: 5, bound_bars: 5, since: '2026-11-19T15:02:00.000Z' },
    });
  });

  test('say nothing of a feed that never tells a volume', () => {
    expect(frozen(heard('MES', at, times(30, empty)), 'MES', after(at, 30 * MINUTE))).toBeUndefined();
  });

  test('are forgotten with the first trade', () => {
    const trail = heard('MES', at, [same(), ...times(6, empty), same(200)]);
    expect(frozen(trail, 'MES', after(at, 8 * MINUTE))).toBeUndefined();
  });
});

describe('bars that arrive late', () => {
  const at = et('2026-11-19 10:00');
  const moving = (count: number) => times(count, (i) => same(100 + i));

  test('count as frozen when it goes on for minutes', () => {
    const trail = heard('MES', at, moving(4), 45 * SECOND);
    expect(frozen(trail, 'MES', after(at, 4 * MINUTE + 46 * SECOND))).toMatchObject({
      kind: 'late',
      text: 'bars arrive 45 s after their close',
      facts: { late_s: 45, bars: 4 },
    });
  });

  test('do not when a reconnect brings an hour of them at once', () => {
    const now = after(at, 60 * MINUTE);
    const trail = times(60, (i) => bar(after(at, (i + 1) * MINUTE), 100 + i)).reduce(
      (so, it) => afterBar(so, { bar: it, now, lateMs: 20 * SECOND }),
      newTrail(at),
    );
    expect(frozen(trail, 'MES', after(now, MINUTE))).toBeUndefined();
  });
});
