import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { levelsFor } from '../../../../src/domain/focus/levels.js';
import { accountOf, sizeFor, stopDistance } from '../../../../src/domain/focus/size.js';
import type { Levels } from '../../../../src/domain/focus/types.js';
import { gc } from '../../../../src/domain/instruments/catalogue/gc.js';
import { instruments } from '../../../../src/domain/instruments/catalogue/index.js';
import { mes } from '../../../../src/domain/instruments/catalogue/mes.js';
import { mgc } from '../../../../src/domain/instruments/catalogue/mgc.js';
import { sil } from '../../../../src/domain/instruments/catalogue/sil.js';
import { fromUsd, microUsd, ticks } from '../../../../src/kernel/units.js';

const anySide = fc.constantFrom('LONG' as const, 'SHORT' as const);
const anyFacts = fc.record({
  side: anySide,
  price: fc.integer({ min: 1_000, max: 400_000 }).map(ticks),
  atrTicks: fc.double({ min: 0.01, max: 900, noNaN: true }),
  dominantRatio: fc.double({ min: 1, max: 4, noNaN: true }),
  spec: fc.constantFrom(...instruments),
});
const levelsOf = ({
  side,
  price,
  atrTicks,
  dominantRatio,
  spec,
}: typeof anyFacts extends fc.Arbitrary<infer T> ? T : never) =>
  levelsFor({ side, price, atr: atrTicks / spec.ticksPerPoint, dominantRatio }, spec);

describe('levels', () => {
  test('of a long in gold, worked by hand', () => {
    // P 4207.0, A 6.3, strong wave: z 3.15; entry 4203.85 .. 4207.945; m 4205.8975; stop 4196.4475; targets 4218.4975, 4227.9475.
    expect(levelsFor({ side: 'LONG', price: ticks(42_070), atr: 6.3, dominantRatio: 1.92 }, mgc)).toEqual({
      side: 'LONG',
      entryLow: 42_039,
      entryHigh: 42_079,
      stop: 41_964,
      tp1: 42_184,
      tp2: 42_279,
    });
  });

  test('of the mirrored short', () => {
    // Entry 4206.055 .. 4210.15; m 4208.1025; stop 4217.5525; targets 4195.5025, 4186.0525.
    expect(levelsFor({ side: 'SHORT', price: ticks(42_070), atr: 6.3, dominantRatio: 1.92 }, mgc)).toEqual({
      side: 'SHORT',
      entryLow: 42_061,
      entryHigh: 42_101,
      stop: 42_176,
      tp1: 41_956,
      tp2: 41_861,
    });
  });

  test('an ordinary wave widens the zone to 0.75 ATR; the line of 1.5 itself is ordinary', () => {
    const at = (dominantRatio: number) => levelsFor({ side: 'LONG', price: ticks(4_000), atr: 25, dominantRatio }, mes);
    expect(at(1.5).entryLow).toBe(4_000 - 75);
    expect(at(1.51).entryLow).toBe(4_000 - 50);
  });

  test('are whole ticks in the right order, whatever the market', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const { side, entryLow, entryHigh, stop, tp1, tp2 } = levelsOf(facts);
        for (const level of [entryLow, entryHigh, stop, tp1, tp2]) expect(Number.isInteger(level)).toBe(true);
        const ladder =
          side === 'LONG'
            ? [stop, entryLow, facts.price, entryHigh, tp1, tp2]
            : [tp2, tp1, entryLow, facts.price, entryHigh, stop];
        expect(ladder).toEqual(ladder.toSorted((a, b) => a - b));
      }),
    );
  });

  test('a long and the mirrored short are the same distances from the price', () => {
    fc.assert(
      fc.property(anyFacts, (facts) => {
        const [long, short] = [levelsOf({ ...facts, side: 'LONG' }), levelsOf({ ...facts, side: 'SHORT' })];
        const from = (levels: Levels) =>
          [levels.stop, levels.tp1, levels.tp2].map((level) => Math.abs(level - facts.price));
        expect(from(long)).toEqual(from(short));
        expect(facts.price - long.entryLow).toBe(short.entryHigh - facts.price);
      }),
    );
  });
});

describe('size', () => {
  const account = accountOf(fromUsd(50_000));
  const long = (entryHigh: number, stop: number): Levels => ({
    side: 'LONG',
    entryLow: ticks(entryHigh - 1),
    entryHigh: ticks(entryHigh),
    stop: ticks(stop),
    tp1: ticks(entryHigh + 100),
    tp2: ticks(entryHigh + 200),
  });

  test('the cap of $50,000 is $375', () => {
    expect(account).toEqual({ size: 50_000_000_000, riskCap: 375_000_000 });
  });

  test('seven micro gold with a 5.0 point stop', () => {
    expect(sizeFor({ levels: long(42_050, 42_000), spec: mgc, account })).toEqual({
      contracts: 7,
      riskPerContract: fromUsd(50),
      risk: fromUsd(350),
      maxLossText: undefined,
    });
  });

  test('a silver stop of $400 fits no contract, and the card says what would', () => {
    const size = sizeFor({ levels: long(10_080, 10_000), spec: sil, account });
    expect(size).toMatchObject({ contracts: 0, risk: 0, riskPerContract: fromUsd(400) });
    expect(size.maxLossText).toBe(
      'stop $400 > cap $375: needs a stop within 75 ticks (now 80) or an account of $53,334',
    );
    expect(sizeFor({ levels: long(10_080, 10_000), spec: sil, account: accountOf(fromUsd(53_334)) }).contracts).toBe(1);
    expect(sizeFor({ levels: long(10_075, 10_000), spec: sil, account }).contracts).toBe(1);
  });

  test('never more than 15 micros, counted in micros for a full-size contract', () => {
    const rich = accountOf(fromUsd(5_000_000));
    expect(sizeFor({ levels: long(42_010, 42_000), spec: mgc, account: rich }).contracts).toBe(15);
    expect(sizeFor({ levels: long(42_010, 42_000), spec: gc, account: rich }).contracts).toBe(1);
    const none = sizeFor({ levels: long(42_010, 42_000), spec: gc, account: rich, microsMax: 9 });
    expect(none).toMatchObject({ contracts: 0, maxLossText: 'one GC is 10 micros, the limit is 9: trade MGC instead' });
  });

  test('a full-size stop over the cap names the micro', () => {
    expect(sizeFor({ levels: long(42_050, 42_000), spec: gc, account }).maxLossText).toMatch(/, or MGC instead$/);
  });

  test('a market that does not move has no size', () => {
    const levels = levelsFor({ side: 'LONG', price: ticks(42_000), atr: 0, dominantRatio: 1 }, mgc);
    expect(sizeFor({ levels, spec: mgc, account })).toMatchObject({
      contracts: 0,
      maxLossText: 'the 5-minute range is too small for this tick: wait for the market to move',
    });
  });

  test('never risks more than the cap', () => {
    fc.assert(
      fc.property(anyFacts, fc.integer({ min: 100, max: 10_000_000 }), (facts, dollars) => {
        const rich = accountOf(fromUsd(dollars));
        const levels = levelsOf(facts);
        const size = sizeFor({ levels, spec: facts.spec, account: rich });
        expect(size.risk).toBeLessThanOrEqual(rich.riskCap);
        expect(size.risk).toBe(microUsd(size.contracts * stopDistance(levels) * facts.spec.microUsdPerTick));
        expect(size.contracts === 0).toBe(size.maxLossText !== undefined);
      }),
    );
  });
});
