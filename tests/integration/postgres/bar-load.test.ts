import { afterAll, describe, expect, test } from 'vitest';
import { copyOut } from '../../../src/adapters/postgres/bar-copy.js';
import { barsDecoder, COPIED_OUT } from '../../../src/adapters/postgres/bar-decode.js';
import { readColumns } from '../../../src/adapters/postgres/bar-read.js';
import { barRepository } from '../../../src/adapters/postgres/bar-repository.js';
import { connectPostgres } from '../../../src/adapters/postgres/client.js';
import { migrate } from '../../../src/adapters/postgres/migrate.js';
import { onOwnConnection } from '../../../src/adapters/postgres/own-connection.js';
import { areSameColumns, columnsOf, feedBarsOf } from '../../../src/domain/bars/columns.js';
import type { FeedBar } from '../../../src/domain/bars/feed-bar.js';
import { mgc } from '../../../src/domain/instruments/catalogue/mgc.js';
import { DAY, FIVE_MINUTES, MINUTE } from '../../../src/kernel/units.js';
import { eventually } from '../../support/eventually.js';
import { testPostgres } from '../../support/services.js';
import { feedBars, instant } from '../../support/stored-bars.js';

const { url } = await testPostgres();
const sql = connectPostgres({ url });
const boss = connectPostgres({ url, connectionsMax: 2 });
afterAll(() => Promise.all([sql.end(), boss.end()]));
await migrate(sql);
const store = barRepository(sql);

const [FROM, TO] = [instant('2025-02-20T00:00:00Z'), instant('2025-04-10T00:00:00Z')];
const gold = feedBars('MGC', FROM, TO);
const copper = feedBars('MHG', FROM, TO);
const empty = () => boss`truncate bar_1m`;
const count = async () => Number((await boss`select count(*) from bar_1m`)[0]?.count);

describe('many bars at once', () => {
  test('come back as they went in, by columns and one by one, and a second load writes nothing', async () => {
    expect(await store.load([...gold, ...copper], 'test')).toBe(gold.length + copper.length);
    expect(await store.load([...copper, ...gold], 'test')).toBe(0);
    expect(feedBarsOf('MGC', await store.columns('MGC', FROM, TO))).toEqual(gold);
    expect(await store.range('MHG', FROM, TO)).toEqual(copper);
    expect([...(await store.minutes('MGC', FROM, TO))]).toEqual(gold.map(({ bar }) => bar.at));
    const [first, second] = gold;
    if (!first || !second) throw new Error('no bars');
    expect([...(await store.minutes('MGC', first.bar.at, second.bar.at))]).toEqual([first.bar.at]);
    expect((await store.columns('MES', FROM, TO)).at).toHaveLength(0);
  });

  test('fill only what is missing, in any order and with repetitions among them', async () => {
    await empty();
    const third = gold.filter((_, i) => i % 3 === 0);
    expect(await store.save(third.slice(0, 100), 'live')).toBe(100);
    expect(await store.load(third, 'live')).toBe(third.length - 100);
    const shuffled = [...gold, ...gold.slice(500, 900)].reverse();
    expect(await store.load(shuffled, 'backfill')).toBe(gold.length - third.length);
    expect(await store.range('MGC', FROM, TO)).toEqual(gold);
    const sources = await boss`select source, count(*)::int as n from bar_1m group by source order by source`;
    expect(sources.map((row) => [row.source, row.n])).toEqual([
      ['backfill', gold.length - third.length],
      ['live', third.length],
    ]);
  });

  test('keep length, source and contract of every bar, and save() takes the same way when there are many', async () => {
    await empty();
    const mixed: readonly FeedBar[] = gold.map((bar, i) => ({
      ...bar,
      ...(i > 3_000 && i < 4_000 && { lengthMs: FIVE_MINUTES }),
      ...(i % 1_000 < 10 && { source: 'ibkr' }),
    }));
    expect(await store.save(mixed, 'massive')).toBe(mixed.length);
    expect(areSameColumns(await store.columns('MGC', FROM, TO), columnsOf(mixed, 'massive'))).toBe(true);
    await empty();
    for (let i = 0; i < 4_200; i += 700) await store.save(mixed.slice(i, i + 700), 'massive');
    const slow = await store.columns('MGC', FROM, TO);
    expect(areSameColumns(slow, columnsOf(mixed.slice(0, 4_200), 'massive'))).toBe(true);
    expect(await store.loadColumns('MGC', columnsOf(mixed, 'massive'))).toBe(mixed.length - 4_200);
    expect(areSameColumns(await store.columns('MGC', FROM, TO), columnsOf(mixed, 'massive'))).toBe(true);
  });

  test('of several loaders at once are each written once', async () => {
    await empty();
    const pools = [1, 2, 3].map(() => connectPostgres({ url, connectionsMax: 1 }));
    try {
      const added = await Promise.all(
        pools.map((pool, i) => barRepository(pool).load([...gold, ...copper].slice(i * 1_000), 'test')),
      );
      expect(added.reduce((sum, n) => sum + n, 0)).toBe(gold.length + copper.length);
      expect(await store.range('MGC', FROM, TO)).toEqual(gold);
    } finally {
      await Promise.all(pools.map((pool) => pool.end()));
    }
  });
});

/** One bar that another transaction has written but not yet said so: a COPY has to wait for it. */
async function heldUp(
  bar: FeedBar | undefined,
  work: (loading: Promise<number>) => Promise<void>,
  end: 'commit' | 'rollback',
) {
  if (!bar) throw new Error('no bar');
  const other = await boss.reserve();
  try {
    await other.unsafe('begin');
    await other`
      insert into bar_1m (symbol, ts, contract, open, high, low, close, volume, source)
      values (${bar.root}, ${new Date(bar.bar.at)}, ${bar.contract}, 1, 1, 1, 1, 1, 'other')`;
    const loading = store.load(gold, 'test');
    loading.catch(() => {});
    await eventually(async () => (await waiting()) !== undefined);
    if (end === 'commit') await other.unsafe('commit');
    await work(loading);
    if (end === 'rollback') await other.unsafe('rollback');
  } finally {
    other.release();
  }
}

const waiting = async (): Promise<number | undefined> => {
  const [row] = await sql<{ pid: number }[]>`
    select pid from pg_stat_activity where query like 'copy bar_1m%' and wait_event_type = 'Lock'`;
  return row?.pid;
};

describe('a load that is disturbed', () => {
  const late = gold.at(-20);

  test('goes past a row that came to be there meanwhile', async () => {
    await empty();
    await heldUp(late, async (loading) => expect(await loading).toBe(gold.length - 1), 'commit');
    expect(await count()).toBe(gold.length);
    expect(await boss`select 1 from bar_1m where source = 'other'`).toHaveLength(1);
  });

  test('leaves nothing when its connection dies in the middle, says so at once, and completes when called again', async () => {
    await empty();
    await heldUp(
      late,
      async (loading) => {
        const pid = await waiting();
        await sql`select pg_terminate_backend(${pid ?? 0})`;
        await expect(loading).rejects.toThrow();
      },
      'rollback',
    );
    expect(await count()).toBe(0);
    expect(await store.load(gold, 'test')).toBe(gold.length);
    expect(await store.range('MGC', FROM, TO)).toEqual(gold);
  });

  test('leaves all or nothing whenever its connection dies', async () => {
    for (let round = 0; round < 6; round += 1) {
      await empty();
      const loading = store.load([...gold, ...copper], 'test').catch(() => 'lost');
      const isGone = eventually(
        async () => {
          const found = await sql`
            select pg_terminate_backend(pid) from pg_stat_activity
            where query like ${round % 2 === 0 ? 'copy bar_1m%' : 'select pg_advisory_lock%'} and pid <> pg_backend_pid()`;
          return found.length > 0;
        },
        { every: round * 3, timeout: 1_000 },
      ).catch(() => false);
      await loading;
      await isGone;
      await eventually(async () => (await sql`select 1 from pg_stat_activity where query like 'copy%'`).length === 0);
      expect([0, gold.length + copper.length]).toContain(await count());
      await store.load([...gold, ...copper], 'test');
      expect(await count()).toBe(gold.length + copper.length);
    }
  });

  test('makes a month again that was dropped since it was last written', async () => {
    await empty();
    const march = gold.filter(({ bar }) => bar.at >= instant('2025-03-01T00:00:00Z')).slice(0, 6_000);
    await store.load(march, 'test');
    await boss`drop table bar_1m_2025_03`;
    expect(await store.load(march, 'test')).toBe(march.length);
    await boss`drop table bar_1m_2025_03`;
    expect(await store.save(march.slice(0, 10), 'test')).toBe(10);
  });
});

describe('columns', () => {
  test('are the same wherever the answer of the server is cut, and by the way that TLS has to take', async () => {
    await empty();
    const some = gold.slice(0, 400).map((bar, i) => (i > 200 ? { ...bar, contract: 'MGCM5' } : bar));
    await store.load(some, 'test');
    const expected = columnsOf(some, 'test');
    const chunks: Buffer[] = [];
    await onOwnConnection(sql, (own) =>
      copyOut(own, `copy (select ${COPIED_OUT} from bar_1m order by ts) to stdout (format binary)`, (data, at, end) => {
        chunks.push(Buffer.from(data.subarray(at, end)));
      }),
    );
    const answer = Buffer.concat(chunks);
    for (const size of [1, 7, 19, 20, 64, 113, 4_096, answer.length]) {
      const decoder = barsDecoder(mgc);
      for (let at = 0; at < answer.length; at += size) {
        const piece = answer.subarray(at, at + size);
        decoder.take(piece, 0, piece.length);
      }
      expect(areSameColumns(decoder.done(), expected)).toBe(true);
    }
    const byDriver = await onOwnConnection(sql, ({ sql: own }) =>
      readColumns({ sql: own, copySocket: () => undefined }, 'MGC', { from: FROM, to: TO }),
    );
    expect(areSameColumns(byDriver, expected)).toBe(true);
    const short = barsDecoder(mgc);
    short.take(answer, 0, answer.length - 2);
    expect(() => short.done()).toThrow('without its end');
  });

  test('of a price off the grid are refused with the price, and the next question is answered', async () => {
    await empty();
    await store.load(gold.slice(0, 5_000), 'test');
    await boss`update bar_1m set low = low - 0.03 where ts = ${new Date(gold[100]?.bar.at ?? 0)}`;
    await expect(store.columns('MGC', FROM, TO)).rejects.toThrow(/a stored MGC price off the grid/);
    expect(await store.minutes('MGC', FROM, TO)).toHaveLength(5_000);
  });

  test('can be asked for by many at once without a pool large enough for all of them', async () => {
    await empty();
    await store.load(gold, 'test');
    const days = Array.from({ length: 12 }, (_, i) => instant('2025-03-03T00:00:00Z') + i * DAY);
    const read = await Promise.all(days.map((from) => store.minutes('MGC', instant(new Date(from).toISOString()), TO)));
    expect(read.map((minutes) => minutes.length)).toEqual(
      days.map((from) => gold.filter(({ bar }) => bar.at >= from && bar.at < TO).length),
    );
    expect(gold.length).toBeGreaterThan(DAY / MINUTE);
  });
});
