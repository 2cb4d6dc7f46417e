import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMinutes, type Interval } from '../../../../../src/adapters/feeds/ibkr/minutes.js';
import type { Bar } from '../../../../../src/domain/bars/bar.js';
import { after, type EpochMs, epochMs, MINUTE, SECOND, ticks } from '../../../../../src/kernel/units.js';

const START = epochMs(Date.parse('2026-11-20T14:00:00Z'));

const interval = (slot: number, low: number, range: number, volume: number): Interval => ({
  at: after(START, slot * 5 * SECOND),
  open: ticks(low + (range > 0 ? 1 : 0)),
  high: ticks(low + range),
  low: ticks(low),
  close: ticks(low + Math.floor(range / 2)),
  volume,
  trades: volume,
});

const shape = fc.record({
  low: fc.integer({ min: -50, max: 900 }),
  range: fc.nat({ max: 9 }),
  volume: fc.nat({ max: 3 }),
});
/** Five minutes of intervals, of which some do not come and some come twice, in any order within a minute. */
const tape = fc
  .tuple(fc.array(shape, { minLength: 60, maxLength: 60 }), fc.subarray([...Array(60).keys()]), fc.nat())
  .map(([shapes, present, seed]) => {
    const heard = present.map((slot) => {
      const { low, range, volume } = shapes[slot] ?? { low: 0, range: 0, volume: 0 };
      return interval(slot, low, range, volume);
    });
    const twice = heard.filter((_, i) => (i + seed) % 7 === 0);
    const key = ({ at }: Interval): number => Math.floor(at / MINUTE) * 1_000 + (((at / 5_000) * 7 + seed) % 97);
    return { heard, sent: [...heard, ...twice].sort((a, b) => key(a) - key(b)) };
  });

/** The plain way: all trades of the minute, looked at once. */
function reference(at: EpochMs, heard: readonly Interval[]): Bar | undefined {
  const inside = heard.filter((it) => it.at >= at && it.at < at + MINUTE && it.volume > 0).sort((a, b) => a.at - b.at);
  const [first, last] = [inside[0], inside.at(-1)];
  if (!first || !last) return undefined;
  let [high, low, volume] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 0];
  for (const it of inside) {
    high = Math.max(high, it.high);
    low = Math.min(low, it.low);
    volume += it.volume;
  }
  return { at, open: first.open, high: ticks(high), low: ticks(low), close: last.close, volume };
}

test('minutes are what a slow reference makes of the same intervals, with lost, repeated and shuffled ones', () => {
  fc.assert(
    fc.property(tape, ({ heard, sent }) => {
      const minutes = createMinutes();
      for (const it of sent) minutes.take(it);
      const built = [];
      for (let next = minutes.next(after(START, 5 * MINUTE)); next; next = minutes.next(after(START, 5 * MINUTE)))
        built.push(next);
      const opens = [...new Set(heard.map(({ at }) => epochMs(Math.floor(at / MINUTE) * MINUTE)))].sort(
        (a, b) => a - b,
      );
      expect(built).toEqual(
        opens.map((at) => ({
          at,
          bar: reference(at, heard),
          heard: heard.filter((it) => it.at >= at && it.at < at + MINUTE).length,
        })),
      );
    }),
    { numRuns: 200 },
  );
});

test('a minute is over with its twelfth interval, before the clock says so', () => {
  const minutes = createMinutes();
  for (let slot = 0; slot < 11; slot += 1) minutes.take(interval(slot, 100, 2, 1));
  expect(minutes.next(START)).toBeUndefined();
  minutes.take(interval(11, 100, 2, 1));
  expect(minutes.next(START)).toMatchObject({ at: START, heard: 12, bar: { volume: 12 } });
});

test('a minute that lacks an interval waits for the clock and is built from the others', () => {
  const minutes = createMinutes();
  for (const slot of [0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11]) minutes.take(interval(slot, 100 + slot, 2, 1));
  expect(minutes.next(after(START, MINUTE - 1))).toBeUndefined();
  expect(minutes.next(after(START, MINUTE))).toMatchObject({ heard: 11, bar: { volume: 11, low: 100, high: 113 } });
});

test('a minute of quiet intervals is no bar', () => {
  const minutes = createMinutes();
  for (let slot = 0; slot < 12; slot += 1) minutes.take(interval(slot, 100, 0, 0));
  expect(minutes.next(START)).toEqual({ at: START, heard: 12, bar: undefined });
});

test('what comes again, or after its minute, changes nothing', () => {
  const minutes = createMinutes();
  expect(minutes.take(interval(0, 100, 2, 1))).toBe(true);
  expect(minutes.take(interval(0, 500, 2, 9))).toBe(false);
  expect(minutes.next(after(START, MINUTE))).toMatchObject({ bar: { volume: 1 } });
  expect(minutes.take(interval(3, 100, 2, 1))).toBe(false);
  expect(minutes.next(after(START, MINUTE))).toBeUndefined();
});
