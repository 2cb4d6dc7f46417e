import { describe, expect, test } from 'vitest';
import { createVendorFeed } from '../../../../../src/adapters/feeds/vendor/feed.js';
import type { Ear, Listing, VendorSource } from '../../../../../src/adapters/feeds/vendor/source.js';
import { instrument } from '../../../../../src/domain/instruments/catalogue/index.js';
import { frontContract } from '../../../../../src/domain/instruments/roll.js';
import { after, type EpochMs, epochMs, MINUTE, SECOND } from '../../../../../src/kernel/units.js';
import type { FeedTick } from '../../../../../src/ports/feed.js';
import { eventually } from '../../../../support/eventually.js';
import { quietLog } from '../../../../support/fake-vendor/log.js';
import { type FakeMarket, fakeMarket } from '../../../../support/fake-vendor/market.js';
import { sinkOf } from '../../../../support/feed-sink.js';

// Sunday 18:00 New York, when H7 takes over from Z6.
const ROLL = epochMs(Date.parse('2026-12-13T23:00:00Z'));

interface Connection {
  readonly ear: Ear;
  readonly contract: string;
}

/** A vendor that answers as the test says; `onAsked` happens while it is asked for its listings. */
function vendorOf(market: FakeMarket, onAsked: (asked: number) => void, lacks?: EpochMs) {
  const askedAt: EpochMs[] = [];
  const connections: Connection[] = [];
  const source: VendorSource = {
    name: 'slow',
    buildsMinutes: false,
    async listings(at) {
      askedAt.push(at);
      onAsked(askedAt.length);
      const spec = instrument('MES');
      if (!spec) throw new Error('MES');
      const { symbol } = frontContract(spec, at);
      const listing: Listing = { spec, contract: symbol, ticker: symbol };
      return { found: [listing], refused: [] };
    },
    live: (listings, ear, signal) =>
      new Promise((resolve) => {
        connections.push({ ear, contract: listings[0]?.contract ?? '' });
        signal.addEventListener('abort', () => resolve(), { once: true });
        ear.ready();
      }),
    async *past({ root, contract, from, to }) {
      yield market.past(root, from, to).filter((row) => row.contract === contract && row.bar.at !== lacks);
    },
  };
  return { source, askedAt, connections };
}

async function running(market: FakeMarket, source: VendorSource) {
  const contracts: string[] = [];
  const ticks: FeedTick[] = [];
  const refused: string[] = [];
  const feed = createVendorFeed({ source, clock: market.clock, roots: ['MES'], log: quietLog });
  const run = feed.run(
    market.clock.now(),
    sinkOf({
      bars: async (bars) => void contracts.push(...bars.map(({ contract, bar }) => `${contract} ${bar.at}`)),
      tick: (tick) => void ticks.push(tick),
      refused: ({ reason }) => void refused.push(reason),
    }),
  );
  const stop = async () => {
    await feed.stop();
    await run;
  };
  return { contracts, ticks, refused, stop };
}

describe('a roll', () => {
  test('that comes while the vendor is asked for its contracts: the new month is asked for at once', async () => {
    const market = fakeMarket({ roots: ['MES'], start: after(ROLL, -5 * SECOND) });
    const { source, askedAt, connections } = vendorOf(market, (asked) => {
      if (asked === 1) market.moveTo(after(ROLL, 3 * MINUTE));
    });
    const ran = await running(market, source);
    try {
      await eventually(() => expect(connections.map(({ contract }) => contract)).toEqual(['MESZ6', 'MESH7']));
      expect(askedAt).toEqual([after(ROLL, -5 * SECOND), after(ROLL, 3 * MINUTE)]);
      await eventually(() => {
        market.moveTo(after(market.clock.now(), SECOND));
        return ran.contracts.length >= 3;
      });
      expect(ran.contracts.slice(0, 3)).toEqual([0, 1, 2].map((n) => `MESH7 ${ROLL + n * MINUTE}`));
    } finally {
      await ran.stop();
    }
  });

  test('ends what the old month says: later bars and prices of it are no market’s any more', async () => {
    const market = fakeMarket({ roots: ['MES'], start: after(ROLL, -5 * SECOND) });
    const { source, connections } = vendorOf(market, () => undefined, ROLL);
    const ran = await running(market, source);
    try {
      await eventually(() => connections.length === 1);
      const now = after(ROLL, 2 * MINUTE);
      const bar = market.barOf('MES', ROLL);
      if (!bar) throw new Error('no bar');
      // In one step, before the feed can look at the clock.
      market.moveTo(now);
      connections[0]?.ear.bar({ ...bar, contract: 'MESZ6' });
      connections[0]?.ear.tick({ root: 'MES', contract: 'MESZ6', price: bar.bar.close, at: now });
      await eventually(() => {
        market.moveTo(after(market.clock.now(), SECOND));
        return ran.contracts.length > 0;
      });
      expect(ran.contracts[0]).toBe(`MESH7 ${ROLL + MINUTE}`);
      expect(ran.contracts.filter((contract) => contract.startsWith('MESZ6'))).toEqual([]);
      expect(ran.ticks).toEqual([]);
      expect(ran.refused).toEqual([]);
    } finally {
      await ran.stop();
    }
  });
});
