import { afterEach, describe, expect, test } from 'vitest';
import { createTwelveDataFeed, createTwelveDataHistory } from '../../../src/adapters/feeds/twelve-data/listener.js';
import { after, DAY, type EpochMs, epochMs, HOUR, MINUTE } from '../../../src/kernel/units.js';
import type { FeedBar } from '../../../src/ports/feed.js';
import { eventually } from '../../support/eventually.js';
import { startFakeTwelveData } from '../../support/fake-twelve-data/server.js';
import { keepingLog, quietLog } from '../../support/fake-vendor/log.js';
import { fakeMarket } from '../../support/fake-vendor/market.js';
import { codedFailure, runVendorFeed } from '../../support/fake-vendor/run.js';
import { vendorContract } from './vendor-contract.js';

vendorContract('twelve-data', {
  roots: ['SPY', 'EURUSD'],
  unknown: 'MGC',
  start: epochMs(Date.parse('2026-11-19T16:00:00Z')),
  // Currencies come without.
  hidesVolume: true,
  startVendor: (market) => startFakeTwelveData(market, { apiKey: 'k3y' }),
  make: (vendor, { clock, roots }) =>
    createTwelveDataFeed({ apiKey: 'k3y', baseUrl: vendor.url, clock, roots, log: quietLog }),
});

const KEY = '5ecret/key';
const OPEN = epochMs(Date.parse('2026-11-19T16:00:00Z'));
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function vendorAt(start: EpochMs) {
  const market = fakeMarket({ roots: ['SPY', 'EURUSD'], start });
  const vendor = await startFakeTwelveData(market, { apiKey: KEY });
  closers.push(() => vendor.close());
  return { market, vendor };
}

describe('twelve-data', () => {
  test('the past of more minutes than one answer holds is asked for in pieces', async () => {
    const { market, vendor } = await vendorAt(OPEN);
    const source = createTwelveDataHistory({ apiKey: KEY, baseUrl: vendor.url, log: quietLog });
    closers.push(() => source.close());
    const from = after(OPEN, -5 * DAY);
    const bars: FeedBar[] = [];
    const wish = { root: 'SPY', contract: 'SPY', from, to: OPEN };
    for await (const page of source.bars(wish, new AbortController().signal)) bars.push(...page);
    expect(bars).toEqual(market.past('SPY', from, OPEN));
    expect(vendor.asked).toHaveLength(2);
  });

  test.each(['SPY', 'EURUSD'])('an answer of another symbol than %s is asked for again', async (root) => {
    const { market, vendor } = await vendorAt(OPEN);
    vendor.script.push((right) => ({ ...right, body: { ...(right.body as object), meta: { symbol: 'QQQ' } } }));
    const source = createTwelveDataHistory({ apiKey: KEY, baseUrl: vendor.url, log: quietLog });
    closers.push(() => source.close());
    const from = after(OPEN, -HOUR);
    const bars: FeedBar[] = [];
    for await (const page of source.bars({ root, contract: root, from, to: OPEN }, new AbortController().signal))
      bars.push(...page);
    expect(bars.map(({ bar }) => bar.at)).toEqual(market.past(root, from, OPEN).map(({ bar }) => bar.at));
    expect(vendor.asked).toHaveLength(2);
  });

  test('errors that come as a success are read: a broken server is asked again, a wrong key is not', async () => {
    const { vendor } = await vendorAt(OPEN);
    vendor.script.push({ status: 200, body: { status: 'error', code: 500, message: 'internal' } });
    const ask = async (apiKey: string): Promise<number> => {
      const { log, lines } = keepingLog();
      const source = createTwelveDataHistory({ apiKey, baseUrl: vendor.url, log });
      closers.push(() => source.close());
      const wish = { root: 'SPY', contract: 'SPY', from: after(OPEN, -HOUR), to: OPEN };
      let count = 0;
      for await (const page of source.bars(wish, new AbortController().signal)) count += page.length;
      expect(lines).toEqual([]);
      return count;
    };
    expect(await ask(KEY)).toBe(60);
    expect(vendor.asked).toHaveLength(2);
    const failure = await codedFailure(ask('wr0ng-key'));
    expect(failure.code).toBe('FEED_REFUSED');
    expect(failure.message).toContain('TWELVE_DATA_API_KEY');
    expect(`${failure.message} ${failure.stack}`).not.toContain('wr0ng-key');
    expect(vendor.asked).toHaveLength(3);
  });

  test('the volume of a minute is what the day grew by; a price inside the tick is rounded', async () => {
    const { market, vendor } = await vendorAt(OPEN);
    const feed = createTwelveDataFeed({
      apiKey: KEY,
      baseUrl: vendor.url,
      clock: market.clock,
      roots: ['SPY'],
      log: quietLog,
    });
    const ran = runVendorFeed(feed, market);
    closers.push(ran.stop);
    await ran.toLive();
    const open = epochMs(Math.floor(market.clock.now() / MINUTE) * MINUTE + MINUTE);
    while (market.clock.now() < after(open, 3 * MINUTE)) {
      market.moveTo(after(market.clock.now(), 5_000));
      await vendor.delivered();
    }
    const right = market.barOf('SPY', after(open, MINUTE));
    await eventually(() => expect(ran.bars.find(({ bar }) => bar.at === open + MINUTE)).toEqual(right));
  });

  test('a key that the stream refuses ends the feed and stands nowhere', async () => {
    const { market, vendor } = await vendorAt(OPEN);
    const { log, lines } = keepingLog();
    const feed = createTwelveDataFeed({
      apiKey: 'wr0ng/key',
      baseUrl: vendor.url,
      clock: market.clock,
      roots: ['SPY'],
      log,
    });
    const ran = runVendorFeed(feed, market);
    const failure = await codedFailure(ran.ended);
    expect(failure.code).toBe('FEED_REFUSED');
    const said = JSON.stringify([failure.message, failure.stack, failure.cause, ran.states, ran.refused, lines]);
    expect(said).not.toMatch(/wr0ng(\/|%2F)key/);
  });
});
