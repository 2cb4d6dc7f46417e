import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createHints, type Hint, type HintFacts } from '../../../../src/domain/signals/hints.js';
import type { Direction } from '../../../../src/domain/wave/wave.js';
import { golden } from '../../../golden/load.js';

interface Row {
  readonly high: number;
  readonly low: number;
  readonly volume: number;
  readonly side: 'up' | 'down' | 'flat';
  readonly isSpike: boolean;
  readonly meanBefore: number | null;
  readonly upper: number | null;
  readonly lower: number | null;
  readonly direction: Direction | null;
  readonly dominantRatio: number | null;
}
interface Case {
  readonly title: string;
  readonly minWaveRatio: number;
  readonly bars: readonly (Row & { readonly expected: Hint | null })[];
}

const factsOf = (row: Row): HintFacts => ({
  high: row.high,
  low: row.low,
  volume: row.volume,
  volumeBar: { side: row.side, isSpike: row.isSpike, meanBefore: row.meanBefore ?? undefined },
  bands:
    row.upper === null || row.lower === null
      ? undefined
      : { upper: row.upper, middle: (row.upper + row.lower) / 2, lower: row.lower },
  wave:
    row.direction === null || row.dominantRatio === null
      ? undefined
      : { direction: row.direction, dominantRatio: row.dominantRatio },
});

describe('hints by hand', () => {
  test.each(golden<Case[]>('arrows/hints.json'))('$title', ({ minWaveRatio, bars }) => {
    const hints = createHints({ minWaveRatio });
    for (const [i, row] of bars.entries()) expect(hints.push(factsOf(row)) ?? null, `bar ${i}`).toBe(row.expected);
  });
});

const anyRow: fc.Arbitrary<Row> = fc.record({
  high: fc.integer({ min: 0, max: 20 }),
  low: fc.integer({ min: -20, max: 0 }),
  volume: fc.nat(300),
  side: fc.constantFrom('up', 'down', 'flat'),
  isSpike: fc.boolean(),
  meanBefore: fc.option(fc.nat(200)),
  upper: fc.option(fc.integer({ min: 5, max: 25 })),
  lower: fc.integer({ min: -25, max: -5 }),
  direction: fc.option(fc.constantFrom('BULLISH', 'BEARISH', 'NEUTRAL')),
  dominantRatio: fc.double({ min: 1, max: 4, noNaN: true }),
});
const anyRows = fc.array(anyRow, { maxLength: 60 });
const run = (rows: readonly Row[]): readonly (Hint | undefined)[] => {
  const hints = createHints();
  return rows.map((row) => hints.push(factsOf(row)));
};
const opposite = {
  up: 'down',
  down: 'up',
  flat: 'flat',
  BULLISH: 'BEARISH',
  BEARISH: 'BULLISH',
  NEUTRAL: 'NEUTRAL',
} as const;
const mirrored = (row: Row): Row => ({
  ...row,
  high: -row.low,
  low: -row.high,
  side: opposite[row.side],
  upper: row.upper === null || row.lower === null ? row.upper : -row.lower,
  lower: row.upper === null || row.lower === null ? row.lower : -row.upper,
  direction: row.direction === null ? null : opposite[row.direction],
});

describe('laws of the hints', () => {
  test('prefix: what follows changes nothing', () => {
    fc.assert(
      fc.property(anyRows, fc.nat(60), (rows, n) => {
        expect(run(rows.slice(0, n))).toEqual(run(rows).slice(0, n));
      }),
    );
  });

  test('mirror: reflected prices hint the same', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        expect(run(rows.map(mirrored))).toEqual(run(rows));
      }),
    );
  });

  test('a market without spikes is never told to add or to protect', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const said = new Set(run(rows.map((row) => ({ ...row, isSpike: false }))));
        expect(said.has('ADD') || said.has('TP/BE')).toBe(false);
      }),
    );
  });
});
