import { describe, expect, test } from 'vitest';
import { createAtrDay } from '../../../../src/domain/volatility/atr-day.js';
import { volatilityOf } from '../../../../src/domain/volatility/percentile.js';

const NINE_THIRTY = 9 * 60 + 30;

function dayOf(...rows: readonly (readonly [minute: number, atr: number])[]) {
  const day = createAtrDay();
  for (const [minute, atr] of rows) day.add(minute, atr);
  return day.view();
}

describe('rank of the ATR', () => {
  test('compares with the same time of day once five earlier days are there', () => {
    const earlier = [1, 2, 3, 4, 5].map((atr) => dayOf([NINE_THIRTY, atr], [3 * 60, 100]));
    const reading = volatilityOf(3.5, NINE_THIRTY, { earlier, today: dayOf([NINE_THIRTY, 3.5]) });
    expect(reading).toEqual({ percentile: 60, basis: 'time-of-day', days: 5, regime: 'high' });
  });

  test('says "recent" and how many days it has until then', () => {
    const earlier = [1, 2, 3, 4].map((atr) => dayOf([NINE_THIRTY, atr]));
    const reading = volatilityOf(9, NINE_THIRTY, { earlier, today: dayOf([NINE_THIRTY, 9]) });
    expect(reading).toMatchObject({ percentile: 80, basis: 'recent', days: 4 });
  });

  test('does not count a day that has nothing within 30 minutes', () => {
    const earlier = [30, 30, 30, 30, 31].map((off) => dayOf([NINE_THIRTY - off, 1]));
    expect(volatilityOf(2, NINE_THIRTY, { earlier, today: dayOf([NINE_THIRTY, 2]) })).toMatchObject({
      basis: 'recent',
      days: 4,
    });
  });

  test('measures the time of day across midnight', () => {
    const earlier = new Array(5).fill(dayOf([10, 1]));
    expect(volatilityOf(2, 23 * 60 + 50, { earlier, today: dayOf() })).toMatchObject({ percentile: 100, days: 5 });
  });

  test('counts only values strictly below', () => {
    const earlier = new Array(5).fill(dayOf([NINE_THIRTY, 2]));
    expect(volatilityOf(2, NINE_THIRTY, { earlier, today: dayOf() }).percentile).toBe(0);
  });

  test('looks at the newest 500 values when it ranks recent ones', () => {
    const old = dayOf(...Array.from({ length: 400 }, () => [60, 1] as const));
    const today = dayOf(...Array.from({ length: 500 }, () => [600, 5] as const));
    expect(volatilityOf(5, 600, { earlier: [old], today }).percentile).toBe(0);
    expect(volatilityOf(5, 600, { earlier: [old], today: dayOf([600, 5]) }).percentile).toBeCloseTo(
      (100 * 400) / 401,
      9,
    );
  });

  test.each([
    [19.9, 'very low'],
    [20, 'low'],
    [40, 'normal'],
    [60, 'high'],
    [80, 'very high'],
  ])('percentile %d is %s', (percentile, regime) => {
    const values = Array.from({ length: 1000 }, (_, i) => [NINE_THIRTY, i < percentile * 10 ? 1 : 3] as const);
    const earlier = new Array(5).fill(dayOf(...values));
    expect(volatilityOf(2, NINE_THIRTY, { earlier, today: dayOf() })).toMatchObject({ percentile, regime });
  });
});
