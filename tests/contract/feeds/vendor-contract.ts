import { afterEach, describe, expect, test } from 'vitest';
import { barFault } from '../../../src/domain/bars/bar.js';
import { createRollBook, type RollBook } from '../../../src/domain/instruments/roll-book.js';
import { tradingDay } from '../../../src/domain/sessions/trading-day.js';
import { after, type EpochMs, epochMs, HOUR, iso, MINUTE } from '../../../src/kernel/units.js';
import type { Clock } from '../../../src/ports/clock.js';
import type { Feed, FeedBar, FeedStatus, FeedTick } from '../../../src/ports/feed.js';
import { eventually } from '../../support/eventually.js';
import { type FakeMarket, type FakeMarketOptions, fakeMarket } from '../../support/fake-vendor/market.js';
import type { FakeVendor } from '../../support/fake-vendor/vendor.js';
import { sinkOf } from '../../support/feed-sink.js';

export interface VendorCase<V extends FakeVendor = FakeVendor> {
  /** Two instruments the vendor has; both trade around the clock's start. */
  readonly roots: readonly [string, string];
  /** One that it does not have. */
  readonly unknown: string;
  /** A trading morning; 2026-11-19 14:00 UTC unless told. */
  readonly start?: EpochMs;
  /** The vendor does not tell how much was traded: volumes are not compared. */
  readonly hidesVolume?: boolean;
  startVendor(market: FakeMarket): Promise<V>;
  /** Where the vendor tells what months trade in a day: from now on it does not. The first of `roots` is MGC then. */
  readonly refuseVolumes?: (vendor: V) => void;
  make(vendor: V, options: MakeOptions): Feed;
}

interface MakeOptions {
  readonly clock: Clock;
  readonly roots: readonly string[];
  readonly rolls: RollBook;
}

interface RigOptions {
  readonly start?: EpochMs;
  readonly from?: EpochMs;
  readonly thin?: readonly string[];
  readonly extra?: readonly string[];
  readonly moved?: FakeMarketOptions['moved'];
  readonly rolls?: RollBook;
  readonly hasVolumes?: boolean;
}

interface Passed {
  readonly bars: readonly FeedBar[];
  readonly completeThrough: EpochMs | undefined;
  /** Market time when it was passed on. */
  readonly at: EpochMs;
}

const START = epochMs(Date.parse('2026-11-19T14:00:00Z'));
/** Enough for every feed to hold a minute settled: bars may dribble in for some seconds. */
const SETTLED_MS = 10_000;

/** What every feed over a vendor's network promises, whatever the network does. */
export function vendorContract<V extends FakeVendor>(name: string, it: VendorCase<V>): void {
  const start = it.start ?? START;
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  const comparable = (bars: readonly FeedBar[]): readonly FeedBar[] =>
    it.hidesVolume ? bars.map((row) => ({ ...row, bar: { ...row.bar, volume: 0 } })) : bars;

  /** A market, its vendor and a feed that runs from `from`. */
  async function rig(options: RigOptions = {}) {
    const { start: begin = start, thin = [], moved = new Map(), rolls = createRollBook() } = options;
    const market = fakeMarket({ roots: it.roots, start: begin, thin, moved });
    const vendor = await it.startVendor(market);
    closers.push(() => vendor.close());
    if (options.hasVolumes === false) it.refuseVolumes?.(vendor);
    const feed = it.make(vendor, { clock: market.clock, roots: [...it.roots, ...(options.extra ?? [])], rolls });
    const from = options.from ?? begin;
    const [passed, ticks, refused, states]: [Passed[], FeedTick[], string[], FeedStatus[]] = [[], [], [], []];
    let slow: Promise<void> | undefined;
    let [inside, most] = [0, 0];
    const sink = sinkOf({
      async bars(bars, completeThrough) {
        inside += 1;
        most = Math.max(most, inside);
        await slow;
        passed.push({ bars, completeThrough, at: market.clock.now() });
        inside -= 1;
      },
      tick: (tick) => void ticks.push(tick),
      refused: ({ where, reason }) => void refused.push(`${where}: ${reason}`),
      status: (status) => void states.push(status),
    });
    const run = feed.run(from, sink);
    run.catch(() => undefined);
    closers.push(async () => {
      await feed.stop();
      await run.catch(() => undefined);
    });
    const bars = () => passed.flatMap((row) => row.bars);
    const expected = (until: EpochMs) =>
      it.roots.flatMap((root) => market.past(root, from, epochMs(Math.min(until, market.clock.now()))));
    const sorted = (rows: readonly FeedBar[]) =>
      [...rows].sort((a, b) => a.bar.at - b.bar.at || (a.root < b.root ? -1 : 1));
    /** Minute by minute, each given its time to settle. */
    const play = async (minutes: number): Promise<void> => {
      for (let i = 0; i < minutes; i += 1) {
        const open = Math.floor(market.clock.now() / MINUTE) * MINUTE;
        for (const second of [20, 40, 58, 60, 62, 65, 70]) {
          market.moveTo(epochMs(Math.max(market.clock.now(), open + second * 1_000)));
          await vendor.delivered();
        }
      }
    };
    const live = () => eventually(() => vendor.subscriptions() > 0 && states.at(-1)?.state === 'live');
    /** Brings the feed to live: the market goes on a little, for what was missed is asked for when its minute has settled. */
    const settle = async (): Promise<void> => {
      await eventually(
        async () => {
          if (vendor.subscriptions() === 0) return false;
          market.moveTo(after(market.clock.now(), SETTLED_MS));
          await vendor.delivered();
          return states.at(-1)?.state === 'live';
        },
        { timeout: 15_000 },
      );
    };
    /** Every bar the market had since `from`, each once, none else. */
    const hasAll = (until: EpochMs) =>
      eventually(() => expect(comparable(sorted(bars()))).toEqual(comparable(sorted(expected(until)))), {
        timeout: 10_000,
      });
    const setSlow = (until: Promise<void> | undefined) => {
      slow = until;
    };
    return {
      market,
      vendor,
      feed,
      run,
      passed,
      ticks,
      refused,
      states,
      bars,
      play,
      live,
      settle,
      hasAll,
      setSlow,
      most: () => most,
      sink,
    };
  }
  const lastMinute = (at: EpochMs): EpochMs => epochMs(Math.floor(at / MINUTE) * MINUTE);

  describe(name, () => {
    test('brings every closed bar once, in order, sound and of a listed contract', async () => {
      const { market, play, settle, hasAll, bars, passed } = await rig();
      await settle();
      await play(8);
      await hasAll(lastMinute(market.clock.now()));
      expect(bars().length).toBeGreaterThan(10);
      for (const { bar } of bars()) expect(barFault(bar)).toBeUndefined();
      const closes = passed.map(({ completeThrough }) => completeThrough ?? 0);
      expect(closes).toEqual([...new Set(closes)].sort((a, b) => a - b));
    });

    test('passes nothing on before market time has reached its close, and nothing behind what it said was complete', async () => {
      const { play, settle, passed } = await rig();
      await settle();
      await play(5);
      await eventually(() => passed.length >= 4);
      let through = 0;
      for (const { bars, completeThrough, at } of passed) {
        for (const { bar } of bars) {
          expect(after(bar.at, MINUTE)).toBeLessThanOrEqual(at);
          expect(after(bar.at, MINUTE)).toBeGreaterThan(through);
          expect(after(bar.at, MINUTE)).toBeLessThanOrEqual(completeThrough ?? 0);
        }
        expect(completeThrough ?? 0).toBeLessThanOrEqual(at);
        through = completeThrough ?? through;
      }
    });

    test('resumed at an instant it brings exactly what comes after', async () => {
      const from = after(start, -45 * MINUTE);
      const { market, play, settle, hasAll, bars } = await rig({ from });
      await settle();
      await play(3);
      await hasAll(lastMinute(market.clock.now()));
      expect(Math.min(...bars().map(({ bar }) => bar.at))).toBe(from);
    });

    test('tells last prices of the front contracts, on the grid', async () => {
      const { play, settle, ticks, bars } = await rig();
      await settle();
      await play(3);
      await eventually(() => it.roots.every((root) => ticks.some((tick) => tick.root === root)));
      const contracts = new Set(bars().map(({ contract }) => contract));
      expect(ticks.filter(({ price, contract }) => !Number.isSafeInteger(price) || !contracts.has(contract))).toEqual(
        [],
      );
    });

    test('a market that did not trade in a minute holds the others up for seconds only', async () => {
      const { market, play, settle, hasAll } = await rig({ thin: [it.roots[1]] });
      await settle();
      await play(6);
      await hasAll(lastMinute(market.clock.now()));
    });

    test('a lost connection is made again, and what was missed meanwhile is asked for: no hole, nothing twice', async () => {
      const { market, vendor, play, settle, hasAll, states } = await rig();
      await settle();
      await play(3);
      vendor.setDown(true);
      vendor.drop();
      await eventually(() => states.at(-1)?.state === 'silent');
      for (let i = 0; i < 7; i += 1) market.moveTo(after(market.clock.now(), MINUTE));
      vendor.setDown(false);
      await settle();
      await play(3);
      await hasAll(lastMinute(market.clock.now()));
    }, 30_000);

    test('a connection that is cut in the middle of a frame is made again, and nothing is lost', async () => {
      const { market, vendor, play, settle, hasAll, states } = await rig();
      await settle();
      await play(2);
      const before = states.length;
      vendor.halfFrame();
      await eventually(() => states.length > before && states.slice(before).some(({ state }) => state === 'silent'));
      await settle();
      await play(3);
      await hasAll(lastMinute(market.clock.now()));
    }, 30_000);

    test('bars that come again are not passed on again', async () => {
      const { market, vendor, play, settle, hasAll } = await rig();
      await settle();
      await play(3);
      await hasAll(lastMinute(market.clock.now()));
      const last = epochMs(lastMinute(market.clock.now()) - MINUTE);
      vendor.repeat(last);
      vendor.repeat(epochMs(last - MINUTE));
      await vendor.delivered();
      await play(2);
      await hasAll(lastMinute(market.clock.now()));
    });

    test('what cannot be read is refused with a reason, and the rest goes on', async () => {
      const { market, vendor, play, settle, hasAll, refused } = await rig();
      await settle();
      await play(2);
      vendor.garble();
      await eventually(() => refused.length > 0);
      await play(2);
      await hasAll(lastMinute(market.clock.now()));
    }, 30_000);

    test('an instrument that the vendor does not have is refused by name, and the others go on', async () => {
      const { market, play, settle, hasAll, refused } = await rig({ extra: [it.unknown] });
      await settle();
      await play(2);
      await hasAll(lastMinute(market.clock.now()));
      expect(refused.filter((text) => text.includes(it.unknown))).toHaveLength(1);
    });

    test.each([3_000, -1_500])(
      'a vendor whose clock is %d ms off loses no bar, and none comes too early',
      async (skew) => {
        const { market, vendor, play, settle, hasAll, passed } = await rig();
        vendor.setSkew(skew);
        await settle();
        await play(5);
        await hasAll(lastMinute(market.clock.now()));
        for (const { bars, at } of passed)
          for (const { bar } of bars) expect(after(bar.at, MINUTE)).toBeLessThanOrEqual(at);
      },
    );

    test('two hours of silence on a standing connection are noticed, and filled when the vendor is back', async () => {
      const { market, vendor, play, settle, hasAll, states } = await rig();
      await settle();
      await play(2);
      vendor.setMute(true);
      const before = states.length;
      for (let i = 0; i < 120; i += 1) {
        market.moveTo(after(market.clock.now(), MINUTE));
        if (i % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      await eventually(() => states.slice(before).some(({ state }) => state === 'silent'), { timeout: 15_000 });
      vendor.setMute(false);
      await settle();
      await play(2);
      await hasAll(lastMinute(market.clock.now()));
    }, 40_000);

    test('a slow owner is waited for', async () => {
      const { market, play, settle, hasAll, setSlow, most } = await rig();
      await settle();
      let go = (): void => {};
      setSlow(
        new Promise((resolve) => {
          go = resolve;
        }),
      );
      await play(4);
      go();
      setSlow(undefined);
      await play(1);
      await hasAll(lastMinute(market.clock.now()));
      expect(most()).toBe(1);
    });

    test('stopped, it ends at once and leaves no connection open', async () => {
      const { vendor, feed, run, play, settle } = await rig();
      await settle();
      await play(1);
      const stoppedAt = performance.now();
      await feed.stop();
      await run;
      expect(performance.now() - stoppedAt).toBeLessThan(500);
      await eventually(() => vendor.sockets() === 0, { timeout: 1_000 });
    });

    test('stopped while it cannot connect, it ends at once', async () => {
      const { vendor, feed, run, settle, states } = await rig();
      await settle();
      vendor.setDown(true);
      vendor.drop();
      await eventually(() => states.at(-1)?.state === 'silent');
      const stoppedAt = performance.now();
      await feed.stop();
      await run;
      expect(performance.now() - stoppedAt).toBeLessThan(500);
    });

    test('the same market seen twice says the same', async () => {
      const once = async () => {
        const { market, play, settle, hasAll, bars } = await rig({ from: after(start, -10 * MINUTE) });
        await settle();
        await play(3);
        await hasAll(lastMinute(market.clock.now()));
        return bars()
          .filter(({ bar }) => bar.at < after(start, MINUTE))
          .map(({ root, bar }) => `${root} ${iso(bar.at)} ${bar.close}`)
          .sort();
      };
      expect(await once()).toEqual(await once());
    });
  });

  // Gold's Z6 leads until Tuesday 24 November by the calendar; here G7 is traded from Friday on.
  describe.runIf(it.refuseVolumes)(`${name}, ahead of a roll`, () => {
    const moved = new Map([['MGC', tradingDay('2026-11-20')]]);
    const opensAt = epochMs(Date.parse('2026-11-19T23:00:00Z'));
    const monthsOf = (rows: readonly FeedBar[]) => [
      ...new Set(rows.filter(({ root }) => root === 'MGC').map(({ contract }) => contract)),
    ];

    test('goes on with the next month at the start of the trading day after volume has moved on: no minute lost, none twice', async () => {
      const rolls = createRollBook();
      const told: string[] = [];
      rolls.onRoll(({ text }) => told.push(text));
      const { market, vendor, play, settle, hasAll, bars, states } = await rig({
        start: after(opensAt, -80 * MINUTE),
        ...{ moved, rolls },
      });
      await settle();
      await play(18);
      market.moveTo(after(opensAt, -2 * MINUTE));
      await vendor.delivered();
      await play(8);
      await settle();
      await play(2);
      await hasAll(lastMinute(market.clock.now()));
      expect(monthsOf(bars().filter(({ bar }) => bar.at < opensAt))).toEqual(['MGCZ6']);
      expect(monthsOf(bars().filter(({ bar }) => bar.at >= opensAt))).toEqual(['MGCG7']);
      expect(told).toEqual([
        expect.stringMatching(/^MGC rolled to G7 on 2026-11-20: it traded more than Z6 on two days/),
      ]);
      expect(states.filter(({ state }) => state === 'silent')).toEqual([]);
    }, 30_000);

    test('begun after volume has moved on it brings each month’s own bars of the past', async () => {
      const { market, play, settle, hasAll, bars } = await rig({
        start: after(opensAt, 30 * MINUTE),
        ...{ from: after(opensAt, -90 * MINUTE), moved },
      });
      await settle();
      await play(2);
      await hasAll(lastMinute(market.clock.now()));
      expect(monthsOf(bars())).toEqual(['MGCZ6', 'MGCG7']);
    });

    test('a month that was recorded ahead of the calendar is kept by a new start that cannot read volumes', async () => {
      const [begin, rolls] = [after(opensAt, 30 * MINUTE), createRollBook()];
      const before = fakeMarket({ roots: it.roots, start: begin, moved });
      for (const { root, contract, bar } of before.past('MGC', after(opensAt, -3 * HOUR), begin))
        rolls.recorded({ root, contract, at: bar.at });
      const { market, play, settle, hasAll, bars } = await rig({ start: begin, moved, rolls, hasVolumes: false });
      await settle();
      await play(3);
      await hasAll(lastMinute(market.clock.now()));
      expect(monthsOf(bars())).toEqual(['MGCG7']);
    });

    test('without volumes it stays with the calendar, and nothing else is lost', async () => {
      const { market, play, settle, hasAll, bars, refused, states } = await rig({ hasVolumes: false });
      await settle();
      await play(3);
      await hasAll(lastMinute(market.clock.now()));
      expect(monthsOf(bars())).toEqual(['MGCZ6']);
      expect(refused).toEqual([]);
      expect(states.filter(({ state }) => state === 'silent')).toEqual([]);
    });
  });
}
