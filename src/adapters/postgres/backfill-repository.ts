import { epochMs, iso } from '../../kernel/units.js';
import type { BackfillAsk, BackfillChunk, BackfillStore } from '../../ports/backfill-store.js';
import { type ChunkRow, endChunk, toChunk } from './backfill-chunks.js';
import { backfillHoles } from './backfill-holes.js';
import { type AskRow, askColumns, readRuns, toAsk } from './backfill-runs.js';
import type { Sql } from './client.js';

/** A holder renews every few seconds; after this long it is taken for dead. */
const HELD_FOR = '15 seconds';

type Forced = BackfillChunk & { readonly isForced: boolean };
type ForcedRow = ChunkRow & { readonly forced: boolean };
const toForced = (row: ForcedRow): Forced => ({ ...toChunk(row), isForced: row.forced });

export function backfillRepository(sql: Sql): BackfillStore {
  const chunkColumns = sql`c.id, c.run, c.symbol, c.from_ts, c.to_ts, c.source, c.minutes, r.forced`;
  const isFree = sql`(c.state = 'waiting' or (c.state = 'running' and c.held_until < now())) and r.stopped_at is null`;
  return {
    async ask(ask) {
      const { count } = await sql`insert into backfill_run ${sql(rowOf(ask))} on conflict (id) do nothing`;
      return count > 0;
    },
    async unplanned() {
      const rows = await sql<AskRow[]>`
        select ${askColumns(sql)} from backfill_run r where planned_at is null and stopped_at is null order by asked_at, id`;
      return rows.map(toAsk);
    },
    async plan(run, chunks, reason) {
      await sql.begin(async (tx) => {
        const { count } = await tx`
          update backfill_run set planned_at = now(), reason = ${reason ?? null} where id = ${run} and planned_at is null`;
        if (count > 0 && chunks.length > 0)
          await tx`insert into backfill_chunk ${tx(chunks.map(chunkRowOf))} on conflict (id) do nothing`;
      });
    },
    async waiting(run) {
      const rows = await sql<ForcedRow[]>`
        select ${chunkColumns} from backfill_chunk c join backfill_run r on r.id = c.run
        where ${isFree} ${run === undefined ? sql`` : sql`and c.run = ${run}`}
        order by r.asked_at, c.from_ts, c.symbol`;
      return rows.map(toForced);
    },
    async claim(chunk, { name, isAlone }) {
      const claimed = await sql.begin(async (tx) => {
        // Two who ask an exclusive vendor must see each other.
        await tx`select pg_advisory_xact_lock(hashtext('backfill_claim'))`;
        return tx<(ForcedRow & { readonly bars: number })[]>`
          update backfill_chunk c
          set state = 'running', holder = ${name}, held_until = now() + ${HELD_FOR}::interval,
            began_at = coalesce(c.began_at, now()), moved_at = now(), reason = null
          from backfill_run r
          where r.id = c.run and c.id = ${chunk} and ${isFree} and not (${isAlone} and exists (
            select 1 from backfill_chunk o
            where o.source = c.source and o.state = 'running' and o.held_until >= now() and o.holder <> ${name}))
          returning ${chunkColumns}, c.bars`;
      });
      return claimed[0] && { ...toForced(claimed[0]), bars: claimed[0].bars };
    },
    async renew(chunk, holder, { minutesDone, bars }) {
      const [row] = await sql<{ stopped: boolean }[]>`
        update backfill_chunk c
        set held_until = now() + ${HELD_FOR}::interval, minutes_done = ${minutesDone}, bars = ${bars}, moved_at = now()
        from backfill_run r
        where r.id = c.run and c.id = ${chunk} and c.holder = ${holder} and c.state in ('running', 'stopped')
        returning r.stopped_at is not null as stopped`;
      if (!row) return 'lost';
      return row.stopped ? 'stopped' : 'held';
    },
    end: (chunk, holder, end) => endChunk(sql, { chunk, holder, end }),
    async release(chunk, holder) {
      await sql`
        update backfill_chunk set state = 'waiting', holder = null, held_until = null
        where id = ${chunk} and holder = ${holder} and state = 'running'`;
    },
    async stop(run) {
      const { count } = await sql`
        update backfill_run r set stopped_at = now()
        where id = ${run} and stopped_at is null and (planned_at is null or exists (
          select 1 from backfill_chunk c where c.run = r.id and c.state in ('waiting', 'running')))`;
      await sql`update backfill_chunk set state = 'stopped' where run = ${run} and state in ('waiting', 'running')
        and exists (select 1 from backfill_run where id = ${run} and stopped_at is not null)`;
      return count > 0;
    },
    runs: (limit) => readRuns(sql, { limit }),
    run: async (id) => (await readRuns(sql, { limit: 1, id }))[0],
    ...backfillHoles(sql),
  };
}

const rowOf = ({ id, by, roots, range, source, isForced, at }: BackfillAsk) => ({
  id,
  asked_by: by,
  symbols: [...roots],
  from_day: range.from,
  to_day: range.to,
  source: source ?? null,
  forced: isForced,
  asked_at: iso(epochMs(at)),
});

const chunkRowOf = ({ id, run, root, from, to, source, minutes }: BackfillChunk) => ({
  id,
  run,
  symbol: root,
  from_ts: iso(from),
  to_ts: iso(to),
  source,
  minutes,
});
