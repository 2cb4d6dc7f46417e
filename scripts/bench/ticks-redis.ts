import type { Redis } from 'ioredis';
import { connectRedis } from '../../src/adapters/redis/connection.js';
import { dataBus } from '../../src/adapters/redis/data-bus.js';
import type { FeedTick } from '../../src/domain/bars/feed-bar.js';
import { instrument } from '../../src/domain/instruments/catalogue/index.js';
import { priceOf } from '../../src/domain/instruments/contract.js';
import { iso } from '../../src/kernel/units.js';
import { redisNames, STREAM_MAX } from '../../src/messages/streams.js';
import { decodeTicks } from '../../src/messages/ticks.js';
import { median } from './support/figure.js';
import { benchRedis } from './support/redis.js';
import { ROOTS, tickOf } from './support/ticks.js';

export const benches = [{ name: 'ticks.redis', run: throughStream }];

const ROUNDS = 7;
const RATIO_MIN = 30;
const PACK = 50;
/** Calls under way together, as deep as the pipeline it is measured against. */
const IN_FLIGHT = 100;
const PACKED_TICKS = 200_000;
const SINGLE_TICKS = 8_000;
const PIPELINE = 100;
const READ_ENTRIES = 1_000;

interface Way {
  readonly name: string;
  readonly count: number;
  write(some: readonly FeedTick[]): Promise<void>;
  /** How many last prices an entry holds, read as the product would. */
  read(fields: readonly string[]): number;
}

/**
 * Last prices a second from a writer through a stream to a reader who has decoded the last of them: the product's packs of 50
 * against one entry a price by ioredis' pipeline. Both ends run in this process, for the client is the limit and not Redis.
 */
async function throughStream() {
  const redis = await benchRedis();
  const [writer, reader] = [connectRedis(redis.url, 'producer'), connectRedis(redis.url, 'blocking-reader')];
  const names = redisNames('bench:');
  const ways = [packed(writer), single(writer, names.ticks)];
  const [through, written] = [new Map<string, number[]>(), new Map<string, number[]>()];
  try {
    for (let round = -2; round < ROUNDS; round += 1)
      for (const way of round % 2 === 0 ? ways : ways.toReversed()) {
        const took = await carry(way, { reader, writer, key: names.ticks });
        if (round < 0) continue;
        note(through, way.name, way.count / took.through);
        note(written, way.name, way.count / took.written);
      }
  } finally {
    writer.disconnect();
    reader.disconnect();
    await redis.stop();
  }
  const rate = (of: Map<string, number[]>, name: string): number => median(of.get(name) ?? []);
  return {
    value: Math.round(rate(through, 'packed')),
    unit: 'ticks/s',
    n: ROUNDS,
    ratio: rate(through, 'packed') / rate(through, 'pipeline'),
    limit: RATIO_MIN,
    pipeline: Math.round(rate(through, 'pipeline')),
    write_ratio: rate(written, 'packed') / rate(written, 'pipeline'),
    written: Math.round(rate(written, 'packed')),
  };
}

function packed(redis: Redis): Way {
  const bus = dataBus(redis, redisNames('bench:'));
  return {
    name: 'packed',
    count: PACKED_TICKS,
    async write(some) {
      for (let i = 0; i < some.length; i += PACK * IN_FLIGHT) {
        const calls: Promise<void>[] = [];
        for (let j = i; j < Math.min(some.length, i + PACK * IN_FLIGHT); j += PACK)
          calls.push(bus.appendTicks(some.slice(j, j + PACK)));
        await Promise.all(calls);
      }
    },
    read(fields) {
      const read = decodeTicks(fields[1] ?? '');
      if (!read.ok) throw new Error(read.error);
      return read.value.length;
    },
  };
}

function single(redis: Redis, key: string): Way {
  return {
    name: 'pipeline',
    count: SINGLE_TICKS,
    async write(some) {
      for (let i = 0; i < some.length; i += PIPELINE) {
        const pipeline = redis.pipeline();
        for (const { root, contract, price, at } of some.slice(i, i + PIPELINE)) {
          const spec = instrument(root);
          const text = JSON.stringify({
            v: 1,
            symbol: root,
            contract,
            price: spec && priceOf(price, spec),
            at: iso(at),
          });
          pipeline.xadd(key, 'MAXLEN', '~', STREAM_MAX.ticks, '*', 'tick', text);
        }
        await pipeline.exec();
      }
    },
    read(fields) {
      const { price } = JSON.parse(fields[1] ?? '') as { readonly price: number };
      return Number.isFinite(price) ? 1 : 0;
    },
  };
}

const BEGUN = Date.parse('2026-11-20T14:30:00Z');
const all: readonly FeedTick[] = Array.from({ length: PACKED_TICKS }, (_, i) =>
  tickOf(ROOTS[i % ROOTS.length] ?? 'MES', 20_000 + (i % 40), BEGUN + Math.floor(i / 8)),
);

async function carry(way: Way, { reader, writer, key }: { reader: Redis; writer: Redis; key: string }) {
  await writer.del(key);
  const begun = performance.now();
  const reading = (async () => {
    let [cursor, seen] = ['0-0', 0];
    while (seen < way.count) {
      const reply = await reader.xread('COUNT', READ_ENTRIES, 'BLOCK', 1_000, 'STREAMS', key, cursor);
      if (!reply) throw new Error(`${way.name}: ${seen} of ${way.count} last prices came through`);
      for (const [id, fields] of reply[0]?.[1] ?? []) {
        cursor = id;
        seen += way.read(fields);
      }
    }
  })();
  await way.write(all.slice(0, way.count));
  const written = (performance.now() - begun) / 1_000;
  await reading;
  return { written, through: (performance.now() - begun) / 1_000 };
}

const note = (of: Map<string, number[]>, name: string, value: number): void =>
  void of.set(name, [...(of.get(name) ?? []), value]);
