import type { AuditRow, AuditStore } from '../../src/ports/audit-store.js';

/** An audit in memory: reads these rows, appends to them, and counts every one of them as carried out. */
export const keptAudit = (rows: AuditRow[]): AuditStore => ({
  async append(more) {
    rows.push(...more);
  },
  async *eventsSince(day) {
    yield rows.filter((row) => row.tradingDay >= day);
  },
  dayBefore: async (day) => rows.map((row) => row.tradingDay).findLast((it) => it < day),
  known: async () => new Set(),
  prune: async () => 0,
  newestSeq: async () => rows.length,
  newestAt: async () => rows.at(-1)?.at,
  performedSeq: async () => rows.length,
  async markPerformed() {},
  after: async () => [],
});
