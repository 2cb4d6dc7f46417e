import { type Month, monthOf } from '../../domain/bars/month.js';
import { instrument } from '../../domain/instruments/catalogue/index.js';
import { onGrid, priceOf } from '../../domain/instruments/contract.js';
import { assert } from '../../kernel/assert.js';
import { type EpochMs, epochMs, MINUTE, SECOND } from '../../kernel/units.js';
import type { BulkBarStore } from '../../ports/bar-store.js';
import type { FeedBar } from '../../ports/feed.js';
import { loadShipments, shipments } from './bar-load.js';
import { readColumns, readMinutes } from './bar-read.js';
import type { Sql } from './client.js';
import { onOwnConnection } from './own-connection.js';
import { barPartitions } from './partitions.js';

interface BarRow {
  readonly symbol: string;
  readonly ms: number;
  readonly contract: string;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly length_s: number;
}

/** Up to here one statement is as fast as a COPY, and its message is under a few MB. */
const ROWS_PER_STATEMENT = 5_000;

export function barRepository(sql: Sql): BulkBarStore {
  const partitions = barPartitions(sql);
  return {
    async save(bars, source) {
      if (bars.length > ROWS_PER_STATEMENT) return loadShipments(sql, partitions, shipments(bars, source));
      if (bars.length === 0) return 0;
      await partitions.ensure(monthsOf(bars));
      try {
        return await insert(sql, bars, source);
      } catch (error) {
        if (!isPartitionGone(error)) throw error;
        partitions.forget();
        await partitions.ensure(monthsOf(bars));
        return insert(sql, bars, source);
      }
    },
    load: (bars, source) => loadShipments(sql, partitions, shipments(bars, source)),
    loadColumns: (root, columns) => loadShipments(sql, partitions, [{ root, columns }]),
    columns: (root, from, to) => onOwnConnection(sql, (own) => readColumns(own, root, { from, to })),
    minutes: (root, from, to) => onOwnConnection(sql, (own) => readMinutes(own, root, { from, to })),
    async range(root, from, to) {
      const rows = await sql<BarRow[]>`
        select symbol, (extract(epoch from ts) * 1000)::float8 as ms, contract, open, high, low, close, volume, length_s
        from bar_1m
        where symbol = ${root} and ts >= ${instant(from)} and ts < ${instant(to)}
        order by ts`;
      return rows.map(toFeedBar);
    },
    async newest(root) {
      const rows = await sql<{ ms: number | null }[]>`
        select (extract(epoch from max(ts)) * 1000)::float8 as ms from bar_1m where symbol = ${root}`;
      const ms = rows[0]?.ms;
      return ms === null || ms === undefined ? undefined : epochMs(ms);
    },
  };
}

const instant = (at: EpochMs): Date => new Date(at);
const monthsOf = (bars: readonly FeedBar[]): ReadonlySet<Month> => new Set(bars.map(({ bar }) => monthOf(bar.at)));

/** Check violation: the month was archived and its partition dropped while we believed that it is there. */
const isPartitionGone = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === '23514';

async function insert(sql: Sql, bars: readonly FeedBar[], source: string): Promise<number> {
  const rows = bars.map(toRow);
  const result = await sql`
    insert into bar_1m (symbol, ts, contract, open, high, low, close, volume, source, length_s)
    select symbol, to_timestamp(ms / 1000.0), contract, open, high, low, close, volume, source, length_s
    from unnest(
      ${rows.map((row) => row.symbol)}::text[], ${rows.map((row) => row.ms)}::float8[],
      ${rows.map((row) => row.contract)}::text[], ${rows.map((row) => row.open)}::float8[],
      ${rows.map((row) => row.high)}::float8[], ${rows.map((row) => row.low)}::float8[],
      ${rows.map((row) => row.close)}::float8[], ${rows.map((row) => row.volume)}::float8[],
      ${rows.map((row) => row.length_s)}::integer[], ${bars.map((bar) => bar.source ?? source)}::text[]
    ) as bar (symbol, ms, contract, open, high, low, close, volume, length_s, source)
    on conflict (symbol, ts) do nothing`;
  return result.count;
}

function toRow({ root, contract, bar, lengthMs = MINUTE }: FeedBar): BarRow {
  const spec = instrument(root);
  assert(spec !== undefined, `a bar of an instrument outside the catalogue: ${root}`);
  return {
    symbol: root,
    ms: bar.at,
    contract,
    open: priceOf(bar.open, spec),
    high: priceOf(bar.high, spec),
    low: priceOf(bar.low, spec),
    close: priceOf(bar.close, spec),
    volume: bar.volume,
    length_s: lengthMs / SECOND,
  };
}

function toFeedBar(row: BarRow): FeedBar {
  const spec = instrument(row.symbol);
  assert(spec !== undefined, `a stored bar of an instrument outside the catalogue: ${row.symbol}`);
  const onTick = (price: number) => {
    const ticks = onGrid(price, spec);
    assert(ticks !== undefined, `a stored ${row.symbol} price off the grid: ${price}`);
    return ticks;
  };
  return {
    root: row.symbol,
    contract: row.contract,
    bar: {
      at: epochMs(Math.round(row.ms)),
      open: onTick(row.open),
      high: onTick(row.high),
      low: onTick(row.low),
      close: onTick(row.close),
      volume: row.volume,
    },
    ...(row.length_s * SECOND !== MINUTE && { lengthMs: row.length_s * SECOND }),
  };
}
