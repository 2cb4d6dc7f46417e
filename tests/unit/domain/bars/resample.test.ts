import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Bar, barFault } from '../../../../src/domain/bars/bar.js';
import { createResampler, resample } from '../../../../src/domain/bars/resample.js';
import { after, epochMs, HOUR, MINUTE, ticks } from '../../../../src/kernel/units.js';
import { dataFile, NEEDS_DATA } from '../../../support/data.js';

const START = Date.UTC(2026, 10, 20, 14, 0);
const LENGTHS = [5 * MINUTE, 15 * MINUTE, HOUR];

const bar = (minute: number, close: number, volume = 1): Bar => ({
  at: epochMs(START + minute * MINUTE),
  open: ticks(close - 1),
  high: ticks(close + 2),
  low: ticks(close - 3),
  close: ticks(close),
  volume,
});

/** Sound minute bars in order, with holes. */
const minuteBars = fc
  .array(
    fc.record({
      step: fc.oneof(
        { weight: 8, arbitrary: fc.constant(1) },
        { weight: 1, arbitrary: fc.integer({ min: 2, max: 90 }) },
      ),
      prices: fc.tuple(...Array.from({ length: 4 }, () => fc.integer({ min: -500, max: 60_000 }))),
      volume: fc.integer({ min: 0, max: 5_000 }),
    }),
    { maxLength: 150 },
  )
  .map((rows) => {
    let minute = 0;
    return rows.map(({ step, prices, volume }): Bar => {
      minute += step;
      const [open, close] = prices.map(ticks);
      const [low, high] = [ticks(Math.min(...prices)), ticks(Math.max(...prices))];
      return { at: epochMs(START + minute * MINUTE), open: open ?? low, high, low, close: close ?? low, volume };
    });
  });

/** The definition, word for word: group by UTC bucket, then first, max, min, last, sum. */
function byDefinition(bars: readonly Bar[], ms: number): readonly Bar[] {
  const groups = new Map<number, Bar[]>();
  for (const each of bars) {
    const bucket = Math.floor(each.at / ms);
    groups.set(bucket, [...(groups.get(bucket) ?? []), each]);
  }
  return [...groups].map(([bucket, members]) => {
    const [first, last] = [members.at(0) ?? bar(0, 0), members.at(-1) ?? bar(0, 0)];
    return {
      at: epochMs(bucket * ms),
      open: first.open,
      high: ticks(Math.max(...members.map(({ high }) => high))),
      low: ticks(Math.min(...members.map(({ low }) => low))),
      close: last.close,
      volume: members.reduce((sum, { volume }) => sum + volume, 0),
    };
  });
}

const volumeOf = (bars: readonly Bar[]): number => bars.reduce((sum, { volume }) => sum + volume, 0);

describe('longer bars', () => {
  test('are the first, highest, lowest, last and summed values of their UTC bucket', () => {
    fc.assert(
      fc.property(minuteBars, fc.constantFrom(...LENGTHS), (bars, ms) => {
        expect(resample(bars, ms)).toEqual(byDefinition(bars, ms));
      }),
    );
  });

  test('by way of 5m are the same 15m bars', () => {
    fc.assert(
      fc.property(minuteBars, (bars) => {
        expect(resample(resample(bars, 5 * MINUTE), 15 * MINUTE)).toEqual(resample(bars, 15 * MINUTE));
      }),
    );
  });

  test('conserve volume and stay sound', () => {
    fc.assert(
      fc.property(minuteBars, fc.constantFrom(...LENGTHS), (bars, ms) => {
        const longer = resample(bars, ms);
        expect(volumeOf(longer)).toBe(volumeOf(bars));
        expect(longer.map(barFault).filter((fault) => fault !== undefined)).toEqual([]);
      }),
    );
  });

  test('closed after n bars are the first of those closed after more: nothing is taken back', () => {
    fc.assert(
      fc.property(minuteBars, fc.constantFrom(...LENGTHS), fc.nat(150), (bars, ms, n) => {
        const closedBy = (count: number): readonly Bar[] => {
          const resampler = createResampler(ms);
          return bars.slice(0, count).flatMap((each) => [...resampler.push(each)]);
        };
        const [few, all] = [closedBy(n), closedBy(bars.length)];
        expect(all.slice(0, few.length)).toEqual(few);
        expect(resample(bars, ms).slice(0, all.length)).toEqual(all);
      }),
    );
  });
});

describe('a bucket closes', () => {
  test('with the bar that fills its last minute', () => {
    const resampler = createResampler(5 * MINUTE);
    for (const minute of [0, 1, 2, 3]) expect(resampler.push(bar(minute, 100 + minute))).toEqual([]);
    expect(resampler.push(bar(4, 104))).toEqual([{ at: START, open: 99, high: 106, low: 97, close: 104, volume: 5 }]);
    expect(resampler.open()).toBeUndefined();
  });

  test('with the first bar behind its end when its last minute had no trade', () => {
    const resampler = createResampler(5 * MINUTE);
    resampler.push(bar(1, 100));
    expect(resampler.push(bar(7, 200)).map(({ at }) => at)).toEqual([START]);
    expect(resampler.open()?.close).toBe(200);
  });

  test('together with the next one, when a lone bar fills that one’s last minute', () => {
    const resampler = createResampler(5 * MINUTE);
    resampler.push(bar(1, 100));
    expect(resampler.push(bar(9, 200)).map(({ close }) => close)).toEqual([100, 200]);
  });

  test('when told that nothing more will come before its end, and no sooner', () => {
    const resampler = createResampler(5 * MINUTE);
    resampler.push(bar(1, 100));
    const end = epochMs(START + 5 * MINUTE);
    expect(resampler.closeThrough(epochMs(end - 1))).toEqual([]);
    expect(resampler.closeThrough(end).map(({ close }) => close)).toEqual([100]);
    expect(resampler.closeThrough(after(end, HOUR))).toEqual([]);
  });

  test('at the end of the session, in the middle of its time', () => {
    const resampler = createResampler(HOUR);
    resampler.push(bar(0, 100));
    expect(resampler.flush().map(({ volume }) => volume)).toEqual([1]);
    expect(resampler.flush()).toEqual([]);
  });

  test('for good: a bar that comes for it later is left out, the next bucket is whole', () => {
    const resampler = createResampler(5 * MINUTE);
    resampler.push(bar(1, 100));
    resampler.closeThrough(epochMs(START + 5 * MINUTE));
    expect(resampler.push(bar(2, 300))).toEqual([]);
    expect(resampler.open()).toBeUndefined();
    resampler.push(bar(5, 400));
    expect(resampler.open()).toMatchObject({ at: START + 5 * MINUTE, close: 400, volume: 1 });
  });

  test('when its last input bar is longer than a minute', () => {
    const resampler = createResampler(15 * MINUTE, 5 * MINUTE);
    resampler.push(bar(0, 1));
    resampler.push(bar(5, 2));
    expect(resampler.push(bar(10, 3)).map(({ close }) => close)).toEqual([3]);
  });
});

const recording = dataFile('real/ES_1m_2013-10-06_2013-10-11.csv');

test.skipIf(recording === undefined)(
  `a recorded week of ES gives a week of 5m bars with all its volume (${NEEDS_DATA})`,
  () => {
    const rows = readFileSync(recording ?? '', 'utf8')
      .trim()
      .split('\n')
      .slice(1);
    const bars = rows.map((row): Bar => {
      const [ts = '', ...numbers] = row.split(',');
      const [open = 0, high = 0, low = 0, close = 0, volume = 0] = numbers.map(Number);
      const quarter = (price: number) => ticks(price * 4);
      return {
        at: epochMs(Date.parse(ts)),
        open: quarter(open),
        high: quarter(high),
        low: quarter(low),
        close: quarter(close),
        volume,
      };
    });
    const five = resample(bars, 5 * MINUTE);
    expect(five.length).toBeGreaterThan(1_350);
    expect(five.length).toBeLessThan(1_400);
    expect(volumeOf(five)).toBe(5_102_239);
    expect(resample(five, HOUR)).toEqual(resample(bars, HOUR));
  },
);
