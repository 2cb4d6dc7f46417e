import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Bar } from '../../../../src/domain/bars/bar.js';
import { createIct, type IctReading } from '../../../../src/domain/ict/ict.js';
import { type IctLevel, LEVEL_BARS_MAX } from '../../../../src/domain/ict/level.js';
import { epochMs, FIVE_MINUTES, ticks } from '../../../../src/kernel/units.js';
import { expectNear, golden, goldenBars } from '../../../golden/load.js';
import { anyWalk, MIRROR, mirrored, oddMarkets, scaled, WALK_START } from '../walk.js';

const readings = (bars: readonly Bar[]): readonly (IctReading | undefined)[] => {
  const ict = createIct();
  return bars.map((bar) => {
    ict.push(bar);
    return ict.read();
  });
};

interface Vector {
  readonly i: number;
  readonly below: number | null;
  readonly above: number | null;
  readonly levels: readonly IctLevel[];
}

const inOrder = (levels: readonly IctLevel[]): readonly IctLevel[] =>
  levels.toSorted(
    (a, b) =>
      (a.side < b.side ? -1 : a.side > b.side ? 1 : 0) ||
      a.low - b.low ||
      a.high - b.high ||
      a.at - b.at ||
      (a.kind < b.kind ? -1 : 1),
  );

test('every level of thirteen days agrees with an independent computation', () => {
  const answers = readings(goldenBars());
  const vectors = golden<Vector[]>('ict/levels.json');
  const kinds = new Set(vectors.flatMap(({ levels }) => levels.map(({ kind, state }) => `${kind} ${state}`)));
  expect([...kinds].sort()).toEqual([
    'breaker fresh',
    'breaker tested',
    'gap fresh',
    'gap part-filled',
    'order-block fresh',
    'order-block tested',
    'sweep fresh',
    'sweep tested',
  ]);
  for (const { i, below, above, levels } of vectors) {
    const answer = answers[i];
    expect(answer?.levels.length, `levels at bar ${i}`).toBe(levels.length);
    for (const [k, level] of inOrder(answer?.levels ?? []).entries()) {
      const { fill, ...rest } = levels[k] ?? {};
      expectNear(level, rest, `bar ${i} level ${k}`);
      expectNear(level.fill, fill, `bar ${i} level ${k} fill`);
    }
    expect(answer?.below?.high, `below bar ${i}`).toBe(below ?? undefined);
    expect(answer?.above?.low, `above bar ${i}`).toBe(above ?? undefined);
  }
});

/** Twenty quiet bars of 10 ticks around 1000: the ATR is exactly 10. Then the bars of the case. */
const QUIET = 20;
type Row = readonly [open: number, high: number, low: number, close: number];
const barsFrom = (rows: readonly Row[]): Bar[] =>
  [...Array.from({ length: QUIET }, (): Row => [1000, 1005, 995, 1000]), ...rows].map(
    ([open, high, low, close], i) => ({
      at: epochMs(WALK_START + i * FIVE_MINUTES),
      open: ticks(open),
      high: ticks(high),
      low: ticks(low),
      close: ticks(close),
      volume: 1,
    }),
  );
const after = (...rows: Row[]): IctReading | undefined => readings(barsFrom(rows)).at(-1);
const at = (row: number) => epochMs(WALK_START + (QUIET + row) * FIVE_MINUTES);
const kinds = (reading: IctReading | undefined, kind: string) => reading?.levels.filter((level) => level.kind === kind);

describe('a fair-value gap', () => {
  // High of the first bar 1005, low of the third 1012: 7 ticks nobody traded; a quarter of the ATR is under 4.
  const RISE: Row[] = [
    [1000, 1014, 1000, 1014],
    [1014, 1018, 1012, 1016],
  ];
  test('is the empty stretch between first and third bar', () => {
    expect(after(...RISE)?.below).toEqual({
      kind: 'gap',
      side: 'LONG',
      low: 1005,
      high: 1012,
      at: at(0),
      ageBars: 1,
      state: 'fresh',
      fill: 0,
    });
  });
  test('of less than a quarter of the ATR is none', () => {
    expect(kinds(after([1000, 1009, 1000, 1009], [1009, 1012, 1007, 1010]), 'gap')).toEqual([]);
  });
  test('shrinks to what is still empty as price comes back', () => {
    const back = after(...RISE, [1016, 1016, 1008, 1015]);
    expect(back?.below).toMatchObject({ low: 1005, high: 1008, state: 'part-filled', ageBars: 2 });
    expect(back?.below?.fill).toBeCloseTo(4 / 7, 12);
    expect(after(...RISE, [1016, 1016, 1008, 1015], [1015, 1016, 1010, 1015])?.below).toMatchObject({ high: 1008 });
  });
  test('is gone once its last tick traded', () => {
    expect(kinds(after(...RISE, [1016, 1016, 1005, 1015]), 'gap')).toEqual([]);
    expect(kinds(after(...RISE, [1016, 1016, 1006, 1015]), 'gap')).toHaveLength(1);
  });
});

describe('an order block', () => {
  // A falling bar closing at 998, then 16 ticks up: 1.5 ATR are 15.
  const MOVE: Row[] = [
    [1002, 1004, 996, 998],
    [998, 1007, 998, 1006],
    [1006, 1015, 1005, 1014],
  ];
  test('is the last falling bar before a rise of 1.5 ATR', () => {
    expect(kinds(after(...MOVE), 'order-block')).toEqual([
      {
        kind: 'order-block',
        side: 'LONG',
        low: 996,
        high: 1004,
        at: at(0),
        ageBars: 2,
        state: 'fresh',
        fill: undefined,
      },
    ]);
  });
  test('needs the whole move within three bars', () => {
    const slow: Row[] = [
      [1002, 1004, 996, 998],
      [998, 1004, 998, 1003],
      [1003, 1008, 1002, 1007],
      [1007, 1012, 1006, 1011],
      [1011, 1016, 1010, 1015],
    ];
    expect(kinds(after(...slow), 'order-block')).toEqual([]);
    const inThree: Row[] = [...slow.slice(0, 3), [1007, 1014, 1006, 1013]];
    expect(kinds(after(...inThree), 'order-block')).toHaveLength(1);
  });
  test('is tested when price comes back to it and stays below the price', () => {
    const tested = after(...MOVE, [1014, 1014, 1003, 1010]);
    expect(kinds(tested, 'order-block')).toMatchObject([{ state: 'tested', low: 996, high: 1004 }]);
  });
  test('becomes a breaker above the price when a bar closes through it', () => {
    const through = after(...MOVE, [1014, 1014, 990, 995]);
    // The fall itself leaves a block for the other side, above the breaker.
    expect(kinds(through, 'order-block')).toMatchObject([{ side: 'SHORT', low: 1005, high: 1015, at: at(2) }]);
    expect(kinds(through, 'breaker')).toMatchObject([
      { side: 'SHORT', low: 996, high: 1004, at: at(0), ageBars: 3, state: 'fresh' },
    ]);
    expect(through?.above?.low).toBe(996);
  });
  test('that broke dies as a breaker when price closes back above it', () => {
    const broken: Row[] = [...MOVE, [1014, 1014, 990, 995]];
    expect(kinds(after(...broken, [995, 1004, 995, 1003]), 'breaker')).toMatchObject([{ state: 'tested' }]);
    expect(kinds(after(...broken, [995, 1006, 995, 1005]), 'breaker')).toEqual([]);
  });
});

describe('a liquidity sweep', () => {
  const quiet = (n: number): Row[] => Array.from({ length: n }, () => [1000, 1005, 995, 1000]);
  const SWING: Row[] = [[1000, 1002, 990, 1000], ...quiet(5)];
  test('is a trade under a swing low that closes half an ATR back above it', () => {
    const reading = after(...SWING, [1000, 1001, 986, 996]);
    expect(kinds(reading, 'sweep')).toEqual([
      { kind: 'sweep', side: 'LONG', low: 986, high: 990, at: at(6), ageBars: 0, state: 'fresh', fill: undefined },
    ]);
  });
  test('may take thirty bars, and not one more', () => {
    const under = (n: number): Row[] => Array.from({ length: n }, () => [987, 989, 984, 987]);
    const back: Row = [987, 1002, 987, 1000];
    expect(kinds(after(...SWING, ...under(30), back), 'sweep')).toMatchObject([{ low: 984, high: 990 }]);
    expect(kinds(after(...SWING, ...under(31), back), 'sweep')).toEqual([]);
  });
  test('needs a swing with five bars on both sides', () => {
    expect(kinds(after(...SWING.slice(0, 5), [1000, 1001, 986, 996]), 'sweep')).toEqual([]);
  });
  test('is not there before price is half an ATR back', () => {
    expect(kinds(after(...SWING, [1000, 1001, 986, 993]), 'sweep')).toEqual([]);
  });
  test('dies when a bar closes beyond its extreme', () => {
    const swept: Row[] = [...SWING, [1000, 1001, 986, 996]];
    expect(kinds(after(...swept, [996, 997, 985, 987]), 'sweep')).toMatchObject([{ state: 'tested' }]);
    expect(kinds(after(...swept, [996, 997, 985, 985]), 'sweep')).toEqual([]);
  });
});

test('a level dies of age after three trading days', () => {
  const rise: Row[] = [
    [1000, 1014, 1000, 1014],
    [1014, 1018, 1012, 1016],
  ];
  const rest = (n: number): Row[] => Array.from({ length: n }, () => [1016, 1020, 1013, 1016]);
  expect(after(...rise, ...rest(LEVEL_BARS_MAX - 1))?.below).toMatchObject({ kind: 'gap', ageBars: LEVEL_BARS_MAX });
  expect(kinds(after(...rise, ...rest(LEVEL_BARS_MAX)), 'gap')).toEqual([]);
});

describe('laws', () => {
  test('prefix: the first bars give the first answers, and asking seldom or often changes none', () => {
    fc.assert(
      fc.property(anyWalk(20, 160), fc.integer({ min: 14, max: 160 }), (bars, cut) => {
        const first = bars.slice(0, cut);
        const all = readings(bars);
        expect(readings(first)).toEqual(all.slice(0, cut));
        const once = createIct();
        for (const bar of first) once.push(bar);
        expect(once.read()).toEqual(all[first.length - 1]);
      }),
      { numRuns: 30 },
    );
  });

  test('mirror: reflected prices swap LONG with SHORT and above with below', () => {
    const flip = (level: IctLevel | undefined) =>
      level && {
        ...level,
        side: level.side === 'LONG' ? 'SHORT' : 'LONG',
        low: MIRROR - level.high,
        high: MIRROR - level.low,
      };
    fc.assert(
      fc.property(anyWalk(60, 160), (bars) => {
        const plain = readings(bars);
        for (const [i, other] of readings(mirrored(bars)).entries()) {
          expect(other?.above).toEqual(flip(plain[i]?.below));
          expect(other?.below).toEqual(flip(plain[i]?.above));
          expect(other?.levels.length).toBe(plain[i]?.levels.length);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('scale: prices four times as large give the same levels at four times the price', () => {
    const grow = (level: IctLevel) => ({ ...level, low: level.low * 4, high: level.high * 4 });
    fc.assert(
      fc.property(anyWalk(60, 160), (bars) => {
        expect(readings(scaled(bars, 4)).at(-1)?.levels).toEqual(readings(bars).at(-1)?.levels.map(grow));
      }),
      { numRuns: 40 },
    );
  });

  test('bounds: LONG levels carry the price, SHORT ones cap it, shares are shares and nothing is a hole', () => {
    fc.assert(
      fc.property(anyWalk(60, 200), (bars) => {
        for (const [i, reading] of readings(bars).entries()) {
          const close = bars[i]?.close ?? 0;
          for (const { side, low, high, fill, ageBars, kind } of reading?.levels ?? []) {
            expect(low).toBeLessThanOrEqual(high);
            expect(side === 'LONG' ? low <= close : high >= close).toBe(true);
            expect(fill === undefined || (fill >= 0 && fill < 1)).toBe(true);
            expect(kind === 'gap').toBe(fill !== undefined);
            expect(ageBars >= 0 && ageBars <= LEVEL_BARS_MAX).toBe(true);
          }
          expect(JSON.stringify(reading) ?? '').not.toMatch(/null|NaN/);
        }
      }),
      { numRuns: 40 },
    );
  });

  test.each(Object.keys(oddMarkets))('has a defined answer for %s', (market) => {
    const bars = oddMarkets[market] ?? [];
    const answers = readings(bars);
    expect(answers.slice(0, 13).every((reading) => reading === undefined)).toBe(true);
    expect(answers[13]).toBeDefined();
    expect(JSON.stringify(answers)).not.toMatch(/NaN|-0\b/);
    if (market === 'flat prices') expect(answers.at(-1)).toEqual({ above: undefined, below: undefined, levels: [] });
  });
});
