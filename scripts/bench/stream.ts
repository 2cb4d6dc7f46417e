import { setTimeout as pause } from 'node:timers/promises';
import { connectRedis } from '../../src/adapters/redis/connection.js';
import { dataBus } from '../../src/adapters/redis/data-bus.js';
import { engineBus } from '../../src/adapters/redis/engine-bus.js';
import type { FeedTick } from '../../src/domain/bars/feed-bar.js';
import { redisNames } from '../../src/messages/streams.js';
import { encodeTicks } from '../../src/messages/ticks.js';
import { type Benches, type Figure, median } from './support/figure.js';
import { benchRedis } from './support/redis.js';
import { tickOf } from './support/ticks.js';

export const benches: Benches = [{ name: 'stream.hop', run: hop }];

const ROUNDS = 5;
const ROUND_MS = 1_000;
/** 8 ticks a millisecond: 8,000 a second. */
const TICKS_PER_SEND = 8;
const RATIO_MAX = 1.3;
const BLOCK_MS = 50;
/** The bare way sends an entry a tick, each as long as a last price in words: what a stream costs without packing. */
const PAYLOAD_CHARS = encodeTicks(together(0).slice(0, 1)).length;

/** One way of getting ticks from a writer to a reader; `read` answers the number of the newest tick that came. */
interface Way {
  send(first: number): Promise<unknown>;
  read(): Promise<number | undefined>;
}

/** p95 milliseconds from sending a last price to the engine's reader, over the same through bare commands. */
async function hop(): Promise<Figure> {
  const redis = await benchRedis();
  const connections = Array.from({ length: 4 }, () => connectRedis(redis.url, 'blocking-reader'));
  try {
    const [writer, reader, quoteReader, bareReader] = connections;
    if (!writer || !reader || !quoteReader || !bareReader) throw new Error('impossible: four connections');
    const ours = ourWay(writer, { redis: writer, reader, quoteReader });
    const bare = bareWay(writer, bareReader);
    await round(ours);
    await round(bare);
    const p95s: { ours: number; bare: number }[] = [];
    for (let i = 0; i < ROUNDS; i += 1) p95s.push({ bare: await round(bare), ours: await round(ours) });
    const value = median(p95s.map((it) => it.ours));
    const ratio = median(p95s.map((it) => it.ours / it.bare));
    return {
      value,
      unit: 'ms',
      n: ROUNDS * ROUND_MS,
      limit: RATIO_MAX,
      ratio,
      bare: median(p95s.map((it) => it.bare)),
    };
  } finally {
    for (const connection of connections) connection.disconnect();
    await redis.stop();
  }
}

type Connection = ReturnType<typeof connectRedis>;

function ourWay(
  writer: Connection,
  connections: { redis: Connection; reader: Connection; quoteReader: Connection },
): Way {
  const names = redisNames('ours:');
  const data = dataBus(writer, names);
  const engine = engineBus(connections, names);
  let cursor = '0-0';
  return {
    send: (first) => data.appendTicks(together(first)),
    async read() {
      const quotes = await engine.quotes(cursor, BLOCK_MS);
      cursor = quotes.cursor;
      return quotes.ticks[0]?.at;
    },
  };
}

/** Last prices that leave in one entry, numbered by their instants. */
function together(first: number): readonly FeedTick[] {
  return Array.from({ length: TICKS_PER_SEND }, (_, i) => tickOf('MES', 27_000, first + i));
}

function bareWay(writer: Connection, reader: Connection): Way {
  const key = 'bare';
  let cursor = '0-0';
  return {
    send(first) {
      const pipeline = writer.pipeline();
      for (let i = 0; i < TICKS_PER_SEND; i += 1)
        pipeline.xadd(key, 'MAXLEN', '~', 10_000, '*', 'tick', String(first + i).padEnd(PAYLOAD_CHARS));
      return pipeline.exec();
    },
    async read() {
      const reply = await reader.xread('COUNT', 2_000, 'BLOCK', BLOCK_MS, 'STREAMS', key, cursor);
      const newest = reply?.[0]?.[1].at(-1);
      if (newest === undefined) return undefined;
      cursor = newest[0];
      return Number(newest[1][1]);
    },
  };
}

/** Sends for a second at an even pace and reads beside it; the 95th percentile of sent-to-read. */
async function round(way: Way): Promise<number> {
  const sentAt: number[] = [];
  const took: number[] = [];
  let isOver = false;
  const reading = (async () => {
    while (!isOver) {
      const newest = await way.read();
      const at = newest === undefined ? undefined : sentAt[Math.floor(newest / TICKS_PER_SEND)];
      if (at !== undefined) took.push(performance.now() - at);
    }
  })();
  const begun = performance.now();
  while (performance.now() - begun < ROUND_MS) {
    const due = Math.floor(performance.now() - begun);
    while (sentAt.length < due) {
      sentAt.push(performance.now());
      await way.send((sentAt.length - 1) * TICKS_PER_SEND);
    }
    await pause(1);
  }
  isOver = true;
  await reading;
  took.sort((a, b) => a - b);
  return took[Math.floor(took.length * 0.95)] ?? Number.NaN;
}
