import type { HistoryStore } from '../../ports/history-store.js';
import { accountHistory } from './account-history.js';
import { type AlertRow, toAlert } from './alert-table.js';
import type { Sql } from './client.js';
import { riskHistory } from './risk-history.js';

export function historyRepository(sql: Sql): HistoryStore {
  return {
    ...accountHistory(sql),
    ...riskHistory(sql),
    async savePlan(plan) {
      await sql`
        insert into focus_snapshot (as_of, trading_day, plan)
        values (${plan.as_of}, ${plan.trading_day}, ${JSON.stringify(plan)}::text::jsonb)
        on conflict (as_of) do update set plan = excluded.plan`;
    },
    async saveAlert(alert, tradingDay) {
      const result = await sql`
        insert into alert (id, at, trading_day, kind, severity, symbol, text)
        values (${alert.id}, ${alert.at}, ${tradingDay}, ${alert.kind}, ${alert.severity}, ${alert.symbol}, ${alert.text})
        on conflict (id) do nothing`;
      return result.count > 0;
    },
    async newestAlerts(max) {
      const rows = await sql<AlertRow[]>`
        select id, at, kind, severity, symbol, text from alert order by at desc, id desc limit ${max}`;
      return rows.map(toAlert);
    },
    async saveSignal({ id, at, tradingDay, symbol, type, direction, facts }) {
      await sql`
        insert into signal (id, at, trading_day, symbol, type, direction, facts)
        values (${id}, ${new Date(at)}, ${tradingDay}, ${symbol}, ${type}, ${direction}, ${JSON.stringify(facts)}::text::jsonb)
        on conflict (id) do nothing`;
    },
    async saveJobRun({ id, name, dueAt, outcome, reason }) {
      await sql`
        insert into job_run (id, name, due_at, outcome, reason)
        values (${id}, ${name}, ${new Date(dueAt)}, ${outcome}, ${reason ?? null})
        on conflict (id) do nothing`;
    },
  };
}
