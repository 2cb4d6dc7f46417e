import { epochMs } from '../../kernel/units.js';
import { qualityReportSchema } from '../../messages/research.js';
import type { ResearchStore } from '../../ports/research-store.js';
import type { Sql } from './client.js';

interface Row {
  readonly report: unknown;
  readonly made_ms: number;
  readonly age_ms: number;
}

export function researchRepository(sql: Sql): ResearchStore {
  return {
    async save(report) {
      await sql`
        insert into research_report (id, kind, report)
        values (${report.id}, ${report.kind}, ${JSON.stringify(report)}::text::jsonb)
        on conflict (id) do update set made_at = now(), report = excluded.report`;
    },
    async newest(kind) {
      const rows = await sql<Row[]>`
        select report,
          (extract(epoch from made_at) * 1000)::float8 as made_ms,
          (extract(epoch from now() - made_at) * 1000)::float8 as age_ms
        from research_report
        where kind = ${kind}
        order by made_at desc, id desc
        limit 1`;
      const [row] = rows;
      if (!row) return undefined;
      return {
        report: qualityReportSchema.parse(row.report),
        madeAt: epochMs(Math.round(row.made_ms)),
        ageMs: Math.max(0, Math.round(row.age_ms)),
      };
    },
  };
}
