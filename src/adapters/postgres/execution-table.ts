import type { Execution } from '../../domain/accounts/execution.js';
import { epochMs, microUsd } from '../../kernel/units.js';
import type { Sql } from './client.js';

/** A stored report of a fill. Postgres hands its bigints over as text. */
export interface ExecutionRow {
  readonly nr: string;
  readonly account: string;
  readonly execution_id: string;
  readonly received_at: Date;
  readonly operation: Execution['operation'];
  readonly order_id: string;
  readonly symbol: string;
  readonly root: string | null;
  readonly contract: string | null;
  readonly side: Execution['side'];
  readonly quantity: number;
  readonly price: number;
  readonly commission: string;
  readonly at: Date;
}

export const executionColumns = (sql: Sql) => sql`
  nr, account, execution_id, received_at, operation, order_id, symbol, root, contract, side, quantity, price, commission, at`;

export const toExecution = (row: ExecutionRow): Execution => ({
  account: row.account,
  executionId: row.execution_id,
  orderId: row.order_id,
  symbol: row.symbol,
  root: row.root ?? undefined,
  contract: row.contract ?? undefined,
  side: row.side,
  quantity: row.quantity,
  price: row.price,
  commission: microUsd(Number(row.commission)),
  at: epochMs(row.at.getTime()),
  operation: row.operation,
  receivedAt: epochMs(row.received_at.getTime()),
});

/**
 * Adds the reports that are not there yet. The same words about the same fill in the same millisecond are the same report,
 * however the batches were cut when a crash made the engine read them again; other words are an amendment and get the
 * next line.
 */
export async function insertExecutions(sql: Sql, reports: readonly Execution[]): Promise<void> {
  await sql`
    with report as (
      select *, to_timestamp(received_ms / 1000.0) as received_at, to_timestamp(at_ms / 1000.0) as at
      from unnest(
        ${reports.map((it) => it.account)}::text[], ${reports.map((it) => it.executionId)}::text[],
        ${reports.map((it) => it.receivedAt)}::float8[], ${reports.map((it) => it.operation)}::text[],
        ${reports.map((it) => it.orderId)}::text[], ${reports.map((it) => it.symbol)}::text[],
        ${reports.map((it) => it.root ?? null)}::text[], ${reports.map((it) => it.contract ?? null)}::text[],
        ${reports.map((it) => it.side)}::text[], ${reports.map((it) => it.quantity)}::integer[],
        ${reports.map((it) => it.price)}::float8[], ${reports.map((it) => it.commission)}::bigint[],
        ${reports.map((it) => it.at)}::float8[]
      ) with ordinality as row (account, execution_id, received_ms, operation, order_id, symbol, root, contract, side,
        quantity, price, commission, at_ms, place)
    ), fresh as (
      select report.*,
        row_number() over (partition by account, execution_id, received_at order by place) - 1 as turn
      from report
      where not exists (
        select 1 from execution as known
        where known.account = report.account and known.execution_id = report.execution_id
          and known.received_at = report.received_at
          and (known.operation, known.order_id, known.symbol, known.side, known.quantity, known.price, known.commission, known.at)
            = (report.operation, report.order_id, report.symbol, report.side, report.quantity, report.price, report.commission, report.at)
      )
    )
    insert into execution (account, execution_id, received_at, line, operation, order_id, symbol, root, contract, side,
      quantity, price, commission, at)
    select account, execution_id, received_at,
      turn + coalesce((
        select max(line) + 1 from execution as known
        where known.account = fresh.account and known.execution_id = fresh.execution_id
          and known.received_at = fresh.received_at
      ), 0),
      operation, order_id, symbol, root, contract, side, quantity, price, commission, at
    from fresh order by place`;
}
