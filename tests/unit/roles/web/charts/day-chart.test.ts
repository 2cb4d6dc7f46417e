import { describe, expect, test } from 'vitest';
import { resample } from '../../../../../src/domain/bars/resample.js';
import { createGate } from '../../../../../src/domain/gate/gate.js';
import { instrument } from '../../../../../src/domain/instruments/catalogue/index.js';
import { tradingDay, tradingDayOf, tradingDayStart } from '../../../../../src/domain/sessions/trading-day.js';
import { assert } from '../../../../../src/kernel/assert.js';
import { after, type EpochMs, epochMs, FIVE_MINUTES, HOUR, iso, MINUTE } from '../../../../../src/kernel/units.js';
import { chartJson, dayChart, rangeOf } from '../../../../../src/roles/web/charts/day-chart.js';
import { minuteBar, minutesOf } from '../../../../support/day-bars.js';

const mgc = instrument('MGC');
assert(mgc !== undefined, 'no MGC');
const DAY = tradingDay('2026-11-20');
const START = tradingDayStart(DAY);
const at = (text: string): EpochMs => epochMs(Date.parse(text));
const GOLD = { root: 'MGC', last: 42_070, swing: 58 };

describe('the bars of a day', () => {
  test('are those of the resampler of the analysis, up to the last bar that is closed', () => {
    const stored = minutesOf(GOLD, START, after(START, 63 * MINUTE));
    const { bars, forming } = dayChart(mgc, stored, { day: DAY, closedThrough: undefined });
    const all = resample(
      stored.map(({ bar }) => bar),
      FIVE_MINUTES,
    );
    expect(bars).toEqual(all.slice(0, 12));
    expect(forming).toEqual(all[12]);
  });

  test('include one whose last minutes had no trade once the engine has closed it', () => {
    const stored = minutesOf(GOLD, START, after(START, 8 * MINUTE));
    const open = dayChart(mgc, stored, { day: DAY, closedThrough: after(START, FIVE_MINUTES) });
    expect([open.bars.length, open.forming?.at]).toEqual([1, START + FIVE_MINUTES]);
    const closed = dayChart(mgc, stored, { day: DAY, closedThrough: after(START, 2 * FIVE_MINUTES) });
    expect([closed.bars.length, closed.forming]).toEqual([2, undefined]);
  });

  // New York goes back an hour on 1 November 2026 and ahead on 14 March 2027.
  test.each([
    ['2026-10-30', '2026-10-29T22:00:00Z'],
    ['2026-11-02', '2026-11-01T23:00:00Z'],
    ['2027-03-12', '2027-03-11T23:00:00Z'],
    ['2027-03-15', '2027-03-14T22:00:00Z'],
  ])('of %s begin at 18:00 New York of the evening before, which is %s', (text, start) => {
    const day = tradingDay(text);
    const from = at(start);
    const stored = minutesOf(GOLD, epochMs(from - 70 * MINUTE), after(from, 20 * MINUTE)).filter(
      ({ bar }) => bar.at >= from || tradingDayOf(bar.at) !== day,
    );
    const { bars } = dayChart(mgc, stored, { day, closedThrough: undefined });
    expect(bars.map((bar) => iso(bar.at))).toEqual([0, 5, 10, 15].map((minutes) => iso(after(from, minutes * MINUTE))));
  });

  test('end at the roll: a bar of 18:00 belongs to the next day', () => {
    const roll = at('2026-11-20T23:00:00Z');
    const stored = minutesOf(GOLD, epochMs(roll - 10 * MINUTE), after(roll, 10 * MINUTE));
    const opens = (day: string) =>
      dayChart(mgc, stored, { day: tradingDay(day), closedThrough: undefined }).bars.map((bar) => iso(bar.at));
    expect(opens('2026-11-20')).toEqual(['2026-11-20T22:50:00.000Z', '2026-11-20T22:55:00.000Z']);
    expect(opens('2026-11-23')).toEqual(['2026-11-20T23:00:00.000Z', '2026-11-20T23:05:00.000Z']);
  });

  test('may come from a file of 5-minute bars', () => {
    const stored = minutesOf(GOLD, START, after(START, 3 * MINUTE)).map((row, i) => ({
      ...row,
      lengthMs: FIVE_MINUTES,
      bar: { ...row.bar, at: after(START, i * FIVE_MINUTES) },
    }));
    const { bars, forming } = dayChart(mgc, stored, { day: DAY, closedThrough: undefined });
    expect(bars).toEqual(stored.map(({ bar }) => bar));
    expect(forming).toBeUndefined();
  });

  test('are none before the first one has closed', () => {
    const empty = dayChart(mgc, [], { day: DAY, closedThrough: START });
    expect(chartJson(empty)).toEqual({
      symbol: 'MGC',
      contract: null,
      trading_day: '2026-11-20',
      as_of: null,
      bars: [],
      forming: null,
      vwap: [],
    });
    expect(rangeOf(empty)).toBeUndefined();
  });
});

test('the VWAP at every bar is the one that the gate of the card reads there', () => {
  const stored = minutesOf(GOLD, START, after(START, 15 * HOUR));
  const { bars, vwap } = dayChart(mgc, stored, { day: DAY, closedThrough: undefined });
  const gate = createGate();
  let compared = 0;
  let quarter: typeof bars = [];
  for (const [i, bar] of bars.entries()) {
    gate.push('five', bar);
    quarter = [...quarter, bar];
    if (quarter.length === 3) {
      for (const whole of resample(quarter, 3 * FIVE_MINUTES)) gate.push('quarter', whole);
      quarter = [];
    }
    const seen = gate.read()?.vwap;
    if (seen === undefined) continue;
    compared += 1;
    expect(vwap[i]).toBe(seen);
  }
  expect(compared).toBeGreaterThan(60);
});

test('on the wire prices are decimals, times seconds, and bars without a trade have no VWAP yet', () => {
  const first = minuteBar('MGC', START, [42_000, 42_010, 41_990, 42_005, 0]);
  const second = minuteBar('MGC', after(START, FIVE_MINUTES), [42_005, 42_020, 42_001, 42_011, 30]);
  const third = minuteBar('MGC', after(START, 2 * FIVE_MINUTES), [42_011, 42_013, 41_950, 41_960, 7]);
  const chart = dayChart(mgc, [first, second, third], { day: DAY, closedThrough: undefined });
  const open = START / 1_000;
  expect(chartJson(chart)).toEqual({
    symbol: 'MGC',
    contract: 'MGCZ6',
    trading_day: '2026-11-20',
    as_of: '2026-11-19T23:10:00.000Z',
    bars: [
      [open, 4200, 4201, 4199, 4200.5, 0],
      [open + 300, 4200.5, 4202, 4200.1, 4201.1, 30],
    ],
    forming: [open + 600, 4201.1, 4201.3, 4195, 4196, 7],
    vwap: [[open + 300, 4201.067]],
  });
  expect(rangeOf(chart)).toEqual({ day: DAY, low: 4195, high: 4202 });
});
