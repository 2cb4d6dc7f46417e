import { RETIRED_RULE } from '../../domain/copilot/retire.js';
import { type EpochMs, epochMs } from '../../kernel/units.js';
import { decodeStoredSnapshot } from '../../messages/account.js';
import type { RawReader, RawReport } from '../../ports/raw-reader.js';
import type { Sql } from './client.js';
import { type ExecutionRow, executionColumns, toExecution } from './execution-table.js';
import { tradesOfDay } from './trade-table.js';

interface SnapshotRow {
  readonly nr: string;
  readonly account: string;
  readonly epoch: string;
  readonly seq: string;
  readonly received_at: Date;
  readonly snapshot: string;
}

const ROWS_PER_READ = 2_000;

export function rawReader(sql: Sql): RawReader {
  return {
    async *reports(wish) {
      // One end for both readings: what is written down meanwhile belongs to the next reading, of both.
      const end = await newestNr(sql);
      const { fillsSince = wish.since, ...rest } = wish;
      yield* merged(snapshots(sql, { ...wish, end }), fills(sql, { ...rest, since: fillsSince, end }));
    },
    tradesOf: (day) => tradesOfDay(sql, day),
    async retiredAt() {
      const rows = await sql<{ account: string; at: Date }[]>`
        select facts->>'account' as account, max(at) as at from risk_event
        where rule = ${RETIRED_RULE} and phase = 'began' group by facts->>'account'`;
      return new Map(rows.map(({ account, at }) => [account, epochMs(at.getTime())]));
    },
  };
}

interface Range {
  readonly afterNr: number;
  readonly end: number;
  readonly since?: EpochMs | undefined;
  readonly account?: string | undefined;
}

async function newestNr(sql: Sql): Promise<number> {
  const rows = await sql<{ nr: string | null }[]>`
    select greatest((select max(nr) from position_snapshot), (select max(nr) from execution)) as nr`;
  return Number(rows[0]?.nr ?? 0);
}

async function* snapshots(sql: Sql, range: Range): AsyncGenerator<RawReport> {
  const rows = sql<SnapshotRow[]>`
    select nr, account, epoch, seq, received_at, snapshot::text as snapshot from position_snapshot
    where ${wanted(sql, range)} order by nr`;
  for await (const batch of rows.cursor(ROWS_PER_READ)) yield* batch.map(snapshotReport);
}

async function* fills(sql: Sql, range: Range): AsyncGenerator<RawReport> {
  const rows = sql<ExecutionRow[]>`
    select ${executionColumns(sql)} from execution where ${wanted(sql, range)} order by nr`;
  for await (const batch of rows.cursor(ROWS_PER_READ)) yield* batch.map(fillReport);
}

const wanted = (sql: Sql, { afterNr, end, since, account }: Range) => sql`
  nr > ${afterNr} and nr <= ${end}
  ${since === undefined ? sql`` : sql`and received_at >= ${new Date(since)}`}
  ${account === undefined ? sql`` : sql`and account = ${account}`}`;

function snapshotReport({ nr, account, epoch, seq, received_at, snapshot }: SnapshotRow): RawReport {
  return {
    kind: 'snapshot',
    nr: Number(nr),
    account,
    epoch,
    seq: Number(seq),
    receivedAt: epochMs(received_at.getTime()),
    snapshot: decodeStoredSnapshot(snapshot),
  };
}

const fillReport = (row: ExecutionRow): RawReport => ({
  kind: 'execution',
  nr: Number(row.nr),
  account: row.account,
  receivedAt: epochMs(row.received_at.getTime()),
  execution: toExecution(row),
});

/** Two ordered readings as one, by when the reports were received: what comes together is written down table by table. */
async function* merged(a: AsyncGenerator<RawReport>, b: AsyncGenerator<RawReport>): AsyncGenerator<RawReport> {
  try {
    let [left, right] = await Promise.all([a.next(), b.next()]);
    while (!left.done || !right.done) {
      if (right.done || (!left.done && isFirst(left.value, right.value))) {
        if (left.done) return;
        yield left.value;
        left = await a.next();
      } else {
        yield right.value;
        right = await b.next();
      }
    }
  } finally {
    await Promise.all([a.return(undefined), b.return(undefined)]);
  }
}

const isFirst = (one: RawReport, other: RawReport): boolean =>
  one.receivedAt === other.receivedAt ? one.nr < other.nr : one.receivedAt < other.receivedAt;
