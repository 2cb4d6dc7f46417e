import { afterEach, expect } from 'vitest';
import { createRollBook, type RollBook } from '../../../src/domain/instruments/roll-book.js';
import { after, type EpochMs, epochMs, MINUTE } from '../../../src/kernel/units.js';
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

export interface RigOptions extends Omit<FakeMarketOptions, 'roots' | 'start'> {
  readonly start?: EpochMs;
  readonly from?: EpochMs;
  readonly extra?: readonly string[];
  readonly rolls?: RollBook;
  readonly hasVolumes?: boolean;
}

interface Passed {
  readonly bars: readonly FeedBar[];
  readonly completeThrough: EpochMs | undefined;
  /** Market time when it was passed on. */
  readonly at: EpochMs;
}

/** A trading morning. */
export const START = epochMs(Date.parse('2026-11-19T14:00:00Z'));
/** Enough for every feed to hold a minute settled: bars may dribble in for some seconds. */
const SETTLED_MS = 10_000;

export const lastMinute = (at: EpochMs): EpochMs => epochMs(Math.floor(at / MINUTE) * MINUTE);

/** Makes markets with a vendor and a running feed; all are closed after each test. */
export function vendorRig<V extends FakeVendor>(it: VendorCase<V>) {
  const start = it.start ?? START;
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  const comparable = (bars: readonly FeedBar[]): readonly FeedBar[] =>
    it.hidesVolume ? bars.map((row) => ({ ...row, bar: { ...row.bar, volume: 0 } })) : bars;

  /** A market, its vendor and a feed that runs from `from`. */
  return async (options: RigOptions = {}) => {
    const { start: begin = start, rolls = createRollBook() } = options;
    const market = fakeMarket({ ...options, roots: it.roots, start: begin });
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
        // As its owner does: a day that has bars belongs to their month.
        for (const { root, contract, bar } of bars) rolls.recorded({ root, contract, at: bar.at });
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
      settle,
      hasAll,
      setSlow,
      most: () => most,
    };
  };
}

export type VendorRig<V extends FakeVendor> = ReturnType<typeof vendorRig<V>>;
