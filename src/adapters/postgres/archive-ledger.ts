import { columnsNotIn } from '../../domain/bars/columns.js';
import { type Month, monthEnd, monthStart } from '../../domain/bars/month.js';
import { epochMs, iso } from '../../kernel/units.js';
import type { ArchivedMonth, ArchiveLedger, HotMonth } from '../../ports/bar-archive.js';
import { readColumns } from './bar-read.js';
import type { Sql } from './client.js';
import { inTransaction, type OwnConnection, onOwnConnection } from './own-connection.js';
import { lockMonth, partitionOf } from './partitions.js';

interface EntryRow {
  readonly symbol: string;
  readonly month: string;
  readonly file: string;
  readonly row_count: number;
  readonly first_ts: Date;
  readonly last_ts: Date;
  readonly sha256: string;
  readonly bytes: string;
  readonly layout: number;
  readonly written_at: Date;
  readonly restored_at: Date | null;
}

/** Whoever waits for the whole table holds up everyone who comes later: give way and come back another night. */
const GIVE_WAY_AFTER = '1s';
const LOCK_NOT_AVAILABLE = '55P03';

export function archiveLedger(sql: Sql): ArchiveLedger {
  return {
    async entries(root) {
      const rows = await sql<EntryRow[]>`
        select * from bar_archive ${root === undefined ? sql`` : sql`where symbol = ${root}`} order by symbol, month`;
      return rows.map(toEntry);
    },
    async record(entry) {
      const row = toRow(entry);
      await sql`insert into bar_archive ${sql(row)} on conflict (symbol, month) do update set ${sql(row)}`;
    },
    hotMonths: (before) => hotMonths(sql, before),
    release: (root, month, archived) =>
      onOwnConnection(sql, (own) =>
        inTransaction(own, async () => {
          // Readers go on; a writer waits, and finds either the month as it is or no place for it and makes one.
          await own.sql.unsafe(`lock table ${partitionOf(month)} in share row exclusive mode`);
          const span = { from: monthStart(month), to: monthEnd(month) };
          if (columnsNotIn(archived, await readColumns(own, root, span)).at.length > 0) return undefined;
          const { count } = await own.sql`
            delete from bar_1m where symbol = ${root} and ts >= ${iso(span.from)} and ts < ${iso(span.to)}`;
          return count;
        }),
      ),
    dropMonth: (month) => onOwnConnection(sql, (own) => dropIfEmpty(own, month)),
    alone: (work) => alone(sql, work),
  };
}

async function alone<T>(sql: Sql, work: (held: AbortSignal) => Promise<T>): Promise<T | undefined> {
  const losing = new AbortController();
  let working: Promise<unknown> = Promise.resolve();
  try {
    return await onOwnConnection(sql, async (own) => {
      const [row] = await own.sql<{ got: boolean }[]>`select pg_try_advisory_lock(hashtext('bar_archive')) as got`;
      if (!row?.got) return undefined;
      const done = work(losing.signal);
      working = done;
      try {
        return await done;
      } finally {
        // A closed connection lets go a moment later than its client believes; the next run may come before that. Where
        // the connection is gone the lock went with it, and what the work said counts.
        await own.sql`select pg_advisory_unlock(hashtext('bar_archive'))`.catch(() => undefined);
      }
    });
  } catch (error) {
    // The lock goes with its connection: whoever comes next must not find this run still at work.
    losing.abort(error);
    await working.catch(() => undefined);
    throw error;
  }
}

async function dropIfEmpty(own: OwnConnection, month: Month): Promise<boolean> {
  try {
    return await inTransaction(own, async () => {
      await own.sql.unsafe(`set local lock_timeout = '${GIVE_WAY_AFTER}'`);
      await lockMonth(own.sql, month);
      await own.sql.unsafe(`lock table only bar_1m, ${partitionOf(month)} in access exclusive mode`);
      const rows = await own.sql.unsafe(`select 1 from ${partitionOf(month)} limit 1`);
      if (rows.length > 0) return false;
      await own.sql.unsafe(`drop table ${partitionOf(month)}`);
      return true;
    });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === LOCK_NOT_AVAILABLE) return false;
    throw error;
  }
}

async function hotMonths(sql: Sql, before: Month): Promise<readonly HotMonth[]> {
  const partitions = await sql<{ name: string }[]>`
    select relname as name from pg_class join pg_inherits on oid = inhrelid
    where inhparent = to_regclass('bar_1m') order by relname`;
  const months: HotMonth[] = [];
  for (const { name } of partitions) {
    const month = /^bar_1m_(\d{4})_(\d{2})$/.exec(name)?.slice(1).join('-');
    if (month === undefined || month >= before) continue;
    const rows = await sql<{ symbol: string }[]>`select distinct symbol from ${sql(name)} order by symbol`;
    months.push({ month, roots: rows.map(({ symbol }) => symbol) });
  }
  return months;
}

const toRow = (entry: ArchivedMonth) => ({
  symbol: entry.root,
  month: entry.month,
  file: entry.file,
  row_count: entry.rows,
  first_ts: new Date(entry.firstAt),
  last_ts: new Date(entry.lastAt),
  sha256: entry.sha256,
  bytes: entry.bytes,
  layout: entry.layout,
  written_at: new Date(entry.writtenAt),
  restored_at: entry.restoredAt === undefined ? null : new Date(entry.restoredAt),
});

const toEntry = (row: EntryRow): ArchivedMonth => ({
  root: row.symbol,
  month: row.month,
  file: row.file,
  rows: row.row_count,
  firstAt: epochMs(row.first_ts.getTime()),
  lastAt: epochMs(row.last_ts.getTime()),
  sha256: row.sha256,
  bytes: Number(row.bytes),
  layout: row.layout,
  writtenAt: epochMs(row.written_at.getTime()),
  restoredAt: row.restored_at === null ? undefined : epochMs(row.restored_at.getTime()),
});
