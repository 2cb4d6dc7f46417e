import { afterEach, describe, expect, test } from 'vitest';
import { createPlatformFeed } from '../../../../../src/adapters/feeds/platform/feed.js';
import { OperationalError } from '../../../../../src/kernel/errors.js';
import { after, type EpochMs, epochMs, MINUTE, SECOND, ticks } from '../../../../../src/kernel/units.js';
import type { Feed, FeedBar, FeedSink, FeedStatus, FeedTick } from '../../../../../src/ports/feed.js';
import { createBoard } from '../../../../../src/roles/data/board.js';
import { runFeed } from '../../../../../src/roles/data/feeds.js';
import { type ArbitratedFeed, createArbiter } from '../../../../../src/roles/data/sources/arbiter.js';
import { eventually } from '../../../../support/eventually.js';
import { memoryBarStore, memoryBus, memoryLog } from '../../../../support/memory-bus.js';
import { type HandClock, handClock } from '../../../../support/test-clock.js';

const START = epochMs(Date.parse('2026-11-19T15:00:00Z'));
const closing = (i: number): EpochMs => after(START, i * MINUTE);
const barOf = (root: string, i: number, price = 100): FeedBar => {
  const it = ticks(price);
  return {
    root,
    contract: `${root}Z6`,
    bar: { at: closing(i - 1), open: it, high: it, low: it, close: it, volume: 1 },
  };
};
const tickOf = (price: number): FeedTick => ({ root: 'MGC', contract: 'MGCZ6', price: ticks(price), at: START });

/** A feed played by hand: `sink` is there while it runs, `breaks` ends that run with an error. */
function handFeed(name: string) {
  const starts: EpochMs[] = [];
  let running: { readonly sink: FeedSink; readonly end: (error?: unknown) => void } | undefined;
  const feed: Feed = {
    name,
    startsAt: undefined,
    async *history() {},
    run: (from, sink) => {
      starts.push(from);
      sink.status({ state: 'live', reason: undefined });
      return new Promise<void>((resolve, reject) => {
        running = { sink, end: (error) => (error === undefined ? resolve() : reject(error)) };
      });
    },
    async stop() {
      running?.end();
    },
  };
  return {
    feed,
    starts,
    async sink(): Promise<FeedSink> {
      await eventually(() => running !== undefined);
      if (!running) throw new Error(`${name} does not run`);
      return running.sink;
    },
    breaks(error: unknown) {
      running?.end(error);
      running = undefined;
    },
  };
}

const open: ArbitratedFeed[] = [];
afterEach(async () => {
  for (const feed of open.splice(0)) await feed.stop();
});

interface SetUp {
  readonly sources: readonly Feed[];
  readonly orders?: Readonly<Record<string, readonly string[]>>;
  readonly clock?: HandClock;
}

function setUp({ sources, orders, clock = handClock(closing(60), 1) }: SetUp) {
  const log = memoryLog();
  const names = sources.map(({ name }) => name);
  const arbiter = createArbiter({ sources, orders: new Map(Object.entries(orders ?? { MGC: names })), clock, log });
  open.push(arbiter);
  const [bus, got] = [memoryBus(), { ticks: [] as FeedTick[], statuses: [] as FeedStatus[] }];
  const board = createBoard(arbiter.name, ['MGC', 'MES']);
  const stopping = new AbortController();
  bus.marker = { run: 'r', through: new Date(START).toISOString(), bars: 0 };
  const done = runFeed({
    feed: arbiter,
    store: memoryBarStore(),
    bus,
    clock,
    drive: undefined,
    log,
    runId: 'r',
    board: { ...board, feedIs: (status) => void got.statuses.push(status) },
    signal: stopping.signal,
    onTick: (tick) => void got.ticks.push(tick),
  });
  return { arbiter, bus, log, got, done, stopping, bars: () => bus.bars.map((it) => [it.bar.close, it.source]) };
}

describe('several feeds as one', () => {
  test('write down which of them decided each bar', async () => {
    const [a, b] = [handFeed('a'), handFeed('b')];
    const it = setUp({ sources: [a.feed, b.feed] });
    const [sinkA, sinkB] = [await a.sink(), await b.sink()];
    await sinkA.bars([barOf('MGC', 1, 100)], closing(1));
    await sinkB.bars([barOf('MGC', 1, 200)], closing(1));
    sinkA.status({ state: 'failed', reason: 'nightly reset' });
    await sinkB.bars([barOf('MGC', 2, 200)], closing(2));
    expect(it.bars()).toEqual([
      [100, 'a'],
      [200, 'b'],
    ]);
    await eventually(() =>
      it.got.statuses.at(-1)?.reason?.startsWith('MGC from b since 10:02: a failed: nightly reset'),
    );
    expect(it.log.lines.filter(({ evt }) => evt === 'feed.switch').map(({ fields }) => fields.to)).toEqual(['b']);
  });

  test('go on when one breaks, which is started again just after what was passed on', async () => {
    const [a, b] = [handFeed('a'), handFeed('b')];
    const it = setUp({ sources: [a.feed, b.feed] });
    const [sinkA, sinkB] = [await a.sink(), await b.sink()];
    await sinkA.bars([barOf('MGC', 1)], closing(1));
    a.breaks(new Error('socket hang up'));
    await eventually(() => it.arbiter.report().sources[0]?.state === 'failed');
    await sinkB.bars([barOf('MGC', 1, 200), barOf('MGC', 2, 200)], closing(2));
    await eventually(() => a.starts.length === 2);
    expect(it.bars()).toEqual([
      [100, 'a'],
      [200, 'b'],
    ]);
    expect(a.starts).toEqual([START, closing(2)]);
  });

  test('go on when one can never work again, and end when none can', async () => {
    const [a, b] = [handFeed('a'), handFeed('b')];
    const it = setUp({ sources: [a.feed, b.feed] });
    const [, sinkB] = [await a.sink(), await b.sink()];
    a.breaks(new OperationalError('CONFIG_INVALID', 'MASSIVE_API_KEY is refused'));
    await sinkB.bars([barOf('MGC', 1, 200)], closing(1));
    await eventually(() => it.bars().length === 1);
    expect(it.bars()).toEqual([[200, 'b']]);
    b.breaks(new OperationalError('CONFIG_INVALID', 'no more'));
    await it.done;
    expect(it.got.statuses.at(-1)).toEqual({ state: 'failed', reason: 'MASSIVE_API_KEY is refused' });
    expect(a.starts).toHaveLength(1);
  });

  test('refuse a bar that cannot be one, and take the other source’s', async () => {
    const [a, b] = [handFeed('a'), handFeed('b')];
    const it = setUp({ sources: [a.feed, b.feed] });
    const [sinkA, sinkB] = [await a.sink(), await b.sink()];
    const bad = barOf('MGC', 1);
    await sinkA.bars([{ ...bad, bar: { ...bad.bar, high: ticks(50) } }], closing(1));
    await sinkB.bars([barOf('MGC', 1, 200)], closing(1));
    expect(it.bars()).toEqual([[200, 'b']]);
    expect(it.bus.dead).toEqual([{ where: `a MGC ${new Date(START).toISOString()}`, reason: 'low is above high' }]);
  });

  test('show the last prices of the one in charge alone, while it tells any', async () => {
    const [a, b] = [handFeed('a'), handFeed('b')];
    const it = setUp({ sources: [a.feed, b.feed] });
    const [sinkA, sinkB] = [await a.sink(), await b.sink()];
    sinkB.tick(tickOf(200));
    sinkA.tick(tickOf(100));
    sinkB.tick(tickOf(201));
    expect(it.got.ticks.map(({ price }) => price)).toEqual([200, 100]);
  });

  test('take a platform’s bars for the roots it is asked for', async () => {
    const platform = createPlatformFeed({ clock: handClock(closing(60), 1) });
    const a = handFeed('a');
    const it = setUp({ sources: [platform, a.feed], orders: { MGC: ['ninjatrader', 'a'], MES: ['a'] } });
    await a.sink();
    expect(it.arbiter.push?.([barOf('MGC', 1, 300), barOf('MES', 1, 300)])).toMatchObject({ accepted: 1, ignored: 1 });
    await eventually(() => it.bars().length === 1);
    expect(it.bars()).toEqual([[300, 'ninjatrader']]);
  });

  test('hand on a promise that comes without a bar', async () => {
    const a = handFeed('a');
    const it = setUp({ sources: [a.feed] });
    const sink = await a.sink();
    await sink.bars([barOf('MGC', 1)], closing(1));
    await sink.bars([], closing(2));
    await sink.bars([], closing(2));
    expect(it.bus.clocks).toEqual([closing(2)]);
  });

  test('stop together at once', async () => {
    const [a, b] = [handFeed('a'), handFeed('b')];
    const it = setUp({ sources: [a.feed, b.feed] });
    await a.sink();
    a.breaks(new Error('down'));
    it.stopping.abort();
    await it.done;
    expect(b.starts).toHaveLength(1);
  });
});

describe('a source that stands still', () => {
  test('is noticed by the clock of the market and gives way to one that moves', async () => {
    const clock = handClock(START, 1);
    const [a, b] = [handFeed('a'), handFeed('b')];
    const it = setUp({ sources: [a.feed, b.feed], clock });
    const [sinkA, sinkB] = [await a.sink(), await b.sink()];
    for (let i = 1; i <= 12; i += 1) {
      clock.set(after(closing(i), SECOND));
      await sinkA.bars([barOf('MGC', i, 100)], closing(i));
      await sinkB.bars([barOf('MGC', i, 200 + i)], closing(i));
    }
    await eventually(() => it.arbiter.report().roots[0]?.frozen?.kind === 'unchanged');
    clock.set(after(closing(13), SECOND));
    await sinkA.bars([barOf('MGC', 13, 100)], closing(13));
    await sinkB.bars([barOf('MGC', 13, 213)], closing(13));
    await eventually(() => it.bars().at(-1)?.[0] === 213);
    expect(it.arbiter.report().roots[0]).toMatchObject({
      charge: { source: 'b', reason: expect.stringContaining('a frozen: the price has not moved since') },
      frozen: undefined,
    });
  });

  test('is the live one, while the one in charge is away', async () => {
    const clock = handClock(START, 1);
    const [a, b] = [handFeed('a'), handFeed('b')];
    const it = setUp({ sources: [a.feed, b.feed], clock });
    const [sinkA, sinkB] = [await a.sink(), await b.sink()];
    sinkA.status({ state: 'silent', reason: 'connecting again' });
    clock.set(after(START, 25 * MINUTE));
    const gold = () => it.arbiter.report().roots[0];
    await eventually(() => gold()?.frozen?.kind === 'silent');
    expect(gold()).toMatchObject({ charge: { source: 'a' }, heard: 'b' });
    sinkB.tick(tickOf(100));
    await eventually(() => gold()?.frozen === undefined);
  });

  test('is not called so where the data drive the clock', async () => {
    const clock = handClock(START, Number.POSITIVE_INFINITY);
    const a = handFeed('a');
    const it = setUp({ sources: [a.feed], clock });
    const sink = await a.sink();
    await sink.bars([barOf('MGC', 1, 100)], closing(1));
    clock.set(closing(100));
    await sink.bars([barOf('MGC', 100, 100)], closing(100));
    await sink.bars([barOf('MGC', 101, 100)], closing(101));
    await eventually(() => it.bars().length === 3);
    expect(it.arbiter.report().roots[0]?.frozen).toBeUndefined();
  });
});
