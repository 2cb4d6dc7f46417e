import { describe, expect, test } from 'vitest';
import { intervalOf, lastPriceOf, pastMinutes, type RawBar } from '../../../../../src/adapters/feeds/ibkr/mapper.js';
import { instrument } from '../../../../../src/domain/instruments/catalogue/index.js';
import { after, epochMs, HOUR, MINUTE } from '../../../../../src/kernel/units.js';

const mgc = (() => {
  const spec = instrument('MGC');
  if (!spec) throw new Error('MGC');
  return spec;
})();
const START = epochMs(Date.parse('2026-11-20T14:00:00Z'));
const SECONDS = START / 1_000;
const raw = (more: Partial<RawBar> = {}): RawBar => ({
  ...{ time: SECONDS, open: 4_205.3, high: 4_206, low: 4_204.9, close: 4_205.5, volume: 12, trades: 9 },
  ...more,
});

describe('a 5-second bar', () => {
  test('has its prices in ticks', () => {
    expect(intervalOf(raw(), mgc)).toEqual({
      ok: true,
      value: { at: START, open: 42_053, high: 42_060, low: 42_049, close: 42_055, volume: 12, trades: 9 },
    });
  });

  test.each([
    ['a price off the grid', raw({ high: 4_206.04 }), 'tick grid of MGC'],
    ['no price', raw({ open: Number.NaN }), 'tick grid'],
    ['a low above its high', raw({ low: 4_207 }), 'low is above high'],
    ['a negative volume', raw({ volume: -1 }), 'volume'],
    ['a time between two bars', raw({ time: SECONDS + 3 }), 'not where a bar begins'],
    ['no time', raw({ time: Number.NaN }), 'not where a bar begins'],
  ])('with %s is refused', (_, bar, reason) => {
    expect(intervalOf(bar, mgc)).toEqual({ ok: false, reason: expect.stringContaining(reason) });
  });
});

describe('an answer about the past', () => {
  const stretch = { from: START, to: after(START, HOUR), now: after(START, 2 * HOUR) };
  const minute = (i: number, more: Partial<RawBar> = {}): RawBar => raw({ time: SECONDS + i * 60, ...more });
  const opens = (rows: readonly RawBar[], more = {}) =>
    pastMinutes(rows, mgc, { ...stretch, ...more }).bars.map(({ at }) => (at - START) / MINUTE);

  test('is put in order, each minute once', () => {
    expect(opens([minute(3), minute(1), minute(2), minute(1)])).toEqual([1, 2, 3]);
  });

  test('keeps to the stretch: its first minute, not its end', () => {
    expect(opens([minute(-1), minute(0), minute(59), minute(60)])).toEqual([0, 59]);
  });

  test('leaves out the minute that is not over', () => {
    expect(opens([minute(0), minute(1)], { now: after(START, 2 * MINUTE - 1) })).toEqual([0]);
  });

  test('has no bar for a minute in which nothing was traded', () => {
    expect(opens([minute(0), minute(1, { volume: 0, trades: 0 })])).toEqual([0]);
  });

  test('names what cannot be read and goes on', () => {
    const { bars, refused } = pastMinutes([minute(0), minute(1, { close: 4_205.55 }), minute(2)], mgc, stretch);
    expect(bars).toHaveLength(2);
    expect(refused).toEqual([expect.stringContaining('2026-11-20T14:01')]);
  });
});

test('TWS writes -1 and 0 where it has no last price', () => {
  expect([-1, 0, 4_205.3, 4_205.35].map((price) => lastPriceOf(price, mgc))).toEqual([
    undefined,
    undefined,
    42_053,
    undefined,
  ]);
});
