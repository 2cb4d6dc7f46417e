import { afterEach, expect, test } from 'vitest';
import { createIbkrFeed } from '../../../src/adapters/feeds/ibkr/feed.js';
import { createMassiveFeed } from '../../../src/adapters/feeds/massive/listener.js';
import { createRollBook } from '../../../src/domain/instruments/roll-book.js';
import { tradingDay } from '../../../src/domain/sessions/trading-day.js';
import { after, type EpochMs, epochMs, MINUTE } from '../../../src/kernel/units.js';
import type { FeedBar } from '../../../src/ports/feed.js';
import { createArbiter } from '../../../src/roles/data/sources/arbiter.js';
import { eventually } from '../../support/eventually.js';
import { KEY } from '../../support/fake-massive/rig.js';
import { startFakeMassive } from '../../support/fake-massive/server.js';
import { startFakeTws } from '../../support/fake-tws/server.js';
import { quietLog } from '../../support/fake-vendor/log.js';
import { type FakeMarket, fakeMarket } from '../../support/fake-vendor/market.js';
import type { FakeVendor } from '../../support/fake-vendor/vendor.js';
import { sinkOf } from '../../support/feed-sink.js';
import { lastMinute } from './vendor-rig.js';

// Gold's Z6 leads until Tuesday 24 November by the calendar; here G7 is traded from Friday on.
const OPENS_AT = epochMs(Date.parse('2026-11-19T23:00:00Z'));
const START = after(OPENS_AT, -80 * MINUTE);

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Massive, which may not tell volumes, before IBKR, which tells them. */
async function rig() {
  const market = fakeMarket({ roots: ['MGC'], start: START, moved: new Map([['MGC', tradingDay('2026-11-20')]]) });
  const [massive, tws] = [await startFakeMassive(market, { apiKey: KEY }), await startFakeTws(market)];
  closers.push(massive.close, tws.close);
  massive.refuseVolumes();
  const [rolls, { clock }] = [createRollBook(), market];
  const shared = { clock, roots: ['MGC'], log: quietLog, rolls };
  const sources = [
    createMassiveFeed({ apiKey: KEY, baseUrl: massive.url, ...shared }),
    createIbkrFeed({ address: { host: '127.0.0.1', port: tws.port, clientId: 40 }, ...shared }),
  ];
  const orders = new Map([['MGC', ['massive', 'ibkr']]]);
  const patience = { failOverMs: 300, fillMs: 200, startMs: 5_000, returnMinutes: 5 };
  const arbiter = createArbiter({ sources, orders, clock, log: quietLog, patience });
  const bars: FeedBar[] = [];
  const run = arbiter.run(
    START,
    sinkOf({
      async bars(more) {
        bars.push(...more);
        for (const { root, contract, bar } of more) rolls.recorded({ root, contract, at: bar.at });
      },
    }),
  );
  closers.push(async () => {
    await arbiter.stop();
    await run;
  });
  return { market, massive, tws, arbiter, bars };
}

/** The market goes on by some seconds, and all that was sent has arrived. */
async function goOn(market: FakeMarket, vendors: readonly FakeVendor[], seconds = 10): Promise<void> {
  market.moveTo(after(market.clock.now(), seconds * 1_000));
  await Promise.all(vendors.map((vendor) => vendor.delivered()));
}

test('a roll that one vendor has found out holds for all: a fail-over on its first day changes no month and loses no minute', async () => {
  const { market, massive, tws, arbiter, bars } = await rig();
  const vendors = [massive, tws];
  const hasMinute = (open: EpochMs) =>
    eventually(
      async () => {
        await goOn(market, vendors);
        return bars.some(({ bar }) => bar.at >= open);
      },
      { timeout: 20_000 },
    );
  await hasMinute(after(START, 5 * MINUTE));
  await eventually(() => arbiter.report().sources.every(({ state }) => state === 'live'));
  market.moveTo(after(OPENS_AT, -2 * MINUTE));
  await hasMinute(after(OPENS_AT, 4 * MINUTE));
  const charge = () => arbiter.report().roots[0]?.charge.source;
  await eventually(
    async () => {
      await goOn(market, vendors);
      return charge() === 'massive' && bars.some(({ bar }) => bar.at > market.clock.now() - 2 * MINUTE);
    },
    { timeout: 20_000 },
  );
  massive.setDown(true);
  massive.drop();
  await eventually(() => arbiter.report().sources.some(({ name, state }) => name === 'massive' && state === 'silent'));
  const lostAt = lastMinute(market.clock.now());
  await hasMinute(after(lostAt, 5 * MINUTE));
  expect(charge()).toBe('ibkr');
  const until = Math.max(...bars.map(({ bar }) => bar.at));
  const told = bars.map(({ contract, bar }) => ({ contract, bar }));
  const right = market.past('MGC', START, epochMs(until + MINUTE)).map(({ contract, bar }) => ({ contract, bar }));
  expect(told).toEqual(right);
  expect(new Set(bars.filter(({ bar }) => bar.at >= OPENS_AT).map(({ contract }) => contract))).toEqual(
    new Set(['MGCG7']),
  );
}, 60_000);
