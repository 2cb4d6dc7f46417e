import fc from 'fast-check';
import type { Bar } from '../../../src/domain/bars/bar.js';
import { epochMs, FIVE_MINUTES, ticks } from '../../../src/kernel/units.js';

/** Monday 2026-11-16, 08:00 New York. */
export const WALK_START = Date.parse('2026-11-16T13:00:00Z');

interface Step {
  readonly move: number;
  readonly gap: number;
  readonly up: number;
  readonly down: number;
  readonly volume: number;
}

const anyStep: fc.Arbitrary<Step> = fc.record({
  move: fc.integer({ min: -12, max: 12 }),
  gap: fc.integer({ min: -3, max: 3 }),
  up: fc.nat(5),
  down: fc.nat(5),
  volume: fc.nat(500),
});

/** A random walk of closed bars; long, because by itself fast-check keeps arrays near ten and nothing would be warm. */
export const anyWalk = (minLength: number, maxLength: number, barMs: number = FIVE_MINUTES): fc.Arbitrary<Bar[]> =>
  fc.array(anyStep, { minLength, maxLength, size: 'max' }).map((steps) => {
    let price = 27_000;
    return steps.map(({ move, gap, up, down, volume }, i) => {
      const open = price + gap;
      price = open + move;
      return {
        at: epochMs(WALK_START + i * barMs),
        open: ticks(open),
        high: ticks(Math.max(open, price) + up),
        low: ticks(Math.min(open, price) - down),
        close: ticks(price),
        volume,
      };
    });
  });

/** Bars of which only the closes matter: each opens at the close before it, with a tick of shadow on both sides. */
export const barsOf = (closes: readonly number[], barMs: number = FIVE_MINUTES): Bar[] =>
  closes.map((close, i) => {
    const open = closes[i - 1] ?? close;
    return {
      at: epochMs(WALK_START + i * barMs),
      open: ticks(open),
      high: ticks(Math.max(open, close) + 1),
      low: ticks(Math.min(open, close) - 1),
      close: ticks(close),
      volume: 100,
    };
  });

export const MIRROR = 60_000;

/** Prices reflected about a constant. */
export const mirrored = (bars: readonly Bar[]): Bar[] =>
  bars.map((bar) => ({
    ...bar,
    open: ticks(MIRROR - bar.open),
    high: ticks(MIRROR - bar.low),
    low: ticks(MIRROR - bar.high),
    close: ticks(MIRROR - bar.close),
  }));

/** Prices a power of two times as large: doubles keep every digit. */
export const scaled = (bars: readonly Bar[], by: 2 | 4): Bar[] =>
  bars.map((bar) => ({
    ...bar,
    open: ticks(bar.open * by),
    high: ticks(bar.high * by),
    low: ticks(bar.low * by),
    close: ticks(bar.close * by),
  }));

export const opposite = { BULLISH: 'BEARISH', BEARISH: 'BULLISH', NEUTRAL: 'NEUTRAL' } as const;

/** Ways a market can be at rest or broken: every analysis has a defined answer to each. */
export const oddMarkets: Readonly<Record<string, readonly Bar[]>> = {
  'flat prices': barsOf(Array.from({ length: 120 }, () => 27_000)).map((bar) => ({
    ...bar,
    high: bar.close,
    low: bar.close,
  })),
  'no volume': barsOf(Array.from({ length: 120 }, (_, i) => 27_000 + (i % 7) - (i % 3))).map((bar) => ({
    ...bar,
    volume: 0,
  })),
  'a limit-down day': barsOf([...Array.from({ length: 60 }, (_, i) => 27_000 + (i % 5)), ...Array(60).fill(25_000)]),
  'days without bars': barsOf(Array.from({ length: 120 }, (_, i) => 27_000 + ((i * 7) % 31))).map((bar, i) => ({
    ...bar,
    at: epochMs(bar.at + Math.floor(i / 10) * 3 * 24 * 3_600_000),
  })),
  'prices at and under zero': barsOf(Array.from({ length: 120 }, (_, i) => 40 - i + ((i * 5) % 11))),
};
