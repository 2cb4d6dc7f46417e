import postgres from 'postgres';
import { OperationalError } from '../../kernel/errors.js';
import { epochMs, type TradingDay } from '../../kernel/units.js';
import type { AuditRow, AuditStore, Output } from '../../ports/audit-store.js';
import type { Sql } from './client.js';

interface Row {
  readonly seq: string;
  readonly event_id: string;
  readonly ms: number;
  readonly trading_day: string;
  readonly kind: string;
  readonly event: unknown;
  readonly outputs: readonly Output[];
}

/** SQLSTATE of a row that is there already. */
const UNIQUE_VIOLATION = '23505';
const ROWS_PER_READ = 2_000;

/** `code` is the version of the program that decides, kept with each row. */
export function auditRepository(sql: Sql, code: string): AuditStore {
  const columns = sql`
    seq, event_id, (extract(epoch from at) * 1000)::float8 as ms, trading_day::text as trading_day, kind, event, outputs`;
  return {
    async append(rows) {
      if (rows.length === 0) return;
      // One statement without "on conflict": it writes all rows or none, so nothing of a second engine's stays behind.
      try {
        await sql`
          insert into audit (seq, event_id, at, trading_day, kind, event, outputs, code)
          select seq, event_id, to_timestamp(ms / 1000.0), day::date, kind, event::jsonb, outputs::jsonb, ${code}
          from unnest(
            ${rows.map((row) => row.seq)}::bigint[], ${rows.map((row) => row.eventId)}::text[],
            ${rows.map((row) => row.at)}::float8[], ${rows.map((row) => row.tradingDay)}::text[],
            ${rows.map((row) => row.kind)}::text[], ${rows.map((row) => JSON.stringify(row.event))}::text[],
            ${rows.map((row) => JSON.stringify(row.outputs))}::text[]
          ) as row (seq, event_id, ms, day, kind, event, outputs)`;
      } catch (error) {
        if (!(error instanceof postgres.PostgresError) || error.code !== UNIQUE_VIOLATION) throw error;
        await assertOwnRows(sql, rows);
      }
    },
    async *eventsSince(day) {
      for (let from = 0; ; ) {
        const rows = await sql<Pick<Row, 'seq' | 'event_id' | 'event'>[]>`
          select seq, event_id, event from audit
          where trading_day >= ${day} and seq > ${from} order by seq limit ${ROWS_PER_READ}`;
        if (rows.length === 0) return;
        yield rows.map(({ seq, event_id, event }) => ({ seq: Number(seq), eventId: event_id, event }));
        from = Number(rows.at(-1)?.seq);
      }
    },
    async dayBefore(day) {
      const rows = await sql<{ day: string | null }[]>`
        select max(trading_day)::text as day from audit where trading_day < ${day}`;
      return rows[0]?.day === null ? undefined : (rows[0]?.day as TradingDay | undefined);
    },
    async known(eventIds) {
      const rows = await sql<{ event_id: string }[]>`
        select event_id from audit where event_id = any(${[...eventIds]}::text[])`;
      return new Set(rows.map((row) => row.event_id));
    },
    async prune(before) {
      const result = await sql`
        delete from audit
        where at < ${new Date(before)} and seq <= (select performed_seq from engine_cursor)
          and seq < (select max(seq) from audit)`;
      return result.count;
    },
    async newestSeq() {
      const rows = await sql<{ seq: string | null }[]>`select max(seq) as seq from audit`;
      return Number(rows[0]?.seq ?? 0);
    },
    async newestAt() {
      const rows = await sql<{ ms: number }[]>`
        select (extract(epoch from at) * 1000)::float8 as ms from audit order by seq desc limit 1`;
      return rows[0] === undefined ? undefined : epochMs(Math.round(rows[0].ms));
    },
    async performedSeq() {
      const rows = await sql<{ performed_seq: string }[]>`select performed_seq from engine_cursor`;
      return Number(rows[0]?.performed_seq ?? 0);
    },
    async markPerformed(seq) {
      await sql`update engine_cursor set performed_seq = greatest(performed_seq, ${seq})`;
    },
    async after(seq) {
      const rows = await sql<Row[]>`select ${columns} from audit where seq > ${seq} order by seq`;
      return rows.map(toAuditRow);
    },
  };
}

/** A repeated write (the first answer was lost with the connection) finds its own rows; anything else is a second engine. */
async function assertOwnRows(sql: Sql, rows: readonly AuditRow[]): Promise<void> {
  const seqs = rows.map((row) => row.seq);
  const stored = await sql<{ seq: string; event_id: string }[]>`
    select seq, event_id from audit where seq = any(${seqs}::bigint[])`;
  const eventIds = new Map(stored.map((row) => [Number(row.seq), row.event_id]));
  const foreign = rows.find((row) => eventIds.get(row.seq) !== row.eventId);
  if (foreign)
    throw new OperationalError('ENGINE_SUPERSEDED', `audit row ${foreign.seq} was written by another engine`);
}

function toAuditRow(row: Row): AuditRow {
  return {
    seq: Number(row.seq),
    eventId: row.event_id,
    at: epochMs(Math.round(row.ms)),
    tradingDay: row.trading_day as TradingDay,
    kind: row.kind,
    event: row.event,
    outputs: row.outputs,
  };
}
