import { expect, test } from 'vitest';
import { instrument, instruments, spots } from '../../../../src/domain/instruments/catalogue/index.js';
import { lastTradingDay, rollDay } from '../../../../src/domain/instruments/expiry.js';
import { frontContract, parsePlatformSymbol } from '../../../../src/domain/instruments/roll.js';
import { epochMs, iso } from '../../../../src/kernel/units.js';

const NOW = epochMs(Date.parse('2026-11-19T14:00:00Z'));

test.each(spots.map((spec) => [spec.root, spec] as const))('%s: the facts fit together', (root, spec) => {
  expect(instrument(root)).toBe(spec);
  expect(instruments).not.toContain(spec);
  expect(Number((1 / spec.ticksPerPoint).toFixed(spec.decimals))).toBe(1 / spec.ticksPerPoint);
  expect(Number.isInteger(spec.microUsdPerTick)).toBe(true);
  expect([spec.months, spec.expiry, spec.sibling]).toEqual(['', 'none', undefined]);
  expect(spec.source).toContain(root);
});

test.each(spots)('$root is its own front month, always has been and never rolls', (spec) => {
  for (const at of [0, NOW, Date.parse('2040-01-01T00:00:00Z')]) {
    const front = frontContract(spec, epochMs(at));
    expect(front.symbol).toBe(spec.root);
    expect(front.rollsAt).toBeGreaterThan(Date.parse('2900-01-01'));
    expect(iso(front.rollsAt)).toMatch(/^\+275760/);
  }
  expect(parsePlatformSymbol(spec.root, NOW)).toEqual({ root: spec.root, contract: spec.root });
  expect(() => lastTradingDay(spec, { year: 2026, month: 12 })).toThrow('impossible');
  expect(() => rollDay(spec, { year: 2026, month: 12 })).toThrow('impossible');
});
