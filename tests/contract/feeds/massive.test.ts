import { afterEach, describe, expect, test } from 'vitest';
import { createMassiveFeed } from '../../../src/adapters/feeds/massive/listener.js';
import type { OperationalError } from '../../../src/kernel/errors.js';
import { after, DAY, type EpochMs, epochMs, HOUR, MINUTE } from '../../../src/kernel/units.js';
import { eventually } from '../../support/eventually.js';
import { KEY, massiveVendors } from '../../support/fake-massive/rig.js';
import { type FakeMassive, startFakeMassive } from '../../support/fake-massive/server.js';
import { keepingLog, quietLog } from '../../support/fake-vendor/log.js';
import { type FakeMarket, fakeMarket } from '../../support/fake-vendor/market.js';
import { runVendorFeed } from '../../support/fake-vendor/run.js';
import { vendorContract } from './vendor-contract.js';

vendorContract('massive', {
  roots: ['MGC', 'MES'],
  unknown: 'SIL',
  startVendor: (market) => startFakeMassive(market, { apiKey: 'k3y', pageRows: 7 }),
  refuseVolumes: (vendor) => vendor.refuseVolumes(),
  make: (vendor, { clock, roots, rolls }) =>
    createMassiveFeed({ apiKey: 'k3y', baseUrl: vendor.url, clock, roots, log: quietLog, rolls }),
});

const NOON = epochMs(Date.parse('2026-11-19T17:00:00Z'));
const vendorAt = massiveVendors();
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

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

  test('a front month that stands on a later page of the listed contracts is found', async () => {
    const { market, vendor } = await vendorAt(NOON, { roots: ['MES'], pageRows: 2 });
    const ran = liveOf(market, vendor);
    await ran.toLive();
    expect(vendor.asked.filter((path) => path.startsWith('/futures/v1/contracts'))).toHaveLength(3);
    expect(ran.refused).toEqual([]);
    const open = epochMs(Math.floor(market.clock.now() / MINUTE) * MINUTE);
    market.moveTo(after(open, MINUTE));
    await eventually(() => ran.bars.some(({ contract, bar }) => contract === 'MESZ6' && bar.at === open));
  });

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
