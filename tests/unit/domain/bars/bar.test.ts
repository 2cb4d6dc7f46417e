import { describe, expect, test } from 'vitest';
import { type Bar, barFault } from '../../../../src/domain/bars/bar.js';
import { epochMs, ticks } from '../../../../src/kernel/units.js';

const sound: Bar = { at: epochMs(0), open: ticks(10), high: ticks(12), low: ticks(-3), close: ticks(11), volume: 0 };

describe('a bar', () => {
  test('is sound with prices between low and high, a negative one and no volume included', () => {
    expect(barFault(sound)).toBeUndefined();
  });

  test.each([
    ['low is above high', { low: ticks(13), open: ticks(12), close: ticks(12) }],
    ['open lies outside low to high', { open: ticks(13) }],
    ['open lies outside low to high', { open: ticks(-4) }],
    ['close lies outside low to high', { close: ticks(13) }],
    ['close lies outside low to high', { close: ticks(-4) }],
    ['volume is negative or not a number', { volume: -1 }],
    ['volume is negative or not a number', { volume: Number.NaN }],
    ['volume is negative or not a number', { volume: Number.POSITIVE_INFINITY }],
    ['a price is not a whole number of ticks', { close: ticks(10.5) }],
    ['a price is not a whole number of ticks', { high: ticks(Number.NaN) }],
  ] as const)('is refused: %s', (fault, change) => {
    expect(barFault({ ...sound, ...change })).toBe(fault);
  });
});
