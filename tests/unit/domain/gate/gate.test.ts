import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Bar } from '../../../../src/domain/bars/bar.js';
import { createResampler } from '../../../../src/domain/bars/resample.js';
import { createGate, type GateReading } from '../../../../src/domain/gate/gate.js';
import { FIVE_MINUTES, HOUR, MINUTE } from '../../../../src/kernel/units.js';
import { expectNear, golden, goldenBars } from '../../../golden/load.js';
import { anyWalk, barsOf, mirrored, oddMarkets, opposite, scaled } from '../walk.js';

function readings(bars: readonly Bar[]): readonly (GateReading | undefined)[] {
  const gate = createGate();
  const quarters = createResampler(15 * MINUTE, FIVE_MINUTES);
  const hours = createResampler(HOUR, FIVE_MINUTES);
  return bars.map((bar) => {
    gate.push('five', bar);
    for (const quarter of quarters.push(bar)) gate.push('quarter', quarter);
    for (const hour of hours.push(bar)) gate.push('hour', hour);
    return gate.read();
  });
}

/** Closes by the quarter of an hour: each is three equal 5-minute closes. */
const byQuarter = (closes: readonly number[]) => barsOf(closes.flatMap((close) => [close, close, close]));

test('ADX, slope and verdict of thirteen days agree with an independent computation', () => {
  const answers = readings(goldenBars());
  const vectors = golden<{ barAt: number; passesLong: boolean; passesShort: boolean }[]>('gate/quarters.json');
  expect(vectors.length).toBeGreaterThan(200);
  // The last quarter hour may still be running, so the answer at its bar can be the one before.
  const byBar = new Map(answers.flatMap((answer) => (answer ? [[Number(answer.quarter.barAt), answer]] : [])));
  for (const { passesLong, passesShort, ...frame } of vectors.slice(0, -1)) {
    const answer = byBar.get(frame.barAt);
    expectNear(answer?.quarter, frame, `quarter ${frame.barAt}`);
    expect([answer?.passesLong, answer?.passesShort], `quarter ${frame.barAt}`).toEqual([passesLong, passesShort]);
  }
});

describe('the gate', () => {
  test('knows nothing until the 15-minute ADX has its 28 bars', () => {
    const rise = byQuarter(Array.from({ length: 28 }, (_, i) => 27_000 + 4 * i));
    const answers = readings(rise);
    expect(answers.at(-2)).toBeUndefined();
    expect(answers.at(-1)).toMatchObject({ passesLong: true, passesShort: false, hour: undefined });
  });

  test('lets a steady rise pass LONG, a steady fall SHORT', () => {
    const moving = (step: number) =>
      readings(byQuarter(Array.from({ length: 60 }, (_, i) => 27_000 + step * i))).at(-1);
    expect(moving(4)).toMatchObject({ passesLong: true, passesShort: false, quarter: { trend: 'BULLISH' } });
    expect(moving(-4)).toMatchObject({ passesLong: false, passesShort: true, quarter: { trend: 'BEARISH' } });
    expect(moving(4)?.quarter.adx).toBeGreaterThan(90);
  });

  test('lets nobody pass in a market that swings about its mean, whatever the slope of the moment', () => {
    const answer = readings(byQuarter(Array.from({ length: 120 }, (_, i) => 27_000 + 8 * Math.abs((i % 4) - 2)))).at(
      -1,
    );
    expect(answer?.quarter.adx).toBeLessThan(20);
    expect(answer?.quarter.trend).not.toBe('NEUTRAL');
    expect(answer).toMatchObject({ passesLong: false, passesShort: false });
  });

  test('anchors the VWAP at the roll of the trading day', () => {
    // 08:00 New York and on: 120 five-minute bars reach the roll at 18:00 exactly.
    const flat = (n: number, price: number) => Array.from({ length: n }, () => price);
    const answers = readings(barsOf([...flat(120, 27_000), ...flat(6, 27_400)]));
    expect(answers[119]?.vwap).toBe(27_000);
    // The first bar of the new day jumps: its range counts, yesterday does not.
    expect(answers[120]?.vwap).toBeCloseTo((27_401 + 26_999 + 27_400) / 3, 9);
    expect(answers[125]?.vwap).toBeCloseTo(((27_401 + 26_999 + 27_400) / 3 + 5 * 27_400) / 6, 9);
  });
});

describe('laws', () => {
  test('prefix, and a frame in which nothing closed leaves the verdict alone', () => {
    fc.assert(
      fc.property(anyWalk(80, 200), fc.nat(200), (bars, cut) => {
        const all = readings(bars);
        expect(readings(bars.slice(0, cut))).toEqual(all.slice(0, cut));
        for (const [i, answer] of all.entries()) {
          const before = all[i - 1];
          if (answer && before?.quarter.barAt === answer.quarter.barAt) expect(answer.quarter).toEqual(before.quarter);
        }
      }),
      { numRuns: 30 },
    );
  });

  test('mirror: the sides swap and the strength stays', () => {
    fc.assert(
      fc.property(anyWalk(100, 200), (bars) => {
        const plain = readings(bars);
        for (const [i, other] of readings(mirrored(bars)).entries()) {
          expect(other?.quarter.adx).toBe(plain[i]?.quarter.adx);
          expect(other?.quarter.trend).toBe(plain[i] && opposite[plain[i].quarter.trend]);
          expect([other?.passesLong, other?.passesShort]).toEqual([plain[i]?.passesShort, plain[i]?.passesLong]);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('scale: the unit of price changes neither strength nor slope nor verdict', () => {
    fc.assert(
      fc.property(anyWalk(100, 200), (bars) => {
        const plain = readings(bars);
        for (const [i, other] of readings(scaled(bars, 4)).entries()) {
          const { adx, slope } = plain[i]?.quarter ?? {};
          expect([other?.quarter.adx, other?.quarter.slope]).toEqual([adx, slope]);
          expect([other?.passesLong, other?.passesShort]).toEqual([plain[i]?.passesLong, plain[i]?.passesShort]);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('bounds: ADX within 0 and 100, never both sides at once, no hole in the numbers', () => {
    fc.assert(
      fc.property(anyWalk(100, 200), (bars) => {
        for (const answer of readings(bars)) {
          if (!answer) continue;
          expect(answer.quarter.adx >= 0 && answer.quarter.adx <= 100 + 1e-9).toBe(true);
          expect(answer.passesLong && answer.passesShort).toBe(false);
          expect(JSON.stringify(answer)).not.toMatch(/null|NaN/);
        }
      }),
      { numRuns: 40 },
    );
  });

  test.each(Object.keys(oddMarkets))('has a defined answer for %s', (market) => {
    const answer = readings(oddMarkets[market] ?? []).at(-1);
    expect(JSON.stringify(answer) ?? '').not.toMatch(/null|NaN/);
    if (market === 'flat prices')
      expect(answer).toMatchObject({ quarter: { adx: 0, slope: 0, trend: 'NEUTRAL' }, passesLong: false });
    if (market === 'no volume') expect(answer?.vwap).toBeUndefined();
  });
});
