import { afterEach, expect } from 'vitest';
import { createIbkrFeed } from '../../../src/adapters/feeds/ibkr/feed.js';
import { createIbkrHistory } from '../../../src/adapters/feeds/ibkr/history.js';
import { after, type EpochMs, epochMs, MINUTE } from '../../../src/kernel/units.js';
import type { Feed, FeedBar, FeedStatus, FeedTick } from '../../../src/ports/feed.js';
import type { HistorySource } from '../../../src/ports/history-source.js';
import { eventually } from '../eventually.js';
import { keepingLog } from '../fake-vendor/log.js';
import { type FakeMarket, type FakeMarketOptions, fakeMarket } from '../fake-vendor/market.js';
import { sinkOf } from '../feed-sink.js';
import { type FakeTws, type FakeTwsOptions, startFakeTws } from './server.js';

export interface RigOptions extends FakeTwsOptions {
  readonly roots?: readonly string[];
  readonly thin?: readonly string[];
  readonly moved?: FakeMarketOptions['moved'];
  /** How many times as fast as the wall the limits of requests are counted; 1 unless told. */
  readonly hurry?: number;
}

/** A market, its TWS, and feeds and histories over it; what is open at the end is closed by `close`. */
export interface Rig {
  readonly market: FakeMarket;
  readonly tws: FakeTws;
  run(options?: { readonly from?: EpochMs; readonly roots?: readonly string[]; readonly clientId?: number }): Ran;
  history(): { readonly source: HistorySource; readonly lines: readonly string[] };
  /** Moves the market on in steps of five seconds. */
  play(seconds: number): Promise<void>;
  /** Moves the market on until the feed is live. */
  toLive(ran: Ran): Promise<void>;
  close(): Promise<void>;
}

export interface Ran {
  readonly feed: Feed;
  readonly bars: FeedBar[];
  readonly ticks: FeedTick[];
  readonly states: FeedStatus[];
  readonly refused: string[];
  readonly lines: readonly string[];
  /** What the run was rejected with; undefined when it ended by itself. */
  readonly ended: Promise<unknown>;
}

/** Starts rigs for one test file, each with the options that are usual there, and closes them after each test. Call at the top level. */
export function rigs(usual: RigOptions): (start: EpochMs, options?: RigOptions) => Promise<Rig> {
  const open: Rig[] = [];
  afterEach(async () => {
    for (const rig of open.splice(0)) await rig.close();
  });
  return async (start, options = {}) => {
    const rig = await startRig(start, { ...usual, ...options });
    open.push(rig);
    return rig;
  };
}

export const reasons = ({ states }: Ran): string => states.map(({ reason }) => reason ?? '').join('\n');

async function startRig(start: EpochMs, options: RigOptions = {}): Promise<Rig> {
  const { roots = ['MGC', 'MES'], thin = [], moved = new Map(), hurry = 1 } = options;
  const market = fakeMarket({ roots, start, thin, moved });
  const clock = { ...market.clock, elapsed: () => performance.now() * hurry };
  const tws = await startFakeTws(market, options);
  const closers: (() => Promise<void>)[] = [() => tws.close()];
  const addressOf = (clientId: number) => ({ host: '127.0.0.1', port: tws.port, clientId });

  const play = async (seconds: number): Promise<void> => {
    const until = after(market.clock.now(), seconds * 1_000);
    while (market.clock.now() < until) {
      market.moveTo(epochMs(Math.min(until, market.clock.now() + 5_000)));
      await tws.delivered();
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return {
    market,
    tws,
    play,
    run({ from, roots: theirs = roots, clientId = 40 } = {}) {
      const { log, lines } = keepingLog();
      const feed = createIbkrFeed({ address: addressOf(clientId), clock, roots: theirs, log });
      const seen = {
        bars: [] as FeedBar[],
        ticks: [] as FeedTick[],
        states: [] as FeedStatus[],
        refused: [] as string[],
      };
      const sink = sinkOf({
        bars: async (bars) => void seen.bars.push(...bars),
        tick: (tick) => void seen.ticks.push(tick),
        status: (status) => void seen.states.push(status),
        refused: ({ where, reason }) => void seen.refused.push(`${where}: ${reason}`),
      });
      const ended = feed.run(from ?? market.clock.now(), sink).then(
        () => undefined,
        (error: unknown) => error,
      );
      closers.push(async () => {
        await feed.stop();
        await ended;
      });
      return { ...seen, feed, lines, ended };
    },
    history() {
      const { log, lines } = keepingLog();
      const source = createIbkrHistory({ address: addressOf(40), clock, log });
      closers.push(() => source.close());
      return { source, lines };
    },
    toLive: ({ states }) =>
      eventually(
        async () => {
          await play(5);
          return states.at(-1)?.state === 'live';
        },
        { timeout: 20_000, every: 5 },
      ).then(() => undefined),
    async close() {
      for (const close of closers.splice(0).reverse()) await close();
    },
  };
}

/** Every bar the market had from an instant on until the newest minute that is over. */
export function barsSince({ market }: Rig, from: EpochMs, roots: readonly string[] = market.roots): readonly FeedBar[] {
  const until = epochMs(Math.floor(market.clock.now() / MINUTE) * MINUTE);
  return inOrder(roots.flatMap((root) => market.past(root, from, until)));
}

export const inOrder = (bars: readonly FeedBar[]): readonly FeedBar[] =>
  [...bars].sort((a, b) => a.bar.at - b.bar.at || (a.root < b.root ? -1 : 1));

/** Every bar of the market, each once; the newest minute is given its time to settle. */
export async function hasAll(rig: Rig, { bars }: Ran, from: EpochMs, roots = rig.market.roots): Promise<void> {
  while (rig.market.clock.now() % MINUTE < 15_000) await rig.play(5);
  const theirs = () => inOrder(bars.filter(({ root }) => roots.includes(root)));
  await eventually(() => expect(theirs()).toEqual(barsSince(rig, from, roots)), { timeout: 4_000 });
}
