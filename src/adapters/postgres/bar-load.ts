import { type BarColumns, columnsOf, columnsWithout } from '../../domain/bars/columns.js';
import { type Month, monthEnd, monthOf } from '../../domain/bars/month.js';
import { after, epochMs } from '../../kernel/units.js';
import type { FeedBar } from '../../ports/feed.js';
import { copyIn } from './bar-copy.js';
import { COPIED_IN, encodeBars } from './bar-encode.js';
import { readMinutes, specOf } from './bar-read.js';
import type { Sql } from './client.js';
import { FAILED_TRANSACTION, inTransaction, type OwnConnection, onOwnConnection } from './own-connection.js';
import type { Partitions } from './partitions.js';

/** Bars of one root on their way into the store. */
export interface Shipment {
  readonly root: string;
  readonly columns: BarColumns;
}

export function shipments(bars: readonly FeedBar[], source: string): readonly Shipment[] {
  const byRoot = new Map<string, FeedBar[]>();
  for (const bar of bars) {
    const some = byRoot.get(bar.root);
    if (some) some.push(bar);
    else byRoot.set(bar.root, [bar]);
  }
  return [...byRoot].map(([root, some]) => ({ root, columns: columnsOf(some, source) }));
}

/**
 * Writes what is not there yet, all of it or nothing, and tells how many rows that were. Usually the store has either nothing
 * or everything of a range: the minutes that are there are read first, and the rest is copied straight into the table. Only
 * when that is refused, because a row came to be there meanwhile, is everything staged and inserted past those.
 */
export async function loadShipments(sql: Sql, partitions: Partitions, all: readonly Shipment[]): Promise<number> {
  // One order for everybody: two loaders then never wait for each other in a ring.
  const ordered = all.filter(({ columns }) => columns.at.length > 0).sort((a, b) => (a.root < b.root ? -1 : 1));
  if (ordered.length === 0) return 0;
  await partitions.ensure(monthsOf(ordered));
  return onOwnConnection(sql, async (own) => {
    // Of two loaders of one root the second waits, and then finds what the first has written. Ends with the connection.
    for (const { root } of ordered) await own.sql`select pg_advisory_lock(hashtext(${`bar_1m_load_${root}`}))`;
    const missing = await missingOf(own, ordered);
    if (missing.length === 0) return 0;
    try {
      await inTransaction(own, () => copyIn(own, copyInto('bar_1m'), encoded(missing)));
      return missing.reduce((sum, { columns }) => sum + columns.at.length, 0);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      partitions.forget();
      await partitions.ensure(monthsOf(missing));
      return inTransaction(own, () => insertStaged(own, missing));
    }
  });
}

async function missingOf(own: OwnConnection, all: readonly Shipment[]): Promise<readonly Shipment[]> {
  const missing: Shipment[] = [];
  for (const { root, columns } of all) {
    const rest = columnsWithout(columns, await readMinutes(own, root, spanOf(columns)));
    if (rest.at.length > 0) missing.push({ root, columns: rest });
  }
  return missing;
}

async function insertStaged(own: OwnConnection, all: readonly Shipment[]): Promise<number> {
  await own.sql`create temporary table bar_stage (like bar_1m including defaults) on commit drop`;
  await copyIn(own, copyInto('bar_stage'), encoded(all));
  const { count } = await own.sql.unsafe(
    `insert into bar_1m (${COPIED_IN}) select ${COPIED_IN} from bar_stage on conflict (symbol, ts) do nothing`,
  );
  return count;
}

const copyInto = (table: string): string => `copy ${table} (${COPIED_IN}) from stdin (format binary)`;
const encoded = (all: readonly Shipment[]): Iterable<Buffer> =>
  encodeBars(all.map(({ root, columns }) => ({ spec: specOf(root), columns })));

/** Only months that have a bar: a stray one of 2010 must not make every month up to today. */
function monthsOf(all: readonly Shipment[]): Iterable<Month> {
  const months = new Set<Month>();
  for (const { columns } of all) {
    let end = Number.NEGATIVE_INFINITY;
    for (const at of columns.at) {
      if (at < end) continue;
      const month = monthOf(epochMs(at));
      months.add(month);
      end = monthEnd(month);
    }
  }
  return months;
}

const spanOf = ({ at }: BarColumns) => ({ from: epochMs(at[0] ?? 0), to: after(epochMs(at.at(-1) ?? 0), 1) });

/** A key or a month that was not there when we looked, or two transactions that held each other up. */
const REFUSALS = new Set(['23505', '23514', '40P01', FAILED_TRANSACTION]);
const isRefusal = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && REFUSALS.has(error.code);
