import { monthOf } from '../../domain/bars/month.js';
import { tradingDay, tradingDayStart } from '../../domain/sessions/trading-day.js';
import { epochMs, iso } from '../../kernel/units.js';
import type { DataQualityStore, SpanCount, Tally, TallyStore } from '../../ports/data-quality.js';
import type { Sql } from './client.js';

type TallyRow = Omit<Tally, 'day'> & { readonly day: string };

export function dataQualityRepository(sql: Sql): DataQualityStore & TallyStore {
  return {
    async counts(edges) {
      const wanted = [...edges].filter(([, all]) => all.length > 0);
      if (wanted.length === 0) return [];
      const from = new Date(Math.min(...wanted.flatMap(([, of]) => of.slice(0, 1))));
      const to = new Date(Math.max(...wanted.flatMap(([, of]) => of.slice(-1))));
      // One pass over the window: each bar finds its stretch by a binary search in the edges of its symbol.
      return sql<SpanCount[]>`
        with edge as materialized (
          select symbol, edges::timestamptz[] as edges
          from unnest(${wanted.map(([root]) => root)}::text[], ${wanted.map(([, of]) => `{${of.map(iso).join(',')}}`)}::text[])
            as it (symbol, edges)
        )
        select bar.symbol as root, width_bucket(bar.ts, edge.edges) as span, bar.source, count(*)::integer as bars
        from bar_1m as bar join edge on edge.symbol = bar.symbol
        where bar.ts >= ${from} and bar.ts < ${to} and bar.length_s = 60
        group by 1, 2, 3`;
    },
    async archived(from) {
      // A day begins the evening before, which may lie in the month before.
      return sql<{ root: string; month: string; sha256: string }[]>`
        select symbol as root, month, sha256 from bar_archive
        where month >= ${monthOf(tradingDayStart(from))} order by symbol, month`;
    },
    async tallies(from) {
      const rows = await sql<TallyRow[]>`
        select symbol as root, trading_day::text as day, source, repeated, late, refused
        from feed_tally where trading_day >= ${from}::date`;
      return rows.map((row) => ({ ...row, day: tradingDay(row.day) }));
    },
    async knownEmpty(root, from, until) {
      const rows = await sql<{ source: string; from_ts: Date; to_ts: Date; asked_at: Date }[]>`
        select source, from_ts, to_ts, asked_at from bar_hole
        where symbol = ${root} and to_ts > ${new Date(from)} and from_ts < ${new Date(until)} order by from_ts, source`;
      return rows.map(({ source, from_ts, to_ts, asked_at }) => ({
        source,
        from: epochMs(from_ts.getTime()),
        until: epochMs(to_ts.getTime()),
        askedAt: epochMs(asked_at.getTime()),
      }));
    },
    async add(tallies) {
      if (tallies.length === 0) return;
      await sql`
        insert into feed_tally (symbol, trading_day, source, repeated, late, refused)
        select * from unnest(
          ${tallies.map(({ root }) => root)}::text[], ${tallies.map(({ day }) => day)}::date[],
          ${tallies.map(({ source }) => source)}::text[], ${tallies.map(({ repeated }) => repeated)}::integer[],
          ${tallies.map(({ late }) => late)}::integer[], ${tallies.map(({ refused }) => refused)}::integer[])
        on conflict (symbol, trading_day, source) do update set repeated = feed_tally.repeated + excluded.repeated,
          late = feed_tally.late + excluded.late, refused = feed_tally.refused + excluded.refused`;
    },
  };
}
