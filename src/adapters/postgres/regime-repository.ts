import { z } from 'zod';
import { OperationalError } from '../../kernel/errors.js';
import { regimeModelJson, regimeModelOf, regimeModelSchema } from '../../messages/regime.js';
import type { RegimeStore, RootModel } from '../../ports/regime-store.js';
import type { Sql } from './client.js';

interface ModelRow {
  readonly symbol: string;
  readonly day: string;
  readonly model: unknown;
}

export function regimeRepository(sql: Sql): RegimeStore {
  return {
    async save({ root, day, at, model, code }) {
      const json = regimeModelJson(model);
      await sql`
        insert into regime_model (symbol, trading_day, at, trained_through, model, fit, code)
        values (${root}, ${day}, ${new Date(at)}, ${json.trained_through}, ${JSON.stringify(json)}::text::jsonb,
          ${JSON.stringify(json.fit)}::text::jsonb, ${code})
        on conflict (symbol, trading_day) do nothing`;
    },
    async modelsBefore(at) {
      const rows = await sql<ModelRow[]>`
        select distinct on (symbol) symbol, trading_day::text as day, model
        from regime_model
        where at < ${new Date(at)}
        order by symbol, trained_through desc`;
      return rows.map(toModel);
    },
    async hasOutcome(jobId) {
      return (await sql`select 1 from job_run where id = ${jobId}`).length > 0;
    },
  };
}

function toModel({ symbol, day, model }: ModelRow): RootModel {
  const read = regimeModelSchema.safeParse(model);
  if (!read.success)
    throw new OperationalError(
      'STORED_DATA_INVALID',
      `regime_model of ${symbol}, trading day ${day}: ${z.prettifyError(read.error)}`,
    );
  return { root: symbol, model: regimeModelOf(read.data) };
}
