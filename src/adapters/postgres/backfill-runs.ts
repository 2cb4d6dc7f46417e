import { epochMs } from '../../kernel/units.js';
import type { BackfillAsk, BackfillPart, BackfillRun, ChunkState, RunState } from '../../ports/backfill-store.js';
import type { Sql } from './client.js';

export interface AskRow {
  readonly id: string;
  readonly asked_by: BackfillAsk['by'];
  readonly symbols: readonly string[];
  readonly from_day: string;
  readonly to_day: string;
  readonly source: string | null;
  readonly forced: boolean;
  readonly asked_at: Date;
}

export const askColumns = (sql: Sql) =>
  sql`r.id, r.asked_by, r.symbols, r.from_day::text, r.to_day::text, r.source, r.forced, r.asked_at`;

export const toAsk = (row: AskRow): BackfillAsk => ({
  id: row.id,
  by: row.asked_by,
  roots: row.symbols,
  range: { from: row.from_day, to: row.to_day },
  source: row.source ?? undefined,
  isForced: row.forced,
  at: epochMs(row.asked_at.getTime()),
});

interface RunRow extends AskRow {
  readonly planned: boolean;
  readonly stopped: boolean;
  readonly reason: string | null;
  readonly took_ms: number | null;
}

interface PartRow {
  readonly run: string;
  readonly symbol: string;
  readonly minutes: number;
  readonly minutes_done: number;
  readonly bars: number;
  readonly waiting: number;
  readonly running: number;
  readonly failed: number;
  readonly stopped: number;
  readonly reasons: readonly string[];
}

/** Newest first, each with its symbols. */
export async function readRuns(
  sql: Sql,
  { limit, id }: { limit: number; id?: string },
): Promise<readonly BackfillRun[]> {
  const runs = await sql<RunRow[]>`
    select ${askColumns(sql)}, planned_at is not null as planned, stopped_at is not null as stopped, reason,
      (select extract(epoch from max(moved_at) - min(began_at))::float8 * 1000 from backfill_chunk where run = r.id) as took_ms
    from backfill_run r ${id === undefined ? sql`` : sql`where r.id = ${id}`}
    order by asked_at desc, id desc limit ${limit}`;
  if (runs.length === 0) return [];
  const parts = await sql<PartRow[]>`
    select run, symbol, sum(minutes)::int as minutes, sum(minutes_done)::int as minutes_done, sum(bars)::int as bars,
      (count(*) filter (where state = 'waiting'))::int as waiting, (count(*) filter (where state = 'running'))::int as running,
      (count(*) filter (where state = 'failed'))::int as failed, (count(*) filter (where state = 'stopped'))::int as stopped,
      coalesce(array_agg(reason order by from_ts) filter (where reason is not null), '{}') as reasons
    from backfill_chunk where run = any(${runs.map((run) => run.id)})
    group by run, symbol order by symbol`;
  return runs.map((row) => {
    const own = parts.filter(({ run }) => run === row.id).map(toPart);
    const took = row.took_ms === null ? undefined : row.took_ms;
    return { ...toAsk(row), state: stateOf(row, own), reason: row.reason ?? undefined, parts: own, tookMs: took };
  });
}

const toPart = (row: PartRow): BackfillPart => ({
  root: row.symbol,
  state: partState(row),
  minutes: row.minutes,
  minutesDone: row.minutes_done,
  bars: row.bars,
  reasons: row.reasons,
});

function partState({ waiting, running, failed, stopped }: PartRow): ChunkState {
  if (stopped > 0) return 'stopped';
  if (running > 0) return 'running';
  if (waiting > 0) return 'waiting';
  return failed > 0 ? 'failed' : 'done';
}

function stateOf({ planned, stopped }: RunRow, parts: readonly BackfillPart[]): RunState {
  if (stopped) return 'stopped';
  if (!planned) return 'asked';
  const has = (state: ChunkState): boolean => parts.some((part) => part.state === state);
  if (has('running')) return 'running';
  if (has('waiting')) return parts.some(({ minutesDone }) => minutesDone > 0) ? 'running' : 'waiting';
  return has('failed') ? 'failed' : 'done';
}
