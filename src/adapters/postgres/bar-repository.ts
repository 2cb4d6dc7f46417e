import { instrument } from '../../domain/instruments/catalogue/index.js';
import { onGrid, priceOf } from '../../domain/instruments/contract.js';
import { assert } from '../../kernel/assert.js';
import { type EpochMs, epochMs, MINUTE, SECOND } from '../../kernel/units.js';
import type { BarStore } from '../../ports/bar-store.js';
import type { FeedBar } from '../../ports/feed.js';
import type { Sql } from './client.js';

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

/** Rows of one statement: large enough to be fast, small enough to keep the message under a few MB. */
const ROWS_PER_STATEMENT = 5_000;

export function barRepository(sql: Sql): BarStore {
  const partitions = new Set<string>();
  return {
    async save(bars, source) {
      await ensurePartitions(sql, bars, partitions);
      let added = 0;
      for (let from = 0; from < bars.length; from += ROWS_PER_STATEMENT) {
        added += await insert(sql, bars.slice(from, from + ROWS_PER_STATEMENT), source);
      }
      return added;
    },
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

async function insert(sql: Sql, bars: readonly FeedBar[], source: string): Promise<number> {
  if (bars.length === 0) return 0;
  const rows = bars.map(toRow);
  const result = await sql`
    insert into bar_1m (symbol, ts, contract, open, high, low, close, volume, source, length_s)
    select symbol, to_timestamp(ms / 1000.0), contract, open, high, low, close, volume, ${source}, length_s
    from unnest(
      ${rows.map((row) => row.symbol)}::text[], ${rows.map((row) => row.ms)}::float8[],
      ${rows.map((row) => row.contract)}::text[], ${rows.map((row) => row.open)}::float8[],
      ${rows.map((row) => row.high)}::float8[], ${rows.map((row) => row.low)}::float8[],
      ${rows.map((row) => row.close)}::float8[], ${rows.map((row) => row.volume)}::float8[],
      ${rows.map((row) => row.length_s)}::integer[]
    ) as bar (symbol, ms, contract, open, high, low, close, volume, length_s)
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

/** Creates the monthly partitions the bars need; safe when several processes do it at once. */
async function ensurePartitions(sql: Sql, bars: readonly FeedBar[], known: Set<string>): Promise<void> {
  const months = new Set(bars.map(({ bar }) => new Date(bar.at).toISOString().slice(0, 7)));
  for (const month of months) {
    if (known.has(month)) continue;
    const from = `${month}-01T00:00:00Z`;
    const start = new Date(from);
    const to = new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1, 1)).toISOString();
    await sql.begin(async (tx) => {
      // "if not exists" alone can fail when two sessions create the same table in the same moment.
      await tx`select pg_advisory_xact_lock(hashtext(${`bar_1m_${month}`}))`;
      await tx.unsafe(
        `create table if not exists bar_1m_${month.replace('-', '_')} partition of bar_1m for values from ('${from}') to ('${to}')`,
      );
    });
    known.add(month);
  }
}
