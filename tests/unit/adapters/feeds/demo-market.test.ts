import { beforeAll, describe, expect, test } from 'vitest';
import { DEMO_START } from '../../../../src/adapters/feeds/demo/feed.js';
import { demoRoots, HISTORY_DAYS, marketMinutes } from '../../../../src/adapters/feeds/demo/market.js';
import { activityAt, profiles } from '../../../../src/adapters/feeds/demo/profile.js';
import { instrument } from '../../../../src/domain/instruments/catalogue/index.js';
import { sessionCalendar } from '../../../../src/domain/sessions/calendar.js';
import { etMinuteOfDay } from '../../../../src/domain/sessions/session.js';
import { tradingDayOf } from '../../../../src/domain/sessions/trading-day.js';
import { type EpochMs, epochMs, FIVE_MINUTES } from '../../../../src/kernel/units.js';
import type { FeedBar } from '../../../../src/ports/feed.js';

const specOf = (root: string) => {
  const spec = instrument(root);
  if (!spec) throw new Error(`no instrument ${root}`);
  return spec;
};

function barsUntil(
  end: EpochMs,
  options: { seed?: number; roots?: readonly string[]; start?: EpochMs } = {},
): FeedBar[] {
  const { seed = 1, roots = demoRoots, start = DEMO_START } = options;
  const bars: FeedBar[] = [];
  for (const minute of marketMinutes({ seed, start, roots })) {
    if (minute.close > end) break;
    bars.push(...minute.bars);
  }
  return bars;
}

/** Median true range of the 5-minute bars between 05:00 and 12:00 New York, in points. */
function activeRange(bars: readonly FeedBar[], root: string): number {
  const spec = specOf(root);
  const fives = new Map<number, { high: number; low: number }>();
  for (const { root: its, bar } of bars) {
    const minute = etMinuteOfDay(bar.at);
    if (its !== root || minute < 300 || minute >= 720) continue;
    const key = Math.floor(bar.at / FIVE_MINUTES);
    const known = fives.get(key);
    fives.set(key, {
      high: Math.max(bar.high, known?.high ?? bar.high),
      low: Math.min(bar.low, known?.low ?? bar.low),
    });
  }
  const ranges = [...fives.values()].map(({ high, low }) => (high - low) / spec.ticksPerPoint).sort((a, b) => a - b);
  return ranges[Math.floor(ranges.length / 2)] ?? 0;
}

describe('the synthetic market', () => {
  let bars: readonly FeedBar[] = [];
  const of = (root: string) => bars.filter((bar) => bar.root === root);
  beforeAll(() => {
    bars = barsUntil(epochMs(Date.parse('2026-11-20T17:00:00Z')));
  });

  test('has 25 trading days of history before the one it starts in', () => {
    const days = [...new Set(bars.map(({ bar }) => tradingDayOf(bar.at)))];
    expect(days.indexOf(tradingDayOf(DEMO_START))).toBe(HISTORY_DAYS);
  });

  test('trades only while its exchange is open', () => {
    const shut = bars.filter(({ root, bar }) => !sessionCalendar(specOf(root).calendar).isOpen(bar.at));
    expect(shut).toEqual([]);
  });

  test('does not trade on a closed holiday and stops at an early close', () => {
    const thanksgiving = barsUntil(epochMs(Date.parse('2026-11-30T12:00:00Z')), { roots: ['MES'] });
    const lastOf = (day: string) => thanksgiving.filter(({ bar }) => tradingDayOf(bar.at) === day).at(-1)?.bar.at ?? 0;
    expect(etMinuteOfDay(epochMs(lastOf('2026-11-25')))).toBe(16 * 60 + 59);
    expect(etMinuteOfDay(epochMs(lastOf('2026-11-26')))).toBeLessThan(13 * 60);
  });

  test('misses a night minute of the thin markets now and then, never one of the busy ones', () => {
    expect(of('MHG').length).toBeLessThan(of('MGC').length);
    expect(of('SIL').length).toBeLessThan(of('MGC').length);
    const morning = (root: string) => of(root).filter(({ bar }) => Math.abs(etMinuteOfDay(bar.at) - 600) < 60).length;
    expect(morning('MHG')).toBe(morning('MES'));
  });

  test.each([
    ['MGC', 3, 7],
    ['MNQ', 18, 45],
    ['MES', 3.5, 9],
    ['MCL', 0.08, 0.18],
    ['SIL', 0.09, 0.2],
    ['MHG', 0.008, 0.018],
  ])('%s moves between %d and %d points in five active minutes', (root, least, most) => {
    expect(activeRange(bars, root)).toBeGreaterThan(least);
    expect(activeRange(bars, root)).toBeLessThan(most);
  });

  test.each(profiles.map(({ root, level }) => [root, level] as const))(
    '%s stays near its level of %d',
    (root, level) => {
      const priceOf = ({ bar }: FeedBar): number => bar.close / specOf(root).ticksPerPoint;
      expect(of(root).filter((bar) => Math.abs(priceOf(bar) / level - 1) > 0.35)).toEqual([]);
      expect(of(root).length).toBeGreaterThan(30_000);
    },
  );

  test('the two stock indices move together, gold and crude do not', () => {
    const moves = (root: string) => new Map(of(root).map(({ bar }) => [bar.at, bar.close - bar.open]));
    const correlation = (a: string, b: string): number => {
      const [left, right] = [moves(a), moves(b)];
      let [xy, xx, yy] = [0, 0, 0];
      for (const [at, x] of left) {
        const y = right.get(at) ?? 0;
        xy += x * y;
        xx += x * x;
        yy += y * y;
      }
      return xy / Math.sqrt(xx * yy);
    };
    expect(correlation('MES', 'MNQ')).toBeGreaterThan(0.7);
    expect(Math.abs(correlation('MGC', 'MCL'))).toBeLessThan(0.1);
  });

  test('the open at 09:30 is far busier than the Asian night', () => {
    const volumeAt = (from: number) =>
      of('MES')
        .filter(({ bar }) => etMinuteOfDay(bar.at) >= from && etMinuteOfDay(bar.at) < from + 30)
        .reduce((sum, { bar }) => sum + bar.volume, 0);
    expect(volumeAt(9 * 60 + 30)).toBeGreaterThan(5 * volumeAt(60));
  });

  test('large minutes come far more often than a normal law allows', () => {
    const moves = of('MES').map(({ bar }) => bar.close - bar.open);
    const deviation = Math.sqrt(moves.reduce((sum, move) => sum + move * move, 0) / moves.length);
    const beyondFour = moves.filter((move) => Math.abs(move) > 4 * deviation).length / moves.length;
    expect(beyondFour).toBeGreaterThan(10 * 6.3e-5);
  });

  test('a market is the same whether it is asked for alone or with the others', () => {
    expect(barsUntil(DEMO_START, { roots: ['MNQ'] })).toEqual(of('MNQ').filter(({ bar }) => bar.at < DEMO_START));
  });

  test('another seed is another market', () => {
    expect(barsUntil(DEMO_START, { roots: ['MCL'], seed: 2 })).not.toEqual(
      of('MCL').filter(({ bar }) => bar.at < DEMO_START),
    );
  });

  test('crude rolls to the next contract on the way, and only on a new trading day', () => {
    const changes = of('MCL').filter((bar, i, all) => i > 0 && all[i - 1]?.contract !== bar.contract);
    expect(changes.length).toBeGreaterThan(0);
    for (const { bar } of changes) expect(etMinuteOfDay(bar.at)).toBe(18 * 60);
  });
});

test('the hours of a market join without a jump at midnight and hold their named points', () => {
  for (const profile of profiles) {
    for (const [minute, activity] of profile.hours) expect(activityAt(profile, minute)).toBeCloseTo(activity, 10);
    expect(Math.abs(activityAt(profile, 1_439) - activityAt(profile, 0))).toBeLessThan(0.02);
  }
});
