import { encodeSnapshot } from '../../messages/account.js';
import type { HistoryStore } from '../../ports/history-store.js';
import type { Sql } from './client.js';
import { type ExecutionRow, executionColumns, insertExecutions, toExecution } from './execution-table.js';
import { replaceTrades } from './trade-table.js';

/** Rows of one statement: large enough to be fast, small enough to keep the message under a few MB. */
const FILLS_PER_STATEMENT = 5_000;

type AccountHistory = Pick<HistoryStore, 'saveSnapshots' | 'saveExecutions' | 'saveTrades' | 'executionsBefore'>;

/** What platforms reported, and the trades made of it. */
export function accountHistory(sql: Sql): AccountHistory {
  return {
    async saveSnapshots(snapshots) {
      if (snapshots.length === 0) return;
      await sql`
        insert into position_snapshot (account, epoch, seq, received_at, snapshot)
        select account, epoch, seq, to_timestamp(ms / 1000.0), snapshot::jsonb
        from unnest(
          ${snapshots.map((it) => it.account)}::text[], ${snapshots.map((it) => it.epoch)}::text[],
          ${snapshots.map((it) => it.seq)}::bigint[], ${snapshots.map((it) => it.receivedAt)}::float8[],
          ${snapshots.map(encodeSnapshot)}::text[]
        ) with ordinality as row (account, epoch, seq, ms, snapshot, place)
        order by place
        on conflict (account, epoch, seq) do nothing`;
    },
    async saveExecutions(executions) {
      for (let from = 0; from < executions.length; from += FILLS_PER_STATEMENT)
        await insertExecutions(sql, executions.slice(from, from + FILLS_PER_STATEMENT));
    },
    saveTrades: (account, trades) => replaceTrades(sql, account, trades),
    async executionsBefore(at, since) {
      const rows = await sql<ExecutionRow[]>`
        select ${executionColumns(sql)} from execution
        where received_at < ${new Date(at)} and at >= ${new Date(since)} order by nr`;
      return rows.map(toExecution);
    },
  };
}
