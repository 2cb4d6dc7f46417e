import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createWave, type WaveReading } from '../../../../src/domain/wave/wave.js';

const waveOf = (closes: readonly number[], trendLength?: number): WaveReading | undefined => {
  const wave = createWave(trendLength === undefined ? {} : { trendLength });
  for (const close of closes) wave.push(close);
  return wave.read();
};
const anyCloses = fc.array(fc.integer({ min: -300, max: 300 }), { minLength: 30, maxLength: 250 });

describe('wave', () => {
  test('needs 30 bars', () => {
    const closes = Array.from({ length: 29 }, (_, i) => i % 7);
    expect(waveOf(closes)).toBeUndefined();
    expect(waveOf([...closes, 3])).toBeDefined();
  });

  test('is neutral with ratio 1 while a kind of wave has not finished', () => {
    expect(waveOf(Array.from({ length: 40 }, (_, i) => i))).toMatchObject({
      ratio: 1,
      dominance: 0,
      dominantRatio: 1,
      direction: 'NEUTRAL',
      currentRatio: undefined,
    });
  });

  test('stays neutral on a price at rest', () => {
    expect(waveOf(new Array(60).fill(4207))).toMatchObject({ bull: 0, bear: 0, ratio: 1, trendSpeed: 0 });
  });

  test('records the furthest speed of each finished wave, the crossing bar included', () => {
    // 28 bars at rest, then up 10 (crosses up), down to -10 (crosses down), up to 10 again: one bull and one bear wave.
    const closes = [...new Array(28).fill(0), 10, -10, 10];
    // Speed line: 10 adds 1; -10 adds 0.1 * (-10 - 1) = -1.1; 10 adds 0.1 * (10 + 0.1) = 1.01.
    const { bull, bear, ratio, direction } = waveOf(closes) ?? expect.fail('warm');
    expect(bull).toBeCloseTo(1, 12);
    expect(bear).toBeCloseTo(1.1, 12);
    expect(ratio).toBeCloseTo(1 / 1.1, 12);
    expect(direction, 'dominance is -0.1 / 2.1, just within 0.05').toBe('NEUTRAL');
  });

  test('never records the unfinished wave', () => {
    const closes = [...new Array(28).fill(0), 10, -10, 10];
    const running = [...closes, 30, 60, 90];
    expect(waveOf(running)?.bull).toBe(waveOf(closes)?.bull);
    expect(waveOf(running)?.trendSpeed).toBeGreaterThan(waveOf(closes)?.trendSpeed ?? 0);
  });

  test('forgets all but the last 200 waves of a kind', () => {
    const swing = (size: number, times: number) => new Array(times).fill([size, -size]).flat();
    const fresh = waveOf([0, ...swing(10, 260)]);
    const afterBigWaves = waveOf([0, ...swing(90, 30), ...swing(10, 260)]);
    expect(afterBigWaves?.bull).toBeCloseTo(fresh?.bull ?? 0, 6);
  });

  test('answers with another trend line when another length is configured', () => {
    const closes = Array.from({ length: 120 }, (_, i) => Math.round(20 * Math.sin(i / 3) + 8 * Math.sin(i / 1.7)));
    expect(waveOf(closes, 5)?.ratio).not.toBe(waveOf(closes)?.ratio);
  });

  test('swaps bull and bear when the prices are mirrored', () => {
    fc.assert(
      fc.property(anyCloses, (closes) => {
        const [plain, mirrored] = [waveOf(closes), waveOf(closes.map((close) => -close))];
        if (!plain || !mirrored) return expect.fail('warm');
        expect(mirrored.direction).toBe(
          { BULLISH: 'BEARISH', BEARISH: 'BULLISH', NEUTRAL: 'NEUTRAL' }[plain.direction],
        );
        expect([mirrored.bull + 0, mirrored.bear + 0].map(Math.abs)).toEqual([plain.bear, plain.bull].map(Math.abs));
        expect(mirrored.dominantRatio).toBeCloseTo(plain.dominantRatio, 9);
        expect(Math.abs(mirrored.currentRatio ?? 0)).toBeCloseTo(Math.abs(plain.currentRatio ?? 0), 9);
      }),
    );
  });

  test('keeps its ratios when the prices are multiplied', () => {
    fc.assert(
      fc.property(anyCloses, (closes) => {
        const [plain, doubled] = [waveOf(closes), waveOf(closes.map((close) => close * 8))];
        expect(doubled?.ratio).toBe(plain?.ratio);
        expect(doubled?.currentRatio).toBe(plain?.currentRatio);
      }),
    );
  });

  test('never answers NaN', () => {
    fc.assert(
      fc.property(anyCloses, (closes) => {
        for (const value of Object.values(waveOf(closes) ?? {})) expect(value).not.toBeNaN();
      }),
    );
  });
});
