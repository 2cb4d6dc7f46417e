import { describe, expect, test } from 'vitest';
import { createSymbolAnalysis } from '../../../../src/domain/focus/analysis.js';
import type { Reading } from '../../../../src/domain/focus/types.js';
import { mes } from '../../../../src/domain/instruments/catalogue/mes.js';
import { FIVE_MINUTES } from '../../../../src/kernel/units.js';
import { expectNear, golden, goldenBars } from '../../../golden/load.js';

const analysis = createSymbolAnalysis(mes, { barMs: FIVE_MINUTES });
const readings: readonly (Reading | undefined)[] = goldenBars().map((bar) => {
  analysis.push(bar);
  return analysis.reading();
});

interface Vector {
  readonly i: number;
  readonly atr?: number | null;
  readonly expected: object | null;
}

describe('the reading of thirteen days agrees with an independent computation', () => {
  test.each([
    ['wave/wave.json', (reading: Reading | undefined) => reading?.wave],
    ['volatility/percentile.json', (reading: Reading | undefined) => reading?.volatility],
    ['quality/quality.json', (reading: Reading | undefined) => reading?.quality],
  ] as const)('%s', (file, partOf) => {
    const vectors = golden<Vector[]>(file);
    expect(vectors.length).toBeGreaterThan(200);
    for (const { i, expected } of vectors) expectNear(partOf(readings[i]), expected, `${file} bar ${i}`);
  });

  test('the ATR in points is the one that was ranked', () => {
    for (const { i, atr } of golden<Vector[]>('volatility/percentile.json')) {
      expectNear(readings[i]?.atr, atr ?? null, `ATR at bar ${i}`);
    }
  });
});
