import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Bar } from '../../src/domain/bars/bar.js';
import { epochMs, ticks } from '../../src/kernel/units.js';

/** Reads a file of vectors; each folder's SOURCE.md says who computed them and how. */
export const golden = <T>(name: string): T => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8')) as T;

type Row = readonly [number, number, number, number, number, number];

/** The synthetic five-minute bars that all vectors refer to by index, in ticks of 0.25 (MES). */
export const goldenBars = (): readonly Bar[] =>
  golden<{ bars: Row[] }>('focus/market.json').bars.map(([at, open, high, low, close, volume]) => ({
    at: epochMs(at),
    open: ticks(open),
    high: ticks(high),
    low: ticks(low),
    close: ticks(close),
    volume,
  }));

/** Compares a reading with its vector field by field: words exactly, numbers to 1e-9 of their size, null is "not warm". */
export function expectNear(actual: unknown, expected: unknown, where: string): void {
  if (expected === null) {
    expect(actual, where).toBeUndefined();
  } else if (typeof expected === 'number') {
    expect(typeof actual, where).toBe('number');
    expect(Math.abs(Number(actual) - expected), `${where}: ${actual} against ${expected}`).toBeLessThanOrEqual(
      1e-9 * Math.max(1, Math.abs(expected)),
    );
  } else if (typeof expected === 'object') {
    for (const [key, value] of Object.entries(expected as Record<string, unknown>)) {
      expectNear((actual as Record<string, unknown> | undefined)?.[key], value, `${where}.${key}`);
    }
  } else {
    expect(actual, where).toBe(expected);
  }
}
