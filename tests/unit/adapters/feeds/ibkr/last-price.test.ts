import { expect, test } from 'vitest';
import { TwsFailure } from '../../../../../src/adapters/feeds/ibkr/codes.js';
import { createLastPrices } from '../../../../../src/adapters/feeds/ibkr/last-price.js';
import type { Ear } from '../../../../../src/adapters/feeds/vendor/source.js';
import { instrument } from '../../../../../src/domain/instruments/catalogue/index.js';
import { after, epochMs, ticks } from '../../../../../src/kernel/units.js';
import type { FeedTick } from '../../../../../src/ports/feed.js';
import { handClock } from '../../../../support/test-clock.js';

const NOW = epochMs(Date.parse('2026-11-20T14:00:00Z'));

function prices() {
  const spec = instrument('MGC');
  if (!spec) throw new Error('MGC');
  const told: FeedTick[] = [];
  const refused: string[] = [];
  const clock = handClock(NOW);
  const ear: Ear = {
    ...{ ready() {}, heard() {}, bar() {}, part() {}, waiting() {}, quiet() {} },
    tick: (tick) => void told.push(tick),
    refused: ({ reason }) => void refused.push(reason),
  };
  return { it: createLastPrices({ spec, contract: 'MGCZ6' }, ear, clock), told, refused, clock };
}

const seconds = (ms: number): number => after(NOW, ms) / 1_000;

test('the price that is there when we come is as old as its trade', () => {
  const { it, told } = prices();
  it.price(4_205.3);
  expect(told).toEqual([]);
  it.tradedAt(seconds(-40_000));
  expect(told).toEqual([{ root: 'MGC', contract: 'MGCZ6', price: 42_053, at: NOW - 40_000 }]);
});

test('it does not matter whether TWS says the time or the price first', () => {
  const { it, told } = prices();
  it.tradedAt(seconds(-40_000));
  it.price(4_205.3);
  expect(told.map(({ at }) => at)).toEqual([NOW - 40_000]);
});

test('later prices are of now, and an old first one that was never dated is forgotten', () => {
  const { it, told, clock } = prices();
  it.price(4_205.3);
  clock.set(after(NOW, 2_000));
  it.price(4_205.4);
  it.tradedAt(seconds(1_900));
  expect(told.map(({ price, at }) => [price, at - NOW])).toEqual([[42_054, 2_000]]);
});

test('without a stream of prices the 5-second bars tell them, quiet ones nothing', () => {
  const { it, told, clock } = prices();
  const bar = { at: NOW, open: ticks(42_053), high: ticks(42_060), low: ticks(42_050), close: ticks(42_055) };
  clock.set(after(NOW, 5_200));
  it.interval({ ...bar, volume: 3, trades: 2 });
  it.interval({ ...bar, volume: 0, trades: 0 });
  expect(told.map(({ price, at }) => [price, at - NOW])).toEqual([[42_055, 5_000]]);
  it.tradedAt(seconds(5_100));
  it.price(4_205.6);
  it.interval({ ...bar, volume: 3, trades: 2 });
  expect(told).toHaveLength(2);
  it.failed(new TwsFailure('not-subscribed', 354, 'not subscribed'));
  clock.set(after(NOW, 10_200));
  it.interval({ ...bar, at: after(NOW, 5_000), volume: 3, trades: 2 });
  expect(told).toHaveLength(3);
});

test('the price that was there does not come behind a newer one', () => {
  const { it, told, clock } = prices();
  clock.set(after(NOW, 5_200));
  const bar = { at: NOW, open: ticks(42_053), high: ticks(42_060), low: ticks(42_050), close: ticks(42_055) };
  it.interval({ ...bar, volume: 3, trades: 2 });
  it.price(4_200.1);
  it.tradedAt(seconds(-9_000));
  expect(told.map(({ price }) => price)).toEqual([42_055]);
});

test('a price ahead of our clock is of now', () => {
  const { it, told } = prices();
  it.tradedAt(seconds(9_000));
  it.price(4_205.3);
  expect(told.map(({ at }) => at)).toEqual([NOW]);
});

test('a price off the grid is told once and never shown', () => {
  const { it, told, refused } = prices();
  for (let i = 0; i < 5; i += 1) it.price(4_205.37);
  expect(told).toEqual([]);
  expect(refused).toEqual([expect.stringContaining('4205.37')]);
});
