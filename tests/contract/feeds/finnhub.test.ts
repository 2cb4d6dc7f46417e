import { afterEach, describe, expect, test } from 'vitest';
import { createFinnhubFeed, createFinnhubHistory } from '../../../src/adapters/feeds/finnhub/listener.js';
import { after, DAY, type EpochMs, epochMs, HOUR, MINUTE } from '../../../src/kernel/units.js';
import type { FeedBar } from '../../../src/ports/feed.js';
import type { RefusedRow } from '../../../src/ports/history-source.js';
import { eventually } from '../../support/eventually.js';
import { startFakeFinnhub } from '../../support/fake-finnhub/server.js';
import { keepingLog, quietLog } from '../../support/fake-vendor/log.js';
import { fakeMarket } from '../../support/fake-vendor/market.js';
import { codedFailure, runVendorFeed } from '../../support/fake-vendor/run.js';
import { vendorContract } from './vendor-contract.js';

vendorContract('finnhub', {
  roots: ['SPY', 'QQQ'],
  unknown: 'MGC',
  start: epochMs(Date.parse('2026-11-19T16:00:00Z')),
  startVendor: (market) => startFakeFinnhub(market, { apiKey: 'k3y' }),
  make: (vendor, { clock, roots }) =>
    createFinnhubFeed({ apiKey: 'k3y', baseUrl: vendor.url, clock, roots, log: quietLog }),
});

const KEY = '5ecret/key';
const OPEN = epochMs(Date.parse('2026-11-19T16:00:00Z'));
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function vendorAt(start: EpochMs) {
  const market = fakeMarket({ roots: ['SPY', 'EURUSD'], start });
  const vendor = await startFakeFinnhub(market, { apiKey: KEY });
  closers.push(() => vendor.close());
  return { market, vendor };
}

describe('finnhub', () => {
  test.each(['SPY', 'EURUSD'])('the past of %s comes week by week from the place for its kind', async (root) => {
    const { market, vendor } = await vendorAt(OPEN);
    const source = createFinnhubHistory({ apiKey: KEY, baseUrl: vendor.url, log: quietLog });
    closers.push(() => source.close());
    const from = after(OPEN, -9 * DAY);
    const bars: FeedBar[] = [];
    for await (const page of source.bars({ root, contract: root, from, to: OPEN }, new AbortController().signal))
      bars.push(...page);
    expect(bars).toEqual(market.past(root, from, OPEN));
    expect(vendor.asked.map((path) => path.split('?')[0])).toEqual(
      Array.from({ length: 2 }, () => `/api/v1/${root === 'SPY' ? 'stock' : 'forex'}/candle`),
    );
  });

  test('a value that cannot be read costs its own row only, which is told by its number', async () => {
    const { market, vendor } = await vendorAt(OPEN);
    vendor.script.push((right) => {
      const { t, v, ...rest } = right.body as { readonly t: readonly number[]; readonly v: readonly number[] };
      return {
        ...right,
        body: { ...rest, t: t.map((at, i) => (i === 20 ? null : i === 30 ? at * 1e6 : at)), v: v.slice(0, -1) },
      };
    });
    const source = createFinnhubHistory({ apiKey: KEY, baseUrl: vendor.url, log: quietLog });
    closers.push(() => source.close());
    const from = after(OPEN, -HOUR);
    const wish = { root: 'SPY', contract: 'SPY', from, to: OPEN };
    const [bars, refused]: [FeedBar[], RefusedRow[]] = [[], []];
    const onRefused = (row: RefusedRow): void => void refused.push(row);
    for await (const page of source.bars(wish, new AbortController().signal, onRefused)) bars.push(...page);
    expect(bars).toEqual(market.past('SPY', from, OPEN).filter((_, i) => ![20, 30, 59].includes(i)));
    const minute = (i: number) => ({ from: after(from, i * MINUTE), to: after(from, (i + 1) * MINUTE) });
    expect(refused).toEqual([
      { where: 'finnhub SPY', reason: expect.stringMatching(/^SPY row 21 of the answer: t: /), ...minute(20) },
      { where: 'finnhub SPY', reason: expect.stringMatching(/^SPY row 31 of the answer: t: /), ...minute(30) },
      { where: 'finnhub SPY', reason: expect.stringMatching(/^SPY row 60 of the answer: v: /), ...minute(59) },
    ]);
    expect(vendor.asked).toHaveLength(1);
  });

  test('on a plan without candles it is live, and what it missed is told as missing', async () => {
    const { market, vendor } = await vendorAt(OPEN);
    vendor.setCandles(false);
    const feed = createFinnhubFeed({
      apiKey: KEY,
      baseUrl: vendor.url,
      clock: market.clock,
      roots: ['SPY'],
      log: quietLog,
    });
    const ran = runVendorFeed(feed, market, after(OPEN, -HOUR));
    closers.push(ran.stop);
    await ran.toLive();
    expect(ran.refused).toEqual([
      expect.stringMatching(/^finnhub SPY: the minutes from 2026-11-19T15:00.* are missing: /),
    ]);
    await eventually(async () => {
      market.moveTo(after(market.clock.now(), 5_000));
      await vendor.delivered();
      return ran.bars.length > 1;
    });
    expect(ran.bars[0]).toEqual(market.barOf('SPY', ran.bars[0]?.bar.at ?? OPEN));
  });

  test('a wrong key ends the feed and the past alike, and stands nowhere', async () => {
    const { market, vendor } = await vendorAt(OPEN);
    const { log, lines } = keepingLog();
    const settings = { apiKey: 'wr0ng/key', baseUrl: vendor.url, log };
    const ran = runVendorFeed(createFinnhubFeed({ ...settings, clock: market.clock, roots: ['SPY'] }), market);
    const source = createFinnhubHistory(settings);
    const past = async () => {
      const wish = { root: 'SPY', contract: 'SPY', from: after(OPEN, -HOUR), to: OPEN };
      for await (const _ of source.bars(wish, new AbortController().signal));
    };
    for (const failure of [await codedFailure(ran.ended), await codedFailure(past())]) {
      expect(failure.code).toBe('FEED_REFUSED');
      expect(failure.message).toContain('FINNHUB_API_KEY');
      expect(JSON.stringify([failure.message, failure.stack, failure.cause, lines])).not.toMatch(/wr0ng(\/|%2F)key/);
    }
  });

  test('an error the stream tells is a lost connection, without the key in its words', async () => {
    const { market, vendor } = await vendorAt(OPEN);
    const { log, lines } = keepingLog();
    const feed = createFinnhubFeed({ apiKey: KEY, baseUrl: vendor.url, clock: market.clock, roots: ['SPY'], log });
    const ran = runVendorFeed(feed, market);
    closers.push(ran.stop);
    await ran.toLive();
    vendor.say(JSON.stringify({ type: 'error', msg: `too many symbols for ${KEY}` }));
    await eventually(() => ran.states.some(({ state }) => state === 'silent'));
    await ran.toLive();
    expect(JSON.stringify([ran.states, lines])).toContain('too many symbols for ***');
    expect(JSON.stringify([ran.states, lines])).not.toContain(KEY);
  });
});
