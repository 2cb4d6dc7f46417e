import { EventEmitter } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { Subject } from 'rxjs';
import { systemClock, wallNow } from '../../src/adapters/clock/clock.js';
import { connectRedis } from '../../src/adapters/redis/connection.js';
import { dataBus } from '../../src/adapters/redis/data-bus.js';
import type { FeedTick } from '../../src/domain/bars/feed-bar.js';
import { createRng } from '../../src/kernel/rng.js';
import { redisNames } from '../../src/messages/streams.js';
import { decodeTicks } from '../../src/messages/ticks.js';
import type { Feed, FeedSink } from '../../src/ports/feed.js';
import type { Log } from '../../src/ports/log.js';
import { startData } from '../../src/roles/data/data.js';
import { createArbiter } from '../../src/roles/data/sources/arbiter.js';
import { createTickBus } from '../../src/roles/data/tick-bus.js';
import { type Benches, type Figure, quantile } from './support/figure.js';
import { benchRedis } from './support/redis.js';
import { ROOTS, tickOf } from './support/ticks.js';

export const benches: Benches = [
  { name: 'ticks.bus', run: dispatch },
  { name: 'feed.stream', run: feedToStream },
];

const ROUNDS = 9;
const TICKS_A_ROUND = 1_000_000;
const LISTENERS = ['first', 'second', 'third'];
const quietLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** Last prices a second to three listeners, each of which adds the price to its sum. */
async function dispatch(): Promise<Figure> {
  const some = Array.from({ length: 1_024 }, (_, i) => tickOf('MES', 27_000 + (i % 40), i));
  const ways = [ours(), emitter(), subject(), direct()];
  const took = new Map<string, number[]>(ways.map(({ name }) => [name, []]));
  for (let round = -2; round < ROUNDS; round += 1) {
    // Everyone is first once: who runs after whom must not decide.
    const order = ways.map((_, i) => ways[(i + round + 2) % ways.length] ?? ours());
    for (const way of order) {
      const begun = performance.now();
      for (let i = 0; i < TICKS_A_ROUND; i += 1) way.publish(some[i & 1_023] ?? tickOf('MES', 0, 0));
      const seconds = (performance.now() - begun) / 1_000;
      if (round >= 0) took.get(way.name)?.push(seconds);
    }
  }
  const [first] = ways;
  for (const way of ways) if (way.sum() !== first?.sum()) throw new Error(`${way.name} lost a price`);
  const rate = (name: string): number => TICKS_A_ROUND / quantile(took.get(name) ?? [], 0.5);
  return {
    value: Math.round(rate('ours')),
    unit: 'ticks/s',
    n: ROUNDS,
    ratio: rate('ours') / rate('EventEmitter'),
    rxjs_ratio: rate('ours') / rate('rxjs'),
    direct_ratio: rate('ours') / rate('direct calls'),
    limit: 1,
  };
}

interface Way {
  readonly name: string;
  publish(tick: FeedTick): void;
  sum(): number;
}

function summing() {
  let sum = 0;
  return {
    take(tick: FeedTick): void {
      sum += tick.price;
    },
    sum: () => sum,
  };
}

const three = () => LISTENERS.map(summing);
const total = (all: readonly { sum(): number }[]): number => all.reduce((sum, it) => sum + it.sum(), 0);

function ours(): Way {
  const all = three();
  const bus = createTickBus(
    all.map(({ take }, i) => ({ name: LISTENERS[i] ?? '', tick: take })),
    quietLog,
  );
  return { name: 'ours', publish: bus.publish, sum: () => total(all) };
}

function emitter(): Way {
  const all = three();
  const events = new EventEmitter();
  for (const { take } of all) events.on('tick', take);
  return { name: 'EventEmitter', publish: (tick) => void events.emit('tick', tick), sum: () => total(all) };
}

function subject(): Way {
  const all = three();
  const prices = new Subject<FeedTick>();
  for (const { take } of all) prices.subscribe(take);
  return { name: 'rxjs', publish: (tick) => prices.next(tick), sum: () => total(all) };
}

function direct(): Way {
  const [a, b, c] = [summing(), summing(), summing()];
  return {
    name: 'direct calls',
    publish(tick) {
      a.take(tick);
      b.take(tick);
      c.take(tick);
    },
    sum: () => total([a, b, c]),
  };
}

const TICKS_A_MINUTE = 500_000;
/** Longer than any memory of prices: what grows after it does not stop growing. */
const WARM_UP_MS = 35_000;
const MEASURED_MS = 30_000;
const P99_MS_MAX = 10;
const BLOCK_MS = 50;

/**
 * Milliseconds from the feed's word to a reader of the stream, for the last prices that are sent on: through the sources, the
 * sink and the joining of prices of the data role, into a real Redis.
 */
async function feedToStream(): Promise<Figure> {
  const redis = await benchRedis();
  const [writer, reader] = [connectRedis(redis.url, 'producer'), connectRedis(redis.url, 'blocking-reader')];
  const names = redisNames('bench:');
  const feed = handFeed();
  const clock = systemClock();
  const arbiter = createArbiter({
    sources: [feed],
    orders: new Map(ROOTS.map((root) => [root, ['bench']])),
    clock,
    log: quietLog,
  });
  const data = await startData({
    bus: dataBus(writer, names),
    store: { save: async () => 0, newest: async () => undefined, range: async () => [] },
    feed: arbiter,
    sources: arbiter.report,
    clock,
    drive: undefined,
    log: quietLog,
    roots: ROOTS,
    runId: 'bench',
    intake: { host: '127.0.0.1', port: 0, apiKey: 'key-of-the-bench' },
  });
  try {
    const sink = await feed.sink;
    await stream(sink, { reader, key: names.ticks, forMs: WARM_UP_MS });
    const before = memory();
    const { took, sent } = await stream(sink, { reader, key: names.ticks, forMs: MEASURED_MS });
    const after = memory();
    return {
      value: quantile(took, 0.99),
      unit: 'ms',
      n: took.length,
      limit: P99_MS_MAX,
      p50: quantile(took, 0.5),
      worst: quantile(took, 1),
      ticks_a_minute: Math.round((sent / MEASURED_MS) * 60_000),
      sent_on: took.length,
      heap_growth_mb: after.heap - before.heap,
      rss_growth_mb: after.rss - before.rss,
    };
  } finally {
    await data.close();
    writer.disconnect();
    reader.disconnect();
    await redis.stop();
  }
}

/** A live feed that says what the bench lets it say. */
function handFeed(): Feed & { readonly sink: Promise<FeedSink> } {
  let begin: (sink: FeedSink) => void = () => {};
  let end = (): void => {};
  const sink = new Promise<FeedSink>((resolve) => {
    begin = resolve;
  });
  return {
    name: 'bench',
    startsAt: undefined,
    sink,
    async *history() {},
    run(_, to) {
      to.status({ state: 'live', reason: undefined });
      begin(to);
      return new Promise<void>((resolve) => {
        end = resolve;
      });
    },
    stop: async () => end(),
  };
}

interface Streaming {
  readonly reader: ReturnType<typeof connectRedis>;
  readonly key: string;
  readonly forMs: number;
}

/** Ticks at an even pace, each symbol a walk; a reader beside it. */
async function stream(sink: FeedSink, { reader, key, forMs }: Streaming) {
  const rng = createRng('ticks');
  const said = new Map(ROOTS.map((root) => [root, sayings()]));
  const prices = ROOTS.map(() => 20_000);
  const took: number[] = [];
  let [sent, isOver] = [0, false];
  const reading = (async () => {
    let cursor = '$';
    while (!isOver) {
      const reply = await reader.xread('COUNT', 2_000, 'BLOCK', BLOCK_MS, 'STREAMS', key, cursor);
      const now = performance.now();
      for (const [id, fields] of reply?.[0]?.[1] ?? []) {
        cursor = id;
        const read = decodeTicks(fields[1] ?? '');
        if (!read.ok) throw new Error(read.error);
        for (const tick of read.value) {
          const saidAt = said.get(tick.root)?.find(tick);
          if (saidAt !== undefined) took.push(now - saidAt);
        }
      }
    }
  })();
  const begun = performance.now();
  for (let passed = 0; passed < forMs; passed = performance.now() - begun) {
    for (const due = (passed / 60_000) * TICKS_A_MINUTE; sent < due; sent += 1) {
      const index = sent % ROOTS.length;
      const root = ROOTS[index] ?? 'MES';
      const price = (prices[index] ?? 0) + Math.round(rng.normal());
      prices[index] = price;
      const tick = tickOf(root, price, wallNow());
      said.get(root)?.keep(tick);
      sink.tick(tick);
    }
    await pause(1);
  }
  isOver = true;
  await reading;
  took.sort((a, b) => a - b);
  return { took, sent };
}

/** A second's sayings of a symbol are enough, in a fixed place: the bench must not grow either. */
const KEPT = 2_048;

function sayings() {
  const [instants, prices, saidAt] = [new Float64Array(KEPT), new Float64Array(KEPT), new Float64Array(KEPT)];
  let count = 0;
  return {
    keep(tick: FeedTick): void {
      const place = count % KEPT;
      instants[place] = tick.at;
      prices[place] = tick.price;
      saidAt[place] = performance.now();
      count += 1;
    },
    /** The newest saying of this price and instant. */
    find(tick: FeedTick): number | undefined {
      for (let i = count - 1; i >= Math.max(0, count - KEPT); i -= 1) {
        const place = i % KEPT;
        if (instants[place] === tick.at && prices[place] === tick.price) return saidAt[place];
      }
      return undefined;
    },
  };
}

function memory(): { readonly heap: number; readonly rss: number } {
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  return { heap: heapUsed / 1e6, rss: rss / 1e6 };
}
