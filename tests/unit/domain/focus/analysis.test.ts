import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Bar } from '../../../../src/domain/bars/bar.js';
import { createSymbolAnalysis } from '../../../../src/domain/focus/analysis.js';
import type { Reading } from '../../../../src/domain/focus/types.js';
import { HISTORY_DAYS } from '../../../../src/domain/focus/window.js';
import { mes } from '../../../../src/domain/instruments/catalogue/mes.js';
import { tradingDayOf } from '../../../../src/domain/sessions/trading-day.js';
import { epochMs, FIVE_MINUTES, MINUTE, ticks } from '../../../../src/kernel/units.js';
import { market, weekdays } from './market.js';

function readingsOf(bars: readonly Bar[]): readonly Reading[] {
  const analysis = createSymbolAnalysis(mes);
  const readings: Reading[] = [];
  for (const bar of bars) {
    if (!analysis.push(bar).closed5m) continue;
    const reading = analysis.reading();
    if (reading) readings.push(reading);
  }
  return readings;
}

const bar = (minute: number, close: number): Bar => ({
  at: epochMs(Date.parse('2026-11-19T14:00:00Z') + minute * MINUTE),
  open: ticks(close),
  high: ticks(close + 1),
  low: ticks(close - 1),
  close: ticks(close),
  volume: 1,
});

describe('analysis of one symbol', () => {
  test('closes the 5-minute bar with its fifth minute and reads it', () => {
    const analysis = createSymbolAnalysis(mes);
    const closed = [0, 1, 2, 3, 4].map((minute) => analysis.push(bar(minute, 27_000 + minute)).closed5m);
    expect(closed).toEqual([false, false, false, false, true]);
    expect(analysis.reading()).toMatchObject({
      root: 'MES',
      barAt: bar(0, 0).at,
      price: 27_004,
      bars: 1,
      atr: undefined,
    });
    expect(analysis.last()).toEqual({ price: 27_004, closedAt: bar(5, 0).at, lengthMs: MINUTE });
  });

  test('says nothing before the first closed bar, and shows the newest price at once', () => {
    const analysis = createSymbolAnalysis(mes);
    expect(analysis.last()).toBeUndefined();
    analysis.push(bar(0, 27_000));
    expect(analysis.reading()).toBeUndefined();
    expect(analysis.last()?.price).toBe(27_000);
  });

  test('ignores a repeated bar and one that goes back in time', () => {
    const analysis = createSymbolAnalysis(mes);
    analysis.push(bar(3, 27_000));
    expect(analysis.push(bar(3, 1)).outcome).toBe('repeated');
    expect(analysis.push(bar(2, 1)).outcome).toBe('backwards');
    expect(analysis.last()?.price).toBe(27_000);
  });

  test('closes a bar with missing minutes when told that nothing will follow, and refuses what comes for it later', () => {
    const analysis = createSymbolAnalysis(mes);
    analysis.push(bar(0, 27_000));
    expect(analysis.closeThrough(bar(4, 0).at), 'four minutes are not five').toBe(false);
    expect(analysis.closeThrough(bar(5, 0).at)).toBe(true);
    expect(analysis.push(bar(4, 1)).outcome).toBe('backwards');
    expect(analysis.today()).toHaveLength(1);
    expect(analysis.push(bar(5, 2)).outcome).toBe('accepted');
  });

  test('still takes bars of a stretch in which it had closed nothing', () => {
    const analysis = createSymbolAnalysis(mes);
    analysis.closeThrough(bar(30, 0).at);
    for (let minute = 10; minute < 15; minute += 1) expect(analysis.push(bar(minute, 27_000)).outcome).toBe('accepted');
    expect(analysis.today()).toHaveLength(1);
  });

  test('keeps a bucket open while a 3-minute bar that began in it is still running', () => {
    const analysis = createSymbolAnalysis(mes, { barMs: 3 * MINUTE });
    analysis.push(bar(0, 27_000));
    expect(analysis.closeThrough(bar(5, 0).at)).toBe(false);
    expect(analysis.push(bar(3, 27_002))).toEqual({ outcome: 'accepted', closed5m: true });
    expect(analysis.reading()?.price).toBe(27_002);
  });

  test('today holds the closed bars of the trading day without copying them', () => {
    const [first, second] = weekdays('2026-11-16', 2);
    const analysis = createSymbolAnalysis(mes);
    for (const each of market({ seed: 'today', days: [first ?? '', second ?? ''], minutes: 40 })) analysis.push(each);
    expect(analysis.today()).toHaveLength(8);
    expect(analysis.today()).toBe(analysis.today());
  });
});

describe('laws', () => {
  const days = weekdays('2026-09-14', 40);
  const bars = market({ seed: 'laws', days, minutes: 90 });
  const readings = readingsOf(bars);

  test('prefix: the first bars give the first answers of the whole run', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: bars.length }), (n) => {
        const first = readingsOf(bars.slice(0, n));
        expect(first.at(-1)).toEqual(readings[first.length - 1]);
      }),
      { numRuns: 12 },
    );
  });

  test('window: a process that starts with the kept days says to the last bit what one that ran for months says', () => {
    const kept = new Set(days.slice(-HISTORY_DAYS));
    const fresh = readingsOf(bars.filter((each) => kept.has(tradingDayOf(each.at))));
    const perDay = 90 / 5;
    expect(fresh.slice(-perDay)).toEqual(readings.slice(-perDay));
    expect(fresh.at(-1)?.volatility).toMatchObject({ basis: 'time-of-day', days: 20 });
    expect(fresh.at(-1)?.bars).toBe(5 * perDay);
  });

  test('asking seldom or often changes no answer', () => {
    const analysis = createSymbolAnalysis(mes);
    for (const each of bars) analysis.push(each);
    expect(analysis.reading()).toEqual(readings.at(-1));
  });

  test('mirror: reflected prices swap the sides and leave quality and volatility alone', () => {
    const flip = (price: number) => ticks(60_000 - price);
    const reflected = bars.slice(0, 900).map((each) => ({
      ...each,
      open: flip(each.open),
      high: flip(each.low),
      low: flip(each.high),
      close: flip(each.close),
    }));
    const opposite = { BULLISH: 'BEARISH', BEARISH: 'BULLISH', NEUTRAL: 'NEUTRAL' } as const;
    const mirrored = readingsOf(reflected);
    for (const [i, plain] of readings.slice(0, mirrored.length).entries()) {
      const other = mirrored[i];
      expect(other?.quality?.score, `quality of bar ${i}`).toBe(plain.quality?.score);
      expect(other?.volatility).toEqual(plain.volatility);
      expect(other?.wave?.direction).toBe(plain.wave && opposite[plain.wave.direction]);
      expect(other?.atr).toBe(plain.atr);
      expect(other?.confluence.direction).toBe(opposite[plain.confluence.direction]);
      expect(other?.confluence.score).toBe(plain.confluence.score);
    }
  });

  test('scale: prices four times as large keep ratios, ranks and quality', () => {
    const grow = (price: number) => ticks(price * 4);
    const larger = bars.slice(0, 900).map((each) => ({
      ...each,
      open: grow(each.open),
      high: grow(each.high),
      low: grow(each.low),
      close: grow(each.close),
    }));
    for (const [i, scaled] of readingsOf(larger).entries()) {
      const plain = readings[i];
      expect(scaled.quality).toEqual(plain?.quality);
      expect(scaled.volatility).toEqual(plain?.volatility);
      expect(scaled.wave?.ratio).toBe(plain?.wave?.ratio);
      expect(scaled.atr).toBe(plain?.atr && plain.atr * 4);
      expect(scaled.confluence.direction).toBe(plain?.confluence.direction);
      expect(scaled.confluence.score).toBe(plain?.confluence.score);
    }
  });

  test('no number is ever NaN', () => {
    for (const reading of readings) expect(JSON.stringify(reading)).not.toMatch(/null/);
  });

  test('bars of 5 minutes say the same as the 1-minute bars they are made of', () => {
    const made: Bar[] = [];
    const source = createSymbolAnalysis(mes);
    for (const each of bars.slice(0, 900)) if (source.push(each).closed5m) made.push(source.today().at(-1) ?? each);
    const coarse = createSymbolAnalysis(mes, { barMs: FIVE_MINUTES });
    for (const each of made) coarse.push(each);
    // All but what is read from the minutes themselves, of which a coarse source has none.
    const [fine, rough] = [source.reading(), coarse.reading()];
    expect({ ...rough, confluence: fine?.confluence }).toEqual(fine);
    expect(rough?.confluence.layers.slice(0, 2)).toEqual(fine?.confluence.layers.slice(0, 2));
    expect(rough?.confluence.layers[2]).toMatchObject({ direction: 'NEUTRAL', bars: 0, needs: 26 });
  });
});
