import { iso } from '../../kernel/units.js';
import type { BackfillStore } from '../../ports/backfill-store.js';
import { toSpan } from './backfill-chunks.js';
import type { Sql } from './client.js';

/** What sources were asked for and had no bar in. */
export const backfillHoles = (sql: Sql): Pick<BackfillStore, 'holes' | 'saveHoles' | 'forgetHoles'> => ({
  async holes(root, source, { from, to }) {
    const rows = await sql<{ from_ts: Date; to_ts: Date }[]>`
      select from_ts, to_ts from bar_hole
      where symbol = ${root} and source = ${source} and to_ts > ${iso(from)} and from_ts < ${iso(to)}
      order by from_ts`;
    return rows.map(toSpan);
  },
  async saveHoles(holes, { root, source, at }) {
    if (holes.length === 0) return;
    await sql`
      insert into bar_hole (symbol, source, from_ts, to_ts, asked_at)
      select ${root}, ${source}, to_timestamp(f / 1000.0), to_timestamp(t / 1000.0), ${iso(at)}
      from unnest(${holes.map(({ from }) => from)}::float8[], ${holes.map(({ to }) => to)}::float8[]) as hole (f, t)
      on conflict (symbol, source, from_ts)
      do update set to_ts = greatest(bar_hole.to_ts, excluded.to_ts), asked_at = excluded.asked_at`;
  },
  async forgetHoles(spans, { roots, source }) {
    if (spans.length === 0 || roots.length === 0) return;
    await sql.begin(async (tx) => {
      for (const span of spans) {
        const [from, to] = [iso(span.from), iso(span.to)];
        const theirs = tx`symbol = any(${[...roots]}) ${source === undefined ? tx`` : tx`and source = ${source}`}`;
        await tx`
          insert into bar_hole (symbol, source, from_ts, to_ts, asked_at)
          select symbol, source, ${to}::timestamptz, max(to_ts), max(asked_at) from bar_hole
          where ${theirs} and from_ts < ${to} and to_ts > ${to} group by symbol, source
          on conflict (symbol, source, from_ts) do update set to_ts = greatest(bar_hole.to_ts, excluded.to_ts)`;
        await tx`update bar_hole set to_ts = ${from} where ${theirs} and from_ts < ${from} and to_ts > ${from}`;
        await tx`delete from bar_hole where ${theirs} and from_ts >= ${from} and from_ts < ${to}`;
      }
    });
  },
});
