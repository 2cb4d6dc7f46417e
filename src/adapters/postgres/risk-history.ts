import { z } from 'zod';
import type { LimitBook } from '../../domain/risk/limit-book.js';
import type { RiskLimits } from '../../domain/risk/limits.js';
import { OperationalError } from '../../kernel/errors.js';
import { microUsd, type TradingDay } from '../../kernel/units.js';
import type { HistoryStore } from '../../ports/history-store.js';
import type { Sql } from './client.js';

const LIMITS = 'limits';

const amount = z.int().transform(microUsd);
/** Amounts in micro-dollars: 0.75 % of an account need not be whole cents, and must come back as it went in. */
const limitsSchema: z.ZodType<RiskLimits> = z.object({
  openTradesMax: z.number(),
  riskPerTrade: amount,
  dailyLoss: amount,
  noTradeLoss: amount,
  lossesInARow: z.number(),
  totalRiskPct: z.number(),
  entryCutoffMinute: z.number(),
  overnightWarningMinute: z.number(),
});
const bookSchema = z.object({
  inForce: limitsSchema,
  pending: z.object({ from: z.string(), limits: limitsSchema, accountSize: amount.optional() }).nullable(),
  accountSize: amount.optional(),
});

/** The trader's limits, version after version, and when the rules spoke. */
export function riskHistory(sql: Sql): Pick<HistoryStore, 'saveLimits' | 'saveRiskEvent' | 'limitsBefore'> {
  return {
    async saveLimits({ id, at, tradingDay, book, text }) {
      const value = JSON.stringify({ ...book, pending: book.pending ?? null });
      await sql`
        insert into setting (key, version, id, at, trading_day, value, text)
        select ${LIMITS}, coalesce(max(version), 0) + 1, ${id}, ${new Date(at)}::timestamptz, ${tradingDay}::text::date,
          ${value}::text::jsonb, ${text}
        from setting where key = ${LIMITS}
        on conflict (id) do nothing`;
    },
    async saveRiskEvent({ id, at, tradingDay, rule, severity, phase, text, facts }) {
      await sql`
        insert into risk_event (id, at, trading_day, rule, severity, phase, text, facts)
        values (${id}, ${new Date(at)}, ${tradingDay}, ${rule}, ${severity}, ${phase}, ${text},
          ${JSON.stringify(facts)}::text::jsonb)
        on conflict (id) do nothing`;
    },
    async limitsBefore(at) {
      const rows = await sql<{ version: number; value: unknown }[]>`
        select version, value from setting
        where key = ${LIMITS} and at < ${new Date(at)} order by version desc limit 1`;
      return rows[0] && toBook(rows[0]);
    },
  };
}

/** Limits that cannot be read stop the start: to go on with looser ones would be worse. */
function toBook({ version, value }: { version: number; value: unknown }): LimitBook {
  const read = bookSchema.safeParse(value);
  if (!read.success)
    throw new OperationalError(
      'STORED_DATA_INVALID',
      `setting "${LIMITS}", version ${version}: ${z.prettifyError(read.error)}`,
    );
  const { pending, ...book } = read.data;
  return { ...book, pending: pending ? { ...pending, from: pending.from as TradingDay } : undefined };
}
