import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clockOf, drivenClock, scaledClock, systemClock, wallNow } from '../../../../src/adapters/clock/clock.js';
import { formatClockSpec, parseClockSpec } from '../../../../src/adapters/clock/spec.js';
import { after, epochMs, HOUR } from '../../../../src/kernel/units.js';
import type { ClockSpec } from '../../../../src/ports/clock.js';

const instant = fc.integer({ min: 0, max: 4_102_444_800_000 }).map(epochMs);
const spec: fc.Arbitrary<ClockSpec> = fc.oneof(
  fc.constant({ kind: 'system' as const }),
  fc.record({ kind: fc.constant('driven' as const), marketStart: instant }),
  fc.record({
    kind: fc.constant('scaled' as const),
    marketStart: instant,
    wallStart: instant,
    speed: fc.oneof(fc.integer({ min: 1, max: 100_000 }), fc.constantFrom(0.25, 0.5, 1.5)),
  }),
);

test('the system clock tells the wall time', () => {
  expect(Math.abs(systemClock().now() - wallNow())).toBeLessThan(50);
});

describe('a scaled clock', () => {
  const marketStart = epochMs(Date.parse('2026-11-19T09:50:00Z'));

  test('was at its start at the given wall instant and runs at its speed since', () => {
    const clock = scaledClock({ marketStart, wallStart: after(wallNow(), -1_000), speed: 3_600 });
    const passed = clock.now() - marketStart;
    expect(passed).toBeGreaterThanOrEqual(HOUR);
    expect(passed).toBeLessThan(1.5 * HOUR);
  });

  test('waits at its start until the wall instant has come', () => {
    const clock = scaledClock({ marketStart, wallStart: after(wallNow(), HOUR), speed: 10 });
    expect(clock.now()).toBe(marketStart);
  });

  test('says the same in every process', () => {
    const common = { marketStart, wallStart: after(wallNow(), -5_000), speed: 60 };
    const [a, b] = [scaledClock(common), scaledClock(common)];
    expect(Math.abs(a.now() - b.now())).toBeLessThanOrEqual(60 * 10);
  });

  test('refuses a speed that is no speed', () => {
    expect(() => scaledClock({ marketStart, wallStart: wallNow(), speed: 0 })).toThrow('impossible');
  });
});

test('a driven clock never runs backwards, whatever it is told', () => {
  fc.assert(
    fc.property(instant, fc.array(instant), (start, instants) => {
      const clock = drivenClock(start);
      for (const at of instants) {
        const before = clock.now();
        clock.advance(at);
        expect(clock.now()).toBe(Math.max(before, at));
      }
    }),
  );
});

test('only a driven clock can be driven', () => {
  expect(clockOf({ kind: 'system' }).drive).toBeUndefined();
  const { clock, drive } = clockOf({ kind: 'driven', marketStart: epochMs(5) });
  drive?.(epochMs(9));
  expect([clock.now(), clock.speed]).toEqual([9, Number.POSITIVE_INFINITY]);
});

describe('the text of a clock', () => {
  test('means the same clock when read back', () => {
    fc.assert(
      fc.property(spec, (it) => {
        expect(parseClockSpec(formatClockSpec(it))).toEqual({ ok: true, value: it });
      }),
    );
  });

  test.each([
    '',
    'sundial',
    'system:1',
    'driven',
    'driven:',
    'driven:-5',
    'driven:x',
    'scaled:1:2',
    'scaled:1:2:0',
    'scaled:1:2:fast',
  ])('"%s" is refused with what is expected', (text) => {
    expect(parseClockSpec(text)).toMatchObject({
      ok: false,
      error: expect.stringContaining('expected system, scaled:'),
    });
  });
});
