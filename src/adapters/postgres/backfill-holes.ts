import type { Span } from '../../domain/bars/coverage.js';
import { iso } from '../../kernel/units.js';
import type { Sql } from './client.js';

interface HolesOf {
  readonly roots: readonly string[];
  readonly source: string | undefined;
}

/** Takes spans out of what is known to be empty; what sticks out of them on either side stays. */
export async function forgetHoles(sql: Sql, spans: readonly Span[], { roots, source }: HolesOf): Promise<void> {
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
}
