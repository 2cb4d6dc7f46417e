import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Bar } from '../../../../src/domain/bars/bar.js';
import { createOpeningRange, type OpeningRange } from '../../../../src/domain/opening-range/opening-range.js';
import { etClockInstant } from '../../../../src/domain/sessions/session.js';
import { tradingDay, tradingDayStart } from '../../../../src/domain/sessions/trading-day.js';
import { after, type EpochMs, epochMs, HOUR, MINUTE, ticks } from '../../../../src/kernel/units.js';
import { golden } from '../../../golden/load.js';
import { anyWalk, MIRROR, mirrored, scaled } from '../walk.js';

const DAY = tradingDay('2026-11-17');
const NEXT = tradingDay('2026-11-18');
const clock = (hhmm: string, day = DAY): EpochMs => etClockInstant(day, hhmm);

const barAt = (at: EpochMs, close: number, { high = close, low = close } = {}): Bar => ({
  at,
  open: ticks(close),
  high: ticks(Math.max(high, close)),
  low: ticks(Math.min(low, close)),
  close: ticks(close),
  volume: 5,
});

/** The thirty minutes from 09:30; the third reaches the high, the twentieth the low. */
const halfHour = ({ high, low }: { high: number; low: number }, day = DAY): readonly Bar[] =>
  Array.from({ length: 30 }, (_, i) =>
    barAt(after(clock('09:30', day), i * MINUTE), 1000, i === 2 ? { high } : i === 19 ? { low } : {}),
  );

function rangeAfter(bars: readonly Bar[], atr: number | undefined): OpeningRange | undefined {
  const follower = createOpeningRange();
  for (const bar of bars) follower.push(bar, atr);
  return follower.read();
}

interface Hand {
  readonly case: string;
  readonly atr: number;
  readonly range: { readonly high: number; readonly low: number };
  readonly closes: readonly (readonly [string, number])[];
  readonly expected: (Record<string, unknown> & { readonly at: string }) | null;
}

describe('worked by hand', () => {
  test.each(golden<Hand[]>('opening-range/hand.json'))('$case', ({ atr, range, closes, expected }) => {
    // Every bar's high reaches far over the margin: only closes count.
    const bars = closes.map(([hhmm, close]) => barAt(clock(hhmm), close, { high: close + 20 }));
    const state = rangeAfter([...halfHour(range), ...bars], atr);
    expect(state).toMatchObject({ ...range, day: DAY, over: true, complete: true, missing: 0 });
    expect(state?.signal).toEqual(expected ? { type: 'ORB', ...expected, at: clock(expected.at) } : undefined);
  });
});

describe('the opening range', () => {
  const range = { high: 1010, low: 990 };

  test('grows minute by minute and is over with the bar of 09:59', () => {
    const bars = halfHour(range);
    expect(rangeAfter(bars.slice(0, 3), 8)).toMatchObject({ high: 1010, low: 1000, over: false, complete: false });
    expect(rangeAfter(bars.slice(0, 29), 8)).toMatchObject({ over: false, missing: 0 });
    expect(rangeAfter(bars, 8)).toMatchObject({ ...range, over: true, complete: true });
  });

  test('counts the minutes without a bar, and a range with holes still signals', () => {
    const holed = halfHour(range).filter((_, i) => i !== 7 && i !== 29);
    expect(rangeAfter(holed, 8)).toMatchObject({ over: false, missing: 1 });
    const done = rangeAfter([...holed, barAt(clock('10:03'), 1020)], 8);
    expect(done).toMatchObject({ over: true, complete: false, missing: 2, signal: { direction: 'LONG' } });
  });

  test('is unknown without a bar of its half hour: no range, no signal', () => {
    expect(rangeAfter([barAt(clock('09:29'), 1000), barAt(clock('10:00'), 2000)], 8)).toBeUndefined();
  });

  test('signals nothing while the ATR is not known', () => {
    expect(rangeAfter([...halfHour(range), barAt(clock('10:00'), 2000)], undefined)?.signal).toBeUndefined();
  });

  test('is forgotten at the roll of the trading day, signal and all', () => {
    const follower = createOpeningRange();
    for (const bar of [...halfHour(range), barAt(clock('10:00'), 1020)]) follower.push(bar, 8);
    expect(follower.read()?.signal).toBeDefined();
    follower.push(barAt(after(tradingDayStart(NEXT), -HOUR - MINUTE), 1000), 8);
    expect(follower.read()?.day, 'still the day of the signal').toBe(DAY);
    follower.push(barAt(tradingDayStart(NEXT), 1000), 8);
    expect(follower.read()).toBeUndefined();
    follower.push(barAt(clock('10:30', NEXT), 2000), 8);
    expect(follower.read(), 'yesterday’s range is no range of today').toBeUndefined();
  });

  test('belongs to the date of the trading day: a Saturday has none', () => {
    const saturday = after(clock('09:30', tradingDay('2026-11-20')), 24 * HOUR);
    const bars = Array.from({ length: 40 }, (_, i) => barAt(after(saturday, i * MINUTE), 1000 + 100 * i));
    expect(rangeAfter(bars, 8)).toBeUndefined();
  });

  test('keeps New York time through the change of clocks', () => {
    // 09:30 New York is 13:30 UTC before 2026-11-01 and 14:30 after it.
    const summer = rangeAfter([barAt(epochMs(Date.parse('2026-10-30T13:30:00Z')), 1000)], 8);
    const winter = rangeAfter([barAt(epochMs(Date.parse('2026-11-02T14:30:00Z')), 1000)], 8);
    expect([summer?.day, winter?.day]).toEqual(['2026-10-30', '2026-11-02']);
    expect(rangeAfter([barAt(epochMs(Date.parse('2026-11-02T13:30:00Z')), 1000)], 8)).toBeUndefined();
  });
});

describe('laws', () => {
  // From 08:00 New York, so the walk crosses 09:30, 10:00 and noon.
  const anyMorning = anyWalk(100, 260, MINUTE);
  const states = (bars: readonly Bar[], atr: number) => {
    const follower = createOpeningRange();
    return bars.map((bar) => {
      follower.push(bar, atr);
      return follower.read();
    });
  };

  test('prefix, and one signal a day that never changes', () => {
    fc.assert(
      fc.property(anyMorning, fc.nat(260), (bars, cut) => {
        const all = states(bars, 20);
        expect(states(bars.slice(0, cut), 20)).toEqual(all.slice(0, cut));
        const signals = new Set(all.flatMap((state) => state?.signal ?? []));
        expect(signals.size).toBeLessThanOrEqual(1);
      }),
      { numRuns: 30 },
    );
  });

  test('mirror: LONG and SHORT swap at the same minute', () => {
    fc.assert(
      fc.property(anyMorning, (bars) => {
        const [plain, other] = [states(bars, 20).at(-1), states(mirrored(bars), 20).at(-1)];
        expect(other?.high).toBe(plain && MIRROR - plain.low);
        expect(other?.missing).toBe(plain?.missing);
        expect(other?.signal?.at).toBe(plain?.signal?.at);
        const swapped = { LONG: 'SHORT', SHORT: 'LONG' } as const;
        expect(other?.signal?.direction).toBe(plain?.signal && swapped[plain.signal.direction]);
      }),
      { numRuns: 40 },
    );
  });

  test('scale: four times the prices and the ATR give the same signal at four times the price', () => {
    fc.assert(
      fc.property(anyMorning, (bars) => {
        const [plain, other] = [states(bars, 20).at(-1), states(scaled(bars, 4), 80).at(-1)];
        expect(other?.signal?.at).toBe(plain?.signal?.at);
        expect(other?.signal?.triggerPrice).toBe(plain?.signal && plain.signal.triggerPrice * 4);
      }),
      { numRuns: 40 },
    );
  });

  test('bounds: a trigger lies beyond its range, between 10:00 and noon', () => {
    fc.assert(
      fc.property(anyMorning, (bars) => {
        const state = states(bars, 20).at(-1);
        if (!state) return;
        expect(state.low).toBeLessThanOrEqual(state.high);
        expect(state.missing >= 0 && state.missing <= 30).toBe(true);
        const { signal } = state;
        if (!signal) return;
        expect(signal.at > clock('10:00', state.day) && signal.at <= clock('12:00', state.day)).toBe(true);
        expect(signal.triggerPrice > state.high || signal.triggerPrice < state.low).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});
