import type { Span } from '../../domain/bars/coverage.js';
import { epochMs } from '../../kernel/units.js';
import type { BackfillChunk, ChunkEnd, PartEnd } from '../../ports/backfill-store.js';
import type { Sql } from './client.js';

export interface ChunkRow {
  readonly id: string;
  readonly run: string;
  readonly symbol: string;
  readonly from_ts: Date;
  readonly to_ts: Date;
  readonly source: string;
  readonly minutes: number;
}

export const toSpan = ({ from_ts, to_ts }: Pick<ChunkRow, 'from_ts' | 'to_ts'>): Span => ({
  from: epochMs(from_ts.getTime()),
  to: epochMs(to_ts.getTime()),
});

export const toChunk = ({ id, run, symbol, source, minutes, ...times }: ChunkRow): BackfillChunk => ({
  id,
  run,
  root: symbol,
  source,
  minutes,
  ...toSpan(times),
});

interface Ending {
  readonly chunk: string;
  readonly holder: string;
  readonly end: ChunkEnd;
}

interface StandingRow {
  readonly open: number;
  readonly bars: number;
  readonly from_day: string;
  readonly to_day: string;
}

/** Undefined when the chunk is not this holder's any more. The run's row is held, so that of two ends one is the last. */
export async function endChunk(sql: Sql, { chunk, holder, end }: Ending): Promise<PartEnd | undefined> {
  const { state, minutesDone, bars, reason = null } = end;
  const standing = await sql.begin(async (tx) => {
    await tx`select 1 from backfill_run where id = (select run from backfill_chunk where id = ${chunk}) for update`;
    const [ended] = await tx<{ run: string; symbol: string }[]>`
      update backfill_chunk
      set state = ${state}, minutes_done = ${minutesDone}, bars = ${bars}, reason = ${reason}, moved_at = now(),
        holder = null, held_until = null
      where id = ${chunk} and holder = ${holder} and state = 'running'
      returning run, symbol`;
    if (!ended) return undefined;
    const [row] = await tx<StandingRow[]>`
      select (count(*) filter (where c.state in ('waiting', 'running')))::int as open, sum(c.bars)::int as bars,
        r.from_day::text, r.to_day::text
      from backfill_chunk c join backfill_run r on r.id = c.run
      where c.run = ${ended.run} and c.symbol = ${ended.symbol}
      group by r.from_day, r.to_day`;
    return row;
  });
  if (!standing) return undefined;
  const range = { from: standing.from_day, to: standing.to_day };
  return { isLast: standing.open === 0, bars: standing.bars, range };
}
