import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type IndicatorBar, indicators } from '../../../../src/domain/indicators/index.js';
import { batch } from '../../../../src/domain/indicators/indicator.js';

const anyBar: fc.Arbitrary<IndicatorBar> = fc
  .tuple(fc.integer({ min: 1, max: 40_000 }), fc.nat(60), fc.nat(60), fc.nat(500))
  .map(([low, range, inside, volume]) => ({ low, high: low + range, close: low + Math.min(inside, range), volume }));
// Full-sized: by itself fast-check keeps arrays near ten, and no indicator would ever be warm.
const anyBars = fc.array(anyBar, { minLength: 1, maxLength: 120, size: 'max' });
const UNITLESS = ['rsi14', 'adx14'];

describe.each(indicators)('$id', ({ create }) => {
  test('says nothing before its warm-up and a finite number from then on', () => {
    fc.assert(
      fc.property(anyBars, (bars) => {
        const traded = bars.map((bar) => ({ ...bar, volume: bar.volume + 1 }));
        const { warmup } = create();
        for (const [i, value] of batch(create(), traded).entries()) {
          if (i < warmup - 1) expect(value).toBeUndefined();
          else expect(Number.isFinite(value)).toBe(true);
        }
      }),
    );
  });

  test('answers the first bars the same whatever follows', () => {
    fc.assert(
      fc.property(anyBars, fc.nat(120), (bars, cut) => {
        expect(batch(create(), bars.slice(0, cut))).toEqual(batch(create(), bars).slice(0, cut));
      }),
    );
  });
});

describe('scale law', () => {
  const doubled = (bar: IndicatorBar) => ({ ...bar, high: bar.high * 2, low: bar.low * 2, close: bar.close * 2 });
  test.each(indicators.filter(({ id }) => !UNITLESS.includes(id)))('$id doubles with the prices', ({ create }) => {
    fc.assert(
      fc.property(anyBars, (bars) => {
        const plain = batch(create(), bars).map((value) => value && value * 2);
        expect(batch(create(), bars.map(doubled))).toEqual(plain);
      }),
    );
  });
  test.each(indicators.filter(({ id }) => UNITLESS.includes(id)))(
    '$id does not change with the unit of price',
    ({ create }) => {
      fc.assert(
        fc.property(anyBars, (bars) => {
          expect(batch(create(), bars.map(doubled))).toEqual(batch(create(), bars));
        }),
      );
    },
  );
});
