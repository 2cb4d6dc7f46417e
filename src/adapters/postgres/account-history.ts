import { RETIRED_RULE } from '../../domain/copilot/retire.js';
import { decodeStoredSnapshot, encodeSnapshot } from '../../messages/account.js';
import type { HistoryStore } from '../../ports/history-store.js';
import type { Sql } from './client.js';
import { type ExecutionRow, executionColumns, insertExecutions, toExecution } from './execution-table.js';
import { replaceTrades } from './trade-table.js';

/** Rows of one statement: large enough to be fast, small enough to keep the message under a few MB. */
const FILLS_PER_STATEMENT = 5_000;

type AccountHistory = Pick<
  HistoryStore,
  'saveSnapshots' | 'saveExecutions' | 'saveTrades' | 'executionsBefore' | 'newestSnapshotsBefore'
>;

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
    async newestSnapshotsBefore(at) {
      const before = new Date(at);
      // From name to name by the index: millions of reports are not read to find a handful of accounts.
      const rows = await sql<{ account: string; snapshot: string }[]>`
        with recursive known as (
          select min(account) as account from position_snapshot
          union all
          select (select min(account) from position_snapshot where account > known.account)
          from known where known.account is not null
        )
        select known.account, newest.snapshot::text as snapshot
        from known cross join lateral (
          select snapshot, received_at from position_snapshot as report
          where report.account = known.account and received_at < ${before}
          order by received_at desc, nr desc limit 1
        ) as newest
        where not exists (
          select 1 from risk_event
          where rule = ${RETIRED_RULE} and phase = 'began' and facts->>'account' = known.account
            and at >= newest.received_at and at < ${before}
        )
        order by known.account`;
      return rows.map(({ account, snapshot }) => ({ account, snapshot: decodeStoredSnapshot(snapshot) }));
    },
  };
}
