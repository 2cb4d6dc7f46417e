import { describe, expect, test } from 'vitest';
import { instrument, instruments, micros } from '../../../../src/domain/instruments/catalogue/index.js';
import { onGrid, priceOf, worth } from '../../../../src/domain/instruments/contract.js';
import { microUsd, toUsd } from '../../../../src/kernel/units.js';
import { known } from '../../../support/instruments.js';

describe('the catalogue', () => {
  test('lists the six micros in the watch list’s order, each with its full-size sibling', () => {
    expect(micros.map(({ root }) => root)).toEqual(['MGC', 'MNQ', 'MES', 'MCL', 'SIL', 'MHG']);
    expect(micros.map(({ sibling }) => sibling)).toEqual(['GC', 'NQ', 'ES', 'CL', 'SI', 'HG']);
    expect(instruments).toHaveLength(12);
    expect(new Set(instruments.map(({ root }) => root)).size).toBe(12);
  });

  test('knows nothing it does not list', () => {
    expect(instrument('ZB')).toBeUndefined();
    expect(instrument('mgc')).toBeUndefined();
    expect(instrument('')).toBeUndefined();
  });

  // Tick and point values of the exchange's contract specifications, in dollars.
  test.each([
    ['MES', 0.25, 1.25, 5],
    ['MNQ', 0.25, 0.5, 2],
    ['MGC', 0.1, 1, 10],
    ['SIL', 0.005, 5, 1_000],
    ['MHG', 0.0005, 1.25, 2_500],
    ['MCL', 0.01, 1, 100],
    ['ES', 0.25, 12.5, 50],
    ['NQ', 0.25, 5, 20],
    ['GC', 0.1, 10, 100],
    ['SI', 0.005, 25, 5_000],
    ['HG', 0.0005, 12.5, 25_000],
    ['CL', 0.01, 10, 1_000],
  ])('%s moves by %d, worth $%d, and a point is worth $%d', (root, tick, tickUsd, pointUsd) => {
    const spec = known(root);
    expect(1 / spec.ticksPerPoint).toBeCloseTo(tick, 10);
    expect(toUsd(worth(1, 1, spec))).toBe(tickUsd);
    expect(toUsd(worth(spec.ticksPerPoint, 1, spec))).toBe(pointUsd);
  });

  test.each(instruments.map((spec) => [spec.root, spec] as const))('%s: the facts fit together', (_, spec) => {
    const { decimals, ticksPerPoint, sibling, months } = spec;
    const tick = 1 / ticksPerPoint;
    expect(Number(tick.toFixed(decimals)), 'the decimals show one tick').toBe(tick);
    expect(Number.isInteger(spec.microUsdPerTick)).toBe(true);
    expect([...months].sort().join(''), 'months in order, none twice').toBe([...new Set(months)].join(''));
    expect(months).toMatch(/^[FGHJKMNQUVXZ]+$/);
    expect(known(sibling ?? '').sibling, 'siblings name each other').toBe(spec.root);
    expect(known(sibling ?? '').isMicro).toBe(!spec.isMicro);
    expect(spec.lastTradeAt).toMatch(/^\d\d:\d\d$/);
    expect(spec.source).toContain(spec.root);
  });

  test.each([
    ['MGC', 10],
    ['MES', 10],
    ['MNQ', 10],
    ['MCL', 10],
    ['MHG', 10],
    ['SIL', 5],
  ])('a tick of %s is worth a %dth of its sibling’s, at the same price, grid, calendar and months', (root, times) => {
    const micro = known(root);
    const full = known(micro.sibling ?? '');
    expect(full.microUsdPerTick).toBe(times * micro.microUsdPerTick);
    const { ticksPerPoint, decimals, calendar, months, exchange } = micro;
    expect(full).toMatchObject({ ticksPerPoint, decimals, calendar, months, exchange });
  });
});

describe('GC and MGC', () => {
  test('4207.0 of GC is 4207.0 of MGC (a gold price was once multiplied on its way to the micro, $100 off)', () => {
    const [gc, mgc] = [known('GC'), known('MGC')];
    const inGc = onGrid(4207, gc);
    expect(inGc).toBe(onGrid(4207, mgc));
    expect(inGc && priceOf(inGc, mgc)).toBe(4207);
    expect(toUsd(worth(1, 1, gc))).toBe(10);
    expect(toUsd(worth(1, 1, mgc))).toBe(1);
  });
});

describe('contracts within a $375 risk', () => {
  test.each([
    ['MGC', 5, 50, 7],
    ['MNQ', 50, 100, 3],
    ['MES', 10, 50, 7],
    ['MCL', 0.4, 40, 9],
    ['MHG', 0.03, 75, 5],
    ['SIL', 0.4, 400, 0],
  ])('%s with a stop of %d points risks $%d each: %d contracts', (root, points, riskUsd, contracts) => {
    const spec = known(root);
    const risk = worth(onGrid(points, spec) ?? Number.NaN, 1, spec);
    expect(toUsd(risk)).toBe(riskUsd);
    expect(Math.floor(microUsd(375_000_000) / risk)).toBe(contracts);
  });
});
