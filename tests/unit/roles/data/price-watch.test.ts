import { describe, expect, test } from 'vitest';
import type { AccountSnapshot } from '../../../../src/domain/accounts/snapshot.js';
import { after, type EpochMs, epochMs, MINUTE, SECOND, ticks } from '../../../../src/kernel/units.js';
import { createPriceWatch } from '../../../../src/roles/data/price-watch.js';

const START = epochMs(Date.parse('2026-11-20T15:00:00Z'));
const at = (seconds: number): EpochMs => after(START, seconds * SECOND);

const snapshot = (
  seconds: number,
  lastPrice: number | undefined,
  more: Partial<AccountSnapshot> = {},
): AccountSnapshot => ({
  bridge: 'test',
  bridgeVersion: '1',
  epoch: 'e',
  seq: seconds,
  sentAt: at(seconds),
  receivedAt: at(seconds),
  account: 'Sim101',
  ordersConnected: true,
  pricesConnected: true,
  cashBalance: undefined,
  realizedPnl: undefined,
  orders: [],
  positions: [
    {
      symbol: 'MGC 12-26',
      root: 'MGC',
      contract: 'MGCZ6',
      side: 'LONG',
      quantity: 1,
      avgPrice: 4200,
      lastPrice,
      unrealizedPnl: undefined,
    },
  ],
  ...more,
});
const tick = (seconds: number, price: number) => ({
  root: 'MGC',
  contract: 'MGCZ6',
  price: ticks(price * 10),
  at: at(seconds),
});
const bar = (minute: number, price: number) => {
  const it = ticks(price * 10);
  const open = after(START, minute * MINUTE);
  return { root: 'MGC', contract: 'MGCZ6', bar: { at: open, open: it, high: it, low: it, close: it, volume: 1 } };
};

/** Feed and platform once a second; says what is known at the end. */
const watched = (seconds: number, feed: number, platform: number) => {
  const prices = createPriceWatch();
  for (let i = 0; i <= seconds; i += 1) {
    prices.tick(tick(i, feed));
    if (i % 5 === 0) prices.snapshot(snapshot(i, platform));
  }
  return prices;
};
const known = (prices: ReturnType<typeof createPriceWatch>, seconds: number) =>
  prices.facts(at(seconds)).map(({ root, active }) => [root, active]);

describe('feed and platform in one contract', () => {
  test('that show the same price are known to after ten seconds, and not before', () => {
    expect(known(watched(9, 4200, 4200.2), 9)).toEqual([]);
    expect(known(watched(10, 4200, 4200.2), 10)).toEqual([['MGC', false]]);
  });

  test('that differ are a mismatch after ten seconds', () => {
    expect(known(watched(9, 4200, 4200.3), 9)).toEqual([]);
    expect(known(watched(10, 4200, 4200.3), 10)).toEqual([['MGC', true]]);
  });

  test('are not compared with an old report of the platform', () => {
    const prices = createPriceWatch();
    prices.snapshot(snapshot(0, 4100));
    for (let i = 11; i < 60; i += 1) prices.tick(tick(i, 4200));
    expect(known(prices, 60)).toEqual([]);
  });

  test('are not compared with a last price of the feed that is a minute old', () => {
    const prices = createPriceWatch();
    prices.tick(tick(0, 4200));
    for (let i = 65; i < 120; i += 5) prices.snapshot(snapshot(i, 4100));
    expect(known(prices, 120)).toEqual([]);
  });

  test('are not compared where the platform has lost its prices, or shows none', () => {
    const prices = createPriceWatch();
    for (let i = 0; i <= 30; i += 5) {
      prices.tick(tick(i, 4200));
      prices.snapshot(snapshot(i, 4100, { pricesConnected: false }));
      prices.snapshot(snapshot(i, undefined));
    }
    expect(known(prices, 30)).toEqual([]);
  });

  test('are unknown again when nothing was compared for some minutes', () => {
    const prices = watched(10, 4200, 4300);
    expect(known(prices, 100)).toEqual([['MGC', true]]);
    expect(known(prices, 200)).toEqual([]);
  });

  test('agree through a fast market in which the platform lags a second behind', () => {
    const prices = createPriceWatch();
    for (let i = 0; i <= 60; i += 1) {
      prices.tick(tick(i, 4200 + i));
      prices.snapshot(snapshot(i, 4199 + i));
    }
    expect(known(prices, 60)).toEqual([['MGC', false]]);
  });

  test('are compared by closes where the feed brings bars alone', () => {
    const differing = createPriceWatch();
    const agreeing = createPriceWatch();
    for (let second = 0; second <= 180; second += 5) {
      // Between two closes the market is elsewhere, and nobody knows where: only its close can be compared.
      const platform = second % 60 === 0 ? 4200 : 4250;
      for (const prices of [differing, agreeing]) prices.snapshot(snapshot(second, platform));
      if (second % 60 !== 0 || second === 0) continue;
      differing.bars([bar(second / 60 - 1, 4260)]);
      agreeing.bars([bar(second / 60 - 1, 4200)]);
    }
    expect(known(differing, 180)).toEqual([['MGC', true]]);
    expect(known(agreeing, 180)).toEqual([['MGC', false]]);
  });

  test('count as differing when one of two contracts does', () => {
    const prices = createPriceWatch();
    for (let i = 0; i <= 10; i += 5) {
      prices.tick(tick(i, 4200));
      prices.snapshot(snapshot(i, 4200));
      const [position] = snapshot(i, 4230).positions;
      if (position) {
        const february = { ...position, symbol: 'MGC 02-27', contract: 'MGCG7' };
        prices.snapshot(snapshot(i, 0, { account: 'Sim102', positions: [february] }));
      }
    }
    const [fact] = prices.facts(at(10));
    expect(fact).toMatchObject({ active: true, text: expect.stringContaining('platform MGCG7 4230.0') });
    expect(fact?.text).toContain('two contract months');
  });
});
