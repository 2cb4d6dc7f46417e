import type { z } from 'zod';
import type { AccountSnapshot } from '../../domain/accounts/snapshot.js';
import { tradingDayEnd, tradingDayStart } from '../../domain/sessions/trading-day.js';
import { type EpochMs, epochMs, microUsd, type TradingDay } from '../../kernel/units.js';
import { decodeStoredSnapshot } from '../../messages/account.js';
import { type Alert, noTradeStateSchema, positionsSchema, riskStatusSchema } from '../../messages/dashboard.js';
import { focusPlanSchema } from '../../messages/focus-plan.js';
import type { DayHistory, DaySummary, NoTradeRow } from '../../ports/day-history.js';
import { type AlertRow, toAlert } from './alert-table.js';
import type { Sql } from './client.js';
import { tradesOfDay } from './trade-table.js';

interface SummaryRow {
  readonly day: TradingDay;
  readonly plans: number;
  readonly first_ms: number;
  readonly last_ms: number;
  readonly alerts: number;
  readonly critical: number;
  readonly trades: number;
  readonly net: string | null;
}

const ALERTS_SHOWN_MAX = 500;
const ROWS_PER_READ = 100;

/** Past days from the audit, which has everything that was published, and behind its reach from what is kept for good. */
export function dayHistory(sql: Sql): DayHistory {
  return {
    days: (max) => summaries(sql, sql`order by trading_day desc limit ${max}`),
    day: async (day) => (await summaries(sql, sql`having trading_day = ${day}::text::date`))[0],
    async planTimes(day) {
      const rows = await sql<{ ms: number }[]>`
        select (extract(epoch from as_of) * 1000)::float8 as ms
        from focus_snapshot where trading_day = ${day}::text::date order by as_of`;
      return rows.map(({ ms }) => epochMs(Math.round(ms)));
    },
    async moment(day, at) {
      const alerts = await alertsUntil(sql, day, at);
      if (!(await isAudited(sql, day))) {
        const plan = await storedPlan(sql, day, at);
        const noTrade = plan?.no_trade;
        const reports = await newestReports(sql, day, at);
        return { source: 'snapshots', plan, noTrade, risk: undefined, positions: undefined, reports, alerts };
      }
      const [plan, noTrade, risk, positions] = await Promise.all([
        published(sql, { day, at, event: 'focus-update', schema: focusPlanSchema }),
        published(sql, { day, at, event: 'no-trade-alert', schema: noTradeStateSchema }),
        published(sql, { day, at, event: 'risk-update', schema: riskStatusSchema }),
        published(sql, { day, at, event: 'positions-update', schema: positionsSchema }),
      ]);
      return { source: 'audit', plan, noTrade: noTrade ?? plan?.no_trade, risk, positions, reports: [], alerts };
    },
    async *plans(day) {
      const rows = sql<{ plan: unknown }[]>`
        select plan from focus_snapshot where trading_day = ${day}::text::date order by as_of`;
      for await (const batch of rows.cursor(ROWS_PER_READ)) {
        for (const { plan } of batch) yield focusPlanSchema.parse(plan);
      }
    },
    async *alerts(day) {
      const rows = sql<AlertRow[]>`
        select id, at, kind, severity, symbol, text from alert
        where trading_day = ${day}::text::date order by at, id`;
      for await (const batch of rows.cursor(ROWS_PER_READ)) yield* batch.map(toAlert);
    },
    async *reports(day) {
      const rows = sql<{ snapshot: string }[]>`
        select snapshot::text as snapshot from position_snapshot
        where received_at >= ${new Date(tradingDayStart(day))} and received_at < ${new Date(tradingDayEnd(day))}
        order by received_at, nr`;
      for await (const batch of rows.cursor(ROWS_PER_READ)) yield* batch.flatMap(readable);
    },
    noTrades: (day) => noTrades(sql, day),
    trades: async (day) => tradesOfDay(sql, day),
  };
}

async function summaries(sql: Sql, which: ReturnType<Sql>): Promise<readonly DaySummary[]> {
  const rows = await sql<SummaryRow[]>`
    with listed as (
      select trading_day, count(*)::int as plans, min(as_of) as first_at, max(as_of) as last_at
      from focus_snapshot group by trading_day ${which}
    )
    select trading_day::text as day, plans,
      (extract(epoch from first_at) * 1000)::float8 as first_ms, (extract(epoch from last_at) * 1000)::float8 as last_ms,
      (select count(*)::int from alert where alert.trading_day = listed.trading_day) as alerts,
      (select count(*)::int from alert where alert.trading_day = listed.trading_day and severity = 'critical') as critical,
      (select count(*)::int from trade where trade.trading_day = listed.trading_day) as trades,
      (select case when count(*) = count(net) then sum(net)::text end from trade
        where trade.trading_day = listed.trading_day) as net
    from listed order by trading_day desc`;
  return rows.map((row) => ({
    day: row.day,
    plans: row.plans,
    firstPlanAt: epochMs(Math.round(row.first_ms)),
    lastPlanAt: epochMs(Math.round(row.last_ms)),
    alerts: row.alerts,
    criticalAlerts: row.critical,
    trades: row.trades,
    net: row.net === null ? undefined : microUsd(Number(row.net)),
  }));
}

async function isAudited(sql: Sql, day: TradingDay): Promise<boolean> {
  const rows = await sql`select 1 from audit where trading_day = ${day}::text::date limit 1`;
  return rows.length > 0;
}

interface Wanted<T> {
  readonly day: TradingDay;
  readonly at: EpochMs;
  readonly event: string;
  readonly schema: z.ZodType<T>;
}

/** What an event last said by an instant. What was said before a code change may have another shape: then it is not known. */
async function published<T>(sql: Sql, { day, at, event, schema }: Wanted<T>): Promise<T | undefined> {
  const rows = await sql<{ data: unknown }[]>`
    select said.output->'data' as data
    from (
      select outputs from audit
      where trading_day = ${day}::text::date and at <= ${new Date(at)}
        and outputs @> ${JSON.stringify([{ event }])}::text::jsonb
      order by seq desc limit 1
    ) as newest, jsonb_array_elements(newest.outputs) with ordinality as said (output, nr)
    where said.output->>'event' = ${event}
    order by said.nr desc limit 1`;
  return schema.safeParse(rows[0]?.data).data;
}

async function storedPlan(sql: Sql, day: TradingDay, at: EpochMs) {
  const rows = await sql<{ plan: unknown }[]>`
    select plan from focus_snapshot
    where trading_day = ${day}::text::date and as_of <= ${new Date(at)} order by as_of desc limit 1`;
  return focusPlanSchema.safeParse(rows[0]?.plan).data;
}

async function newestReports(sql: Sql, day: TradingDay, at: EpochMs): Promise<readonly AccountSnapshot[]> {
  const rows = await sql<{ snapshot: string }[]>`
    select distinct on (account) snapshot::text as snapshot from position_snapshot
    where received_at >= ${new Date(tradingDayStart(day))} and received_at <= ${new Date(at)}
    order by account, received_at desc, nr desc`;
  return rows.flatMap(readable);
}

async function alertsUntil(sql: Sql, day: TradingDay, at: EpochMs): Promise<readonly Alert[]> {
  const rows = await sql<AlertRow[]>`
    select id, at, kind, severity, symbol, text from alert
    where trading_day = ${day}::text::date and at <= ${new Date(at)}
    order by at desc, id desc limit ${ALERTS_SHOWN_MAX}`;
  return rows.map(toAlert);
}

async function* noTrades(sql: Sql, day: TradingDay): AsyncIterable<NoTradeRow> {
  const rows = (await isAudited(sql, day))
    ? sql<{ data: unknown }[]>`
        select said.output->'data' as data
        from audit, jsonb_array_elements(outputs) with ordinality as said (output, nr)
        where trading_day = ${day}::text::date and outputs @> '[{"event":"no-trade-alert"}]'
          and said.output->>'event' = 'no-trade-alert'
        order by audit.seq, said.nr`
    : sql<{ data: unknown }[]>`
        select plan->'no_trade' || jsonb_build_object('as_of', plan->'as_of') as data
        from focus_snapshot where trading_day = ${day}::text::date order by as_of`;
  let told = '';
  for await (const batch of rows.cursor(ROWS_PER_READ)) {
    for (const { data } of batch) {
      const parsed = noTradeStateSchema.safeParse(data);
      if (!parsed.success) continue;
      const { as_of, ...state } = parsed.data;
      const words = JSON.stringify([state.active, ...state.reasons.map((it) => it.text)]);
      if (words === told) continue;
      told = words;
      yield { at: epochMs(Date.parse(as_of)), ...state };
    }
  }
}

/** A stored report of a shape that nobody can read any more is left out; the raw rows stay. */
function readable({ snapshot }: { readonly snapshot: string }): readonly AccountSnapshot[] {
  const decoded = decodeStoredSnapshot(snapshot);
  return decoded.ok ? [decoded.value] : [];
}
