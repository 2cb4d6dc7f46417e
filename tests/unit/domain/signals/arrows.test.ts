import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ArrowFacts, type ArrowReading, createArrows } from '../../../../src/domain/signals/arrows.js';
import type { Direction } from '../../../../src/domain/wave/wave.js';
import { epochMs, MINUTE } from '../../../../src/kernel/units.js';
import { expectNear, golden } from '../../../golden/load.js';

interface Row {
  readonly minute: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly atr: number | null;
  readonly ao: number | null;
  readonly direction: Direction | null;
  readonly dominantRatio: number | null;
}
interface Case {
  readonly title: string;
  readonly minWaveRatio: number;
  readonly before: { readonly count: number; readonly high: number; readonly low: number; readonly close: number };
  readonly bars: readonly (Row & { readonly expected: Record<string, unknown> })[];
}

const factsOf = ({ minute, high, low, close, atr, ao, direction, dominantRatio }: Row): ArrowFacts => ({
  at: epochMs(minute * MINUTE),
  high,
  low,
  close,
  atr: atr ?? undefined,
  ao: ao ?? undefined,
  wave: direction === null || dominantRatio === null ? undefined : { direction, dominantRatio },
});
const unknown = { atr: null, ao: null, direction: null, dominantRatio: null };

describe('arrows by hand', () => {
  test.each(golden<Case[]>('arrows/arrows.json'))('$title', ({ minWaveRatio, before, bars }) => {
    const arrows = createArrows({ minWaveRatio });
    for (let i = 0; i < before.count; i += 1) arrows.push(factsOf({ ...before, ...unknown, minute: i - 100 }));
    for (const [i, row] of bars.entries()) expectNear(arrows.push(factsOf(row)), row.expected, `bar ${i}`);
  });

  test('a shorter lookback has its levels sooner', () => {
    const arrows = createArrows({ lookback: 2 });
    const push = (minute: number, low: number, high: number) =>
      arrows.push(factsOf({ ...unknown, minute, high, low, close: low }));
    push(0, 5, 9);
    push(1, 6, 8);
    expect(push(2, 7, 7)).toMatchObject({ support: 5, resistance: 9 });
    expect(push(3, 7, 7)).toMatchObject({ support: 6, resistance: 8 });
  });
});

const anyRows: fc.Arbitrary<readonly Row[]> = fc
  .array(
    fc.record({
      step: fc.integer({ min: 1, max: 6 }),
      low: fc.integer({ min: 100, max: 112 }),
      range: fc.integer({ min: 0, max: 12 }),
      inside: fc.double({ min: 0, max: 1, noNaN: true }),
      atr: fc.integer({ min: 1, max: 16 }),
      ao: fc.integer({ min: -2, max: 2 }),
      direction: fc.constantFrom<Direction>('BULLISH', 'BEARISH', 'NEUTRAL'),
      dominantRatio: fc.constantFrom(1, 1.2, 1.5, 2.5),
    }),
    { minLength: 20, maxLength: 90 },
  )
  .map((rows) => {
    let minute = 0;
    return rows.map(({ step, low, range, inside, ...rest }) => {
      minute += step;
      return { minute, low, high: low + range, close: low + Math.round(inside * range), ...rest };
    });
  });
const run = (rows: readonly Row[]): readonly ArrowReading[] => {
  const arrows = createArrows();
  return rows.map((row) => arrows.push(factsOf(row)));
};

describe('laws of the arrows', () => {
  test('prefix: what follows changes nothing', () => {
    fc.assert(
      fc.property(anyRows, fc.nat(90), (rows, n) => {
        expect(run(rows.slice(0, n))).toEqual(run(rows).slice(0, n));
      }),
    );
  });

  test('mirror: reflected prices swap buy and sell, support and resistance', () => {
    const opposite = { BULLISH: 'BEARISH', BEARISH: 'BULLISH', NEUTRAL: 'NEUTRAL' } as const;
    const swap = { BUY: 'SELL', SELL: 'BUY' } as const;
    const less = (price: number | undefined) => (price === undefined ? undefined : -price);
    fc.assert(
      fc.property(anyRows, (rows) => {
        const mirrored = rows.map((row) => ({
          ...row,
          high: -row.low,
          low: -row.high,
          close: -row.close,
          ao: -(row.ao ?? 0),
          direction: opposite[row.direction ?? 'NEUTRAL'],
        }));
        expect(run(mirrored)).toEqual(
          run(rows).map(({ arrow, support, resistance }) => ({
            arrow: arrow && swap[arrow],
            support: less(resistance),
            resistance: less(support),
          })),
        );
      }),
    );
  });

  test('scale: prices and ATR of another contract size give the same arrows', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const wider = rows.map((row) => ({
          ...row,
          high: 4 * row.high,
          low: 4 * row.low,
          close: 4 * row.close,
          atr: 4 * (row.atr ?? 0),
        }));
        expect(run(wider).map(({ arrow }) => arrow)).toEqual(run(rows).map(({ arrow }) => arrow));
      }),
    );
  });

  test('two arrows are never less than five minutes apart, and the law is not empty', () => {
    let seen = 0;
    fc.assert(
      fc.property(anyRows, (rows) => {
        const at = run(rows).flatMap(({ arrow }, i) => (arrow ? [rows[i]?.minute ?? 0] : []));
        seen += at.length;
        for (const [i, minute] of at.slice(1).entries()) expect(minute - (at[i] ?? 0)).toBeGreaterThanOrEqual(5);
      }),
    );
    expect(seen).toBeGreaterThan(0);
  });

  test('a lower threshold never takes the first arrow away', () => {
    const firstOf = (rows: readonly Row[], minWaveRatio: number): number => {
      const arrows = createArrows({ minWaveRatio });
      const at = rows.findIndex((row) => arrows.push(factsOf(row)).arrow !== undefined);
      return at < 0 ? Number.POSITIVE_INFINITY : at;
    };
    fc.assert(
      fc.property(anyRows, (rows) => {
        expect(firstOf(rows, 1.2)).toBeLessThanOrEqual(firstOf(rows, 2.4));
      }),
    );
  });
});
