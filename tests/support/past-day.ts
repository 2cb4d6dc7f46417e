import { auditRepository } from '../../src/adapters/postgres/audit-repository.js';
import type { Sql } from '../../src/adapters/postgres/client.js';
import { historyRepository } from '../../src/adapters/postgres/history-repository.js';
import { after, type EpochMs, epochMs, iso, MINUTE, microUsd, type TradingDay } from '../../src/kernel/units.js';
import type { Output } from '../../src/ports/audit-store.js';
import { flatSnapshot } from './copilot-day.js';
import { alertsAt, planAt, positionsAt, riskAt } from './web-source.js';

export const PAST_DAY = '2026-11-20' as TradingDay;
/** New York 04:55 and 05:00: the plans of the day. */
export const PLANS = ['2026-11-20T09:55:00.000Z', '2026-11-20T10:00:00.000Z'].map((at) => epochMs(Date.parse(at)));
/** Trading stops being allowed at 04:58. */
export const BLOCKED_AT = epochMs(Date.parse('2026-11-20T09:58:00.000Z'));
export const REASON = { id: 'daily-loss', text: 'The day is lost: $500 of $500', facts: {} };

/** A trading day as the engine leaves it behind: two plans, a block between them, positions, alerts, reports and a trade. */
export async function keepPastDay(sql: Sql, { isAudited = true, day = PAST_DAY, shiftMs = 0 } = {}): Promise<void> {
  const history = historyRepository(sql);
  const at = (it: EpochMs): EpochMs => after(it, shiftMs);
  const [first, second] = PLANS.map(at);
  if (first === undefined || second === undefined) throw new Error('no plans');
  const blocked = at(BLOCKED_AT);
  const plan = (when: EpochMs) => planAt(when, { trading_day: day, as_of: iso(when) });
  const rows: readonly (readonly [EpochMs, readonly Output[]])[] = [
    [after(first, -MINUTE), [{ event: 'session-change', data: {} }]],
    [first, [focus(plan(first)), { event: 'no-trade-alert', data: clear(first) }]],
    [
      after(first, MINUTE),
      [
        { event: 'positions-update', data: positionsAt(after(first, MINUTE)) },
        { event: 'risk-update', data: riskAt(after(first, MINUTE)) },
      ],
    ],
    [
      blocked,
      [{ event: 'no-trade-alert', data: { as_of: iso(blocked), active: true, reasons: [REASON], warnings: [] } }],
    ],
    [
      after(blocked, MINUTE),
      [
        {
          event: 'no-trade-alert',
          data: { as_of: iso(after(blocked, MINUTE)), active: true, reasons: [REASON], warnings: [] },
        },
      ],
    ],
    [second, [focus(plan(second)), { event: 'no-trade-alert', data: clear(second) }]],
  ];
  if (isAudited) {
    const audit = auditRepository(sql, 'test');
    const from = await audit.newestSeq();
    await audit.append(
      rows.map(([when, outputs], i) => ({
        seq: from + i + 1,
        eventId: `past/${day}/${i}`,
        at: when,
        tradingDay: day,
        kind: 'job',
        event: {},
        outputs,
      })),
    );
  }
  for (const when of [first, second]) await history.savePlan(plan(when));
  const texts = ['=SUM(A1) is no formula here', 'the second'];
  for (const [i, alert] of alertsAt(second).slice(0, 2).entries())
    await history.saveAlert(
      { ...alert, id: `${day}-${i}`, at: iso(after(first, (3 * i + 1) * MINUTE)), text: texts[i] ?? '' },
      day,
    );
  const held = {
    symbol: 'MGC 12-26',
    root: 'MGC',
    contract: 'MGCZ6',
    side: 'LONG' as const,
    quantity: 2,
    avgPrice: 4205.3,
    lastPrice: 4207,
    unrealizedPnl: microUsd(34_000_000),
  };
  const epoch = `of-${day}`;
  await history.saveSnapshots([
    flatSnapshot(first, 1, { epoch }),
    flatSnapshot(after(first, 2 * MINUTE), 2, { epoch, positions: [held] }),
  ]);
  const trade = {
    id: `trade-${day}`,
    account: 'Sim101',
    symbol: 'MGCZ6',
    root: 'MGC',
    side: 'LONG' as const,
    quantity: 2,
    openedAt: first,
    closedAt: second,
    entryPrice: 4205.3,
    exitPrice: 4204.1,
    gross: microUsd(-24_000_000),
    fees: microUsd(1_240_000),
    net: microUsd(-25_240_000),
  };
  await history.saveTrades('Sim101', { tradingDay: day, trades: [trade] });
}

const focus = (data: unknown): Output => ({ event: 'focus-update', data });
const clear = (when: EpochMs) => ({ as_of: iso(when), active: false, reasons: [], warnings: [] });
