import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createVolumeBars, type VolumeBar } from '../../../../src/domain/signals/volume-bars.js';
import { expectNear, golden } from '../../../golden/load.js';

interface Case {
  readonly title: string;
  readonly before: { readonly count: number; readonly volume: number };
  readonly bars: readonly { open: number; close: number; volume: number; expected: Record<string, unknown> }[];
}

describe('volume bars by hand', () => {
  test.each(golden<Case[]>('arrows/volume-bars.json'))('$title', ({ before, bars }) => {
    const volumeBars = createVolumeBars();
    for (let i = 0; i < before.count; i += 1) volumeBars.push({ open: 1, close: 1, volume: before.volume });
    for (const [i, bar] of bars.entries()) expectNear(volumeBars.push(bar), bar.expected, `bar ${i}`);
  });
});

const anyBars = fc.array(
  fc.record({
    open: fc.integer({ min: -50, max: 50 }),
    close: fc.integer({ min: -50, max: 50 }),
    volume: fc.oneof(fc.nat(200), fc.nat(5_000)),
  }),
  { maxLength: 80 },
);
const run = (bars: readonly { open: number; close: number; volume: number }[]): readonly VolumeBar[] => {
  const volumeBars = createVolumeBars();
  return bars.map((bar) => volumeBars.push(bar));
};

describe('laws of the volume bars', () => {
  test('a bar stands out exactly when its volume is above twice the plain mean of the twenty before it', () => {
    fc.assert(
      fc.property(anyBars, (bars) => {
        for (const [i, { isSpike }] of run(bars).entries()) {
          const sum = bars.slice(Math.max(0, i - 20), i).reduce((total, { volume }) => total + volume, 0);
          expect(isSpike).toBe(i >= 20 && sum > 0 && (bars[i]?.volume ?? 0) * 20 > 2 * sum);
        }
      }),
    );
  });

  test('prefix: what follows changes nothing', () => {
    fc.assert(
      fc.property(anyBars, fc.nat(80), (bars, n) => {
        expect(run(bars.slice(0, n))).toEqual(run(bars).slice(0, n));
      }),
    );
  });

  test('mirror: reflected prices swap up and down and leave the spikes', () => {
    const opposite = { up: 'down', down: 'up', flat: 'flat' } as const;
    fc.assert(
      fc.property(anyBars, (bars) => {
        const mirrored = run(bars.map(({ open, close, volume }) => ({ open: -open, close: -close, volume })));
        expect(mirrored).toEqual(run(bars).map((bar) => ({ ...bar, side: opposite[bar.side] })));
      }),
    );
  });
});
