import { afterAll, describe, expect, test } from 'vitest';
import { connectRedis } from '../../../src/adapters/redis/connection.js';
import { dashboardSource } from '../../../src/adapters/redis/dashboard-source.js';
import { dataBus } from '../../../src/adapters/redis/data-bus.js';
import { engineBus } from '../../../src/adapters/redis/engine-bus.js';
import { after, epochMs, MINUTE } from '../../../src/kernel/units.js';
import { redisNames } from '../../../src/messages/streams.js';
import type { DashboardEntry } from '../../../src/ports/dashboard-source.js';
import type { StreamEntry } from '../../../src/ports/engine-bus.js';
import { flatSnapshot, walk } from '../../support/copilot-day.js';
import { eventually } from '../../support/eventually.js';
import { testRedis } from '../../support/services.js';

const { url } = await testRedis();
const connections: ReturnType<typeof connectRedis>[] = [];
const open = (use: Parameters<typeof connectRedis>[1]) => {
  const redis = connectRedis(url, use);
  connections.push(redis);
  return redis;
};
afterAll(() => {
  for (const redis of connections) redis.disconnect();
});

const START = epochMs(Date.parse('2026-11-19T14:00:00Z'));
const bars = walk('MGC', START, after(START, 5 * MINUTE)).map((bar) => ({ root: 'MGC', contract: 'MGCZ6', bar }));
const engineOn = (prefix: string) => {
  const names = redisNames(prefix);
  const quoteReader = open('blocking-reader');
  return engineBus({ redis: open('producer'), reader: open('blocking-reader'), quoteReader }, names);
};

async function readAll(bus: ReturnType<typeof engineOn>, count: number): Promise<readonly StreamEntry[]> {
  const entries: StreamEntry[] = [];
  await eventually(async () => {
    entries.push(...(await bus.read(100, 50)));
    return entries.length >= count;
  });
  return entries;
}

describe('engine bus', () => {
  test('reads what the data role wrote before the group was made, and hands over again what was not acknowledged', async () => {
    const data = dataBus(open('producer'), redisNames('a:'));
    await data.appendBars(bars, 'test', after(START, 5 * MINUTE));
    await data.appendSnapshot(flatSnapshot(START, 1));
    const bus = engineOn('a:');
    await bus.prepare();
    const entries = await readAll(bus, 6);
    expect(entries.map((entry) => entry.stream)).toEqual(['bars', 'bars', 'bars', 'bars', 'bars', 'account']);
    expect(entries.map((entry) => entry.fields.clock !== undefined)).toEqual([false, false, false, false, true, false]);
    await bus.acknowledge(entries.slice(0, 2));
    const successor = engineOn('a:');
    await successor.prepare();
    const again = await readAll(successor, 4);
    expect(again).toEqual(entries.slice(2).map((entry) => ({ ...entry, isAgain: true })));
    expect(await data.engineLag()).toBe(3);
    await successor.acknowledge(again);
    expect(await data.engineLag()).toBe(0);
    expect(await data.barsThrough()).toBe(START + 5 * MINUTE);
  });

  test('goes on after Redis came back empty', async () => {
    const redis = open('producer');
    const bus = engineOn('b:');
    await bus.prepare();
    await redis.del(redisNames('b:').bars, redisNames('b:').account, redisNames('b:').commands);
    await dataBus(redis, redisNames('b:')).appendBars(bars.slice(0, 1), 'test', undefined);
    expect(await readAll(bus, 1)).toHaveLength(1);
  });

  test('lets one engine work at a time and hands over when it stops', async () => {
    const bus = engineOn('c:');
    expect(await bus.holdLease('first', 60_000)).toBe(true);
    expect(await bus.holdLease('second', 60_000)).toBe(false);
    expect(await bus.holdLease('first', 60_000)).toBe(true);
    await bus.releaseLease('second');
    expect(await bus.holdLease('second', 60_000)).toBe(false);
    await bus.releaseLease('first');
    expect(await bus.holdLease('second', 60_000)).toBe(true);
  });

  test('gives the newest last price per instrument', async () => {
    const data = dataBus(open('producer'), redisNames('d:'));
    const prices = [1, 2, 3].map((n) => ({
      root: 'MGC',
      contract: 'MGCZ6',
      price: bars[n]?.bar.close,
      at: after(START, n),
    }));
    await data.appendTicks(prices.flatMap(({ price, ...tick }) => (price === undefined ? [] : [{ ...tick, price }])));
    const { ticks } = await engineOn('d:').quotes('0-0', 50);
    expect(ticks).toEqual([expect.objectContaining({ root: 'MGC', price: bars[3]?.bar.close })]);
  });
});

describe('dashboard source', () => {
  test('an event published between the snapshot and the subscription is not lost, and none comes twice', async () => {
    const bus = engineOn('e:');
    const publish = (n: number) => bus.publish([{ event: 'mgc-update', data: { n } }]);
    await publish(1);
    const source = dashboardSource(
      { redis: open('producer'), openReader: () => open('blocking-reader') },
      redisNames('e:'),
      async () => true,
    );
    const { cursor } = await source.snapshot();
    await publish(2);
    const seen: DashboardEntry[] = [];
    const subscription = source.subscribe(
      cursor,
      (entry) => seen.push(entry),
      () => {},
    );
    await publish(3);
    await eventually(() => seen.length >= 2);
    await publish(4);
    await eventually(() => seen.length >= 3);
    await subscription.close();
    expect(seen.map((entry) => entry.data)).toEqual([{ n: 2 }, { n: 3 }, { n: 4 }]);
  });

  test('tells a client whose place in the stream is gone', async () => {
    const redis = open('producer');
    const source = dashboardSource(
      { redis, openReader: () => open('blocking-reader') },
      redisNames('f:'),
      async () => true,
    );
    await engineOn('f:').publish([{ event: 'mgc-update', data: 1 }]);
    expect(await source.entriesAfter('1-0', 10)).toBe('too-old');
    expect(await source.entriesAfter('99999999999999-0', 10)).toBe('too-old');
    const newest = (await source.snapshot()).cursor;
    expect(await source.entriesAfter(newest, 10)).toEqual([]);
  });
});
