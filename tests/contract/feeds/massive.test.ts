import { afterEach, describe, expect, test } from 'vitest';
import { createMassiveFeed, createMassiveHistory } from '../../../src/adapters/feeds/massive/listener.js';
import type { OperationalError } from '../../../src/kernel/errors.js';
import { after, DAY, type EpochMs, epochMs, HOUR, MINUTE } from '../../../src/kernel/units.js';
import type { FeedBar } from '../../../src/ports/feed.js';
import { eventually } from '../../support/eventually.js';
import { type FakeMassive, type FakeMassiveOptions, startFakeMassive } from '../../support/fake-massive/server.js';
import { keepingLog, quietLog } from '../../support/fake-vendor/log.js';
import { type FakeMarket, fakeMarket } from '../../support/fake-vendor/market.js';
import { codedFailure, runVendorFeed } from '../../support/fake-vendor/run.js';
import { vendorContract } from './vendor-contract.js';

vendorContract('massive', {
  roots: ['MGC', 'MES'],
  unknown: 'SIL',
  startVendor: (market) => startFakeMassive(market, { apiKey: 'k3y', pageRows: 7 }),
  refuseVolumes: (vendor) => vendor.refuseVolumes(),
  make: (vendor, { clock, roots, rolls }) =>
    createMassiveFeed({ apiKey: 'k3y', baseUrl: vendor.url, clock, roots, log: quietLog, rolls }),
});

// The slash and the plus are written otherwise inside an address.
const KEY = 'pk_5ecret/with+signs';
const NOON = epochMs(Date.parse('2026-11-19T17:00:00Z'));
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function vendorAt(start: EpochMs, options: Partial<FakeMassiveOptions> & { roots?: readonly string[] } = {}) {
  const market = fakeMarket({ roots: options.roots ?? ['MGC', 'MES'], start });
  const vendor = await startFakeMassive(market, { apiKey: KEY, ...options });
  closers.push(() => vendor.close());
  return { market, vendor };
}

function liveOf(
  market: FakeMarket,
  vendor: FakeMassive,
  { apiKey = KEY, from }: { apiKey?: string; from?: EpochMs } = {},
) {
  const { log, lines } = keepingLog();
  const feed = createMassiveFeed({ apiKey, baseUrl: vendor.url, clock: market.clock, roots: market.roots, log });
  const ran = runVendorFeed(feed, market, from);
  closers.push(ran.stop);
  return { ...ran, lines };
}

function pastOf(vendor: FakeMassive, apiKey = KEY) {
  const { log, lines } = keepingLog();
  const source = createMassiveHistory({ apiKey, baseUrl: vendor.url, log });
  closers.push(() => source.close());
  const ask = async (from: EpochMs, to: EpochMs): Promise<readonly FeedBar[]> => {
    const pages: (readonly FeedBar[])[] = [];
    const wish = { root: 'MGC', contract: 'MGCZ6', from, to };
    for await (const page of source.bars(wish, new AbortController().signal)) pages.push(page);
    return pages.flat();
  };
  return { ask, lines };
}

describe('the past of massive', () => {
  const from = after(NOON, -3 * HOUR);

  test('is whole and in order over many pages, asked for with the half-open range', async () => {
    const { market, vendor } = await vendorAt(NOON, { pageRows: 50 });
    const bars = await pastOf(vendor).ask(from, NOON);
    expect(bars).toEqual(market.past('MGC', from, NOON));
    expect(bars).toHaveLength(180);
    expect(vendor.asked).toHaveLength(4);
  });

  test('an answer that breaks off in the middle of a page is asked for again, that page alone', async () => {
    const { market, vendor } = await vendorAt(NOON, { pageRows: 50 });
    vendor.script.push(undefined, (right) => ({ ...right, isCut: true }));
    expect(await pastOf(vendor).ask(from, NOON)).toEqual(market.past('MGC', from, NOON));
    expect(vendor.asked).toHaveLength(5);
    expect(vendor.asked[1]).toBe(vendor.asked[2]);
  });

  test('a body that is half a page, sent as if it were whole, is asked for again', async () => {
    const { market, vendor } = await vendorAt(NOON);
    vendor.script.push((right) => ({ ...right, body: JSON.stringify(right.body).slice(0, 999) }));
    expect(await pastOf(vendor).ask(from, NOON)).toEqual(market.past('MGC', from, NOON));
  });

  test('too many requests and broken servers are waited for, as long as the vendor says', async () => {
    const { market, vendor } = await vendorAt(NOON);
    const busy = { status: 429, body: { status: 'ERROR', error: 'slow down' }, headers: { 'retry-after': '1' } };
    vendor.script.push(busy, { status: 503, body: '<html>' }, { status: 500, body: {} });
    const begunAt = performance.now();
    expect(await pastOf(vendor).ask(from, NOON)).toEqual(market.past('MGC', from, NOON));
    expect(performance.now() - begunAt).toBeGreaterThan(1_000);
    expect(vendor.asked).toHaveLength(4);
  }, 20_000);

  test('rows in the wrong order come in order; rows twice come once; a bad row costs itself only', async () => {
    const { market, vendor } = await vendorAt(NOON);
    vendor.script.push((right) => {
      const { results } = right.body as { results: { open: number }[] };
      const bad = [{ ...results[3], open: 4200.05 }, { ticker: 'MGCZ6' }, 7, { ...results[4], low: 1e9 }];
      return {
        ...right,
        body: { results: [...results.slice(5).reverse(), ...results.slice(0, 3), ...results.slice(9, 20), ...bad] },
      };
    });
    const { ask, lines } = pastOf(vendor);
    const right = market.past('MGC', from, NOON);
    expect(await ask(from, NOON)).toEqual(right.filter((_, i) => i !== 3 && i !== 4));
    expect(lines.filter((line) => line.includes('history.refused'))).toHaveLength(4);
    expect(lines.join()).toContain('4200.05 is off the tick grid of MGC');
  });

  test('a wrong key is told at once, by the setting’s name, and not tried again', async () => {
    const { vendor } = await vendorAt(NOON);
    const { ask, lines } = pastOf(vendor, 'wr0ng-key');
    const failure = await codedFailure(ask(from, NOON));
    expect(failure.code).toBe('FEED_REFUSED');
    expect(failure.message).toContain('MASSIVE_API_KEY');
    expect(vendor.asked).toHaveLength(1);
    expect(JSON.stringify([failure.message, failure.stack, failure.cause, lines])).not.toContain('wr0ng-key');
  });

  test('the next page is asked of the vendor, wherever its address points: the key goes nowhere else', async () => {
    const { vendor } = await vendorAt(NOON, { pageRows: 50 });
    const elsewhere = await vendorAt(NOON);
    vendor.script.push((right) => {
      const body = right.body as { next_url: string };
      return { ...right, body: { ...body, next_url: body.next_url.replace(vendor.url, elsewhere.vendor.url) } };
    });
    expect(await pastOf(vendor).ask(from, NOON)).toHaveLength(180);
    expect(elsewhere.vendor.asked).toEqual([]);
  });

  test('pages that go round in a circle end with an error', async () => {
    const { vendor } = await vendorAt(NOON, { pageRows: 50 });
    const again = (right: { body: unknown; status: number }) => ({
      ...right,
      body: {
        ...(right.body as object),
        next_url: `${vendor.url}/futures/v1/aggs/MGCZ6?cursor=${Buffer.from('sort=window_start.asc&limit=50').toString('base64url')}`,
      },
    });
    vendor.script.push(again, again, again);
    expect((await codedFailure(pastOf(vendor).ask(from, NOON))).message).toContain('circle');
  });
});

describe('the live part of massive', () => {
  test('the key stands nowhere: not in a log, an error, a state or a refusal, whatever goes wrong', async () => {
    const { market, vendor } = await vendorAt(NOON);
    const ran = liveOf(market, vendor, { from: after(NOON, -HOUR) });
    vendor.script.push({ status: 429, body: { error: `key ${KEY} is too fast` }, headers: { 'retry-after': '0' } });
    vendor.script.push((right) => ({ ...right, isCut: true }));
    await ran.toLive();
    vendor.say([{ ev: 'status', status: 'error', message: `trouble with ${KEY}` }]);
    await eventually(() => ran.states.some(({ state }) => state === 'silent'));
    await ran.toLive();
    vendor.setDown(true);
    vendor.drop();
    await eventually(() => ran.states.at(-1)?.state === 'silent');
    vendor.revoke();
    vendor.setDown(false);
    const failure = (await ran.ended) as OperationalError;
    expect(failure.code).toBe('FEED_REFUSED');
    expect(failure.message).toContain('MASSIVE_API_KEY');
    const said = JSON.stringify([failure.message, failure.stack, failure.cause, ran.states, ran.refused, ran.lines]);
    expect(said).toContain('***');
    expect(said).not.toContain(KEY);
    expect(said).not.toContain(encodeURIComponent(KEY));
  }, 40_000);

  test('a key that is refused ends the feed with one attempt', async () => {
    const { market, vendor } = await vendorAt(NOON);
    const ran = liveOf(market, vendor, { apiKey: 'wr0ng-key' });
    expect(((await ran.ended) as OperationalError).code).toBe('FEED_REFUSED');
    expect(vendor.asked.length).toBeLessThanOrEqual(2);
  });

  test('a market whose bar comes a second after the others stands in the same minute', async () => {
    const { market, vendor } = await vendorAt(NOON);
    const ran = liveOf(market, vendor);
    await ran.toLive();
    const open = epochMs(Math.floor(market.clock.now() / MINUTE) * MINUTE);
    vendor.setMute(true);
    market.moveTo(after(open, MINUTE));
    vendor.setMute(false);
    for (const root of ['MES', 'MGC']) {
      vendor.sayMinute(root, open);
      await vendor.delivered();
      market.moveTo(after(market.clock.now(), 1_000));
    }
    await eventually(() => ran.bars.filter(({ bar }) => bar.at === open).length === 2);
    expect(ran.refused).toEqual([]);
  });

  test('a connection that dies between two bars of one minute leaves no hole: the minute waits', async () => {
    const { market, vendor } = await vendorAt(NOON);
    const ran = liveOf(market, vendor);
    await ran.toLive();
    const open = epochMs(Math.floor(market.clock.now() / MINUTE) * MINUTE);
    vendor.setMute(true);
    market.moveTo(after(open, MINUTE));
    vendor.setMute(false);
    vendor.sayMinute('MGC', open);
    await vendor.delivered();
    vendor.setMute(true);
    await eventually(
      () => {
        market.moveTo(after(market.clock.now(), 5_000));
        return ran.states.some(({ state }) => state === 'silent');
      },
      { timeout: 20_000 },
    );
    vendor.setMute(false);
    await ran.toLive();
    await eventually(() => expect(ran.bars.filter(({ bar }) => bar.at === open)).toHaveLength(2));
    expect(ran.refused).toEqual([]);
  }, 30_000);

  test('a front month that the vendor does not list is refused by name', async () => {
    const { market, vendor } = await vendorAt(NOON, { roots: ['MES'] });
    const ran = liveOf({ ...market, roots: ['MES', 'MHG'] }, vendor);
    await ran.toLive();
    expect(ran.refused).toEqual([expect.stringContaining('MHG is not a product of massive')]);
  });

  test('at the roll it listens to the next month, and asks for each month’s own bars of the past', async () => {
    // Sunday 18:00 New York, when H7 takes over; the week before ended on Friday.
    const roll = epochMs(Date.parse('2026-12-13T23:00:00Z'));
    const { market, vendor } = await vendorAt(after(roll, 5 * MINUTE), { roots: ['MES'] });
    const from = after(roll, -2 * DAY - 3 * HOUR);
    const ran = liveOf(market, vendor, { from });
    await ran.toLive();
    await eventually(() => expect(ran.bars).toEqual(market.past('MES', from, after(roll, 5 * MINUTE))));
    expect([...new Set(ran.bars.map(({ contract }) => contract))]).toEqual(['MESZ6', 'MESH7']);
  });

  test('a connection that stands through the roll is made anew for the next month', async () => {
    const start = epochMs(Date.parse('2026-12-13T22:50:00Z'));
    const { market, vendor } = await vendorAt(start, { roots: ['MES'] });
    const ran = liveOf(market, vendor);
    await ran.toLive();
    while (market.clock.now() < after(start, 14 * MINUTE)) {
      market.moveTo(after(market.clock.now(), 5_000));
      await vendor.delivered();
    }
    await eventually(() => {
      market.moveTo(after(market.clock.now(), 500));
      return ran.bars.length > 0 && ran.states.at(-1)?.state === 'live';
    });
    expect([...new Set(ran.bars.map(({ contract }) => contract))]).toEqual(['MESH7']);
    expect(ran.states.some(({ state }) => state === 'silent')).toBe(false);
  });

  test('an outage of the past only is told as a hole with its range, and the live part goes on', async () => {
    const { market, vendor } = await vendorAt(NOON, { roots: ['MES'] });
    const ran = liveOf(market, vendor, { from: after(NOON, -30 * MINUTE) });
    vendor.script.push(...Array.from({ length: 7 }, () => ({ status: 502, body: '' })));
    await eventually(
      () => {
        market.moveTo(after(market.clock.now(), 200));
        return ran.states.at(-1)?.state === 'live';
      },
      { timeout: 60_000 },
    );
    expect(ran.refused).toEqual([expect.stringMatching(/MESZ6: the minutes from 2026-11-19T16:30.* are missing/)]);
  }, 70_000);

  test.each([400, 404])('%d for one ticker costs its past only, told by name: the feed goes on', async (status) => {
    const { market, vendor } = await vendorAt(NOON, { roots: ['MES', 'MNQ'] });
    vendor.script.push({ status, body: { status: 'ERROR', error: 'no such ticker' } });
    const ran = liveOf(market, vendor, { from: after(NOON, -10 * MINUTE) });
    await ran.toLive();
    expect(ran.refused).toEqual([expect.stringMatching(/massive M(ES|NQ)Z6: the minutes from .*: .*no such ticker/)]);
    await eventually(() => ran.bars.length >= 10);
  });

  test('volumes that cannot be compared before a roll are said once, and cost nothing else', async () => {
    const start = epochMs(Date.parse('2026-12-08T15:00:00Z'));
    const { market, vendor } = await vendorAt(start, { roots: ['MES'] });
    vendor.script.push({ status: 404, body: {} }, { status: 403, body: {} });
    const ran = liveOf(market, vendor, { from: after(start, -5 * MINUTE) });
    await ran.toLive();
    await eventually(() => ran.bars.length >= 5);
    expect(ran.lines.filter((line) => line.includes('MESZ6 and MESH7 cannot be compared'))).toHaveLength(1);
    expect(ran.refused).toEqual([]);
    expect(ran.states.some(({ state }) => state === 'silent')).toBe(false);
  });

  test('without a key there is no feed, and the setting is named', () => {
    const { clock } = fakeMarket({ roots: [], start: NOON });
    expect(() => createMassiveFeed({ apiKey: undefined, baseUrl: undefined, clock, roots: [], log: quietLog })).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining('MASSIVE_API_KEY') }),
    );
  });
});
