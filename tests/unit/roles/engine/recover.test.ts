import { expect, test } from 'vitest';
import { decide } from '../../../../src/domain/copilot/decide.js';
import type { CopilotEvent } from '../../../../src/domain/copilot/event.js';
import type { CopilotState } from '../../../../src/domain/copilot/state.js';
import { tradingDayOf } from '../../../../src/domain/sessions/trading-day.js';
import { after, DAY, type EpochMs, epochMs, fromUsd, HOUR, MINUTE } from '../../../../src/kernel/units.js';
import type { AuditRow, AuditStore } from '../../../../src/ports/audit-store.js';
import type { BarStore } from '../../../../src/ports/bar-store.js';
import { encodeEvent } from '../../../../src/roles/engine/event-codec.js';
import { outputOf } from '../../../../src/roles/engine/outputs.js';
import { recover } from '../../../../src/roles/engine/recover.js';
import { eventsOf, flatSnapshot, newCopilot, walk } from '../../../support/copilot-day.js';

const ROOTS = ['MGC', 'MES'];
const silent = { debug() {}, info() {}, warn() {}, error() {} };

function auditOf(rows: readonly AuditRow[]): AuditStore {
  return {
    async append() {},
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
  };
}

function barsOf(state: readonly { root: string; from: EpochMs; until: EpochMs; seed: string }[]): BarStore {
  const all = state.flatMap(({ root, from, until, seed }) =>
    walk(root, from, until, seed).map((bar) => ({ root, contract: `${root}Z6`, bar })),
  );
  return {
    save: async () => 0,
    range: async (root, from, to) => all.filter((it) => it.root === root && it.bar.at >= from && it.bar.at < to),
    newest: async () => undefined,
  };
}

/** What an engine would say next. */
function nextWords(state: CopilotState, at: EpochMs): string {
  const { effects } = decide(state, { kind: 'job', at, name: 'focus' });
  return JSON.stringify(effects.map((effect) => outputOf(effect, 'live')));
}

test.each([
  ['in the morning', '2026-11-19T14:00:00Z', '2026-11-19T15:30:00Z'],
  ['after the 18:00 roll', '2026-11-19T21:00:00Z', '2026-11-20T00:30:00Z'],
  ['on a Saturday', '2026-11-20T20:00:00Z', '2026-11-21T15:00:00Z'],
])('an engine started %s says what the one that lived says', async (_, begins, dies) => {
  const start = epochMs(Date.parse(begins));
  const end = epochMs(Date.parse(dies));
  const history = ROOTS.map((root) => ({ root, from: after(start, -9 * DAY), until: start, seed: 'history' }));
  const position = {
    symbol: 'MGC 12-26',
    root: 'MGC',
    contract: 'MGCZ6',
    side: 'LONG',
    quantity: 1,
    avgPrice: 4200,
    lastPrice: 4201,
    unrealizedPnl: fromUsd(10),
  } as const;
  const reports = [0, 1, 2].map((n): CopilotEvent => {
    const at = after(start, n * MINUTE);
    const more = { positions: n === 1 ? [] : [position], realizedPnl: fromUsd(n === 0 ? 0 : -40) };
    return { kind: 'account', at, snapshot: flatSnapshot(at, n + 1, more) };
  });
  const lastBar = epochMs(Math.min(end, start + 3 * HOUR));
  const events = [...reports, ...eventsOf(ROOTS, start, lastBar)].toSorted((a, b) => a.at - b.at);

  const lived = newCopilot(start, ROOTS);
  const store = barsOf(history);
  for (const root of ROOTS) lived.seed(root, await store.range(root, epochMs(0), start));
  const rows = events.flatMap((event, index): AuditRow[] => {
    const { ignored } = decide(lived, event);
    if (ignored !== undefined) return [];
    const tradingDay = tradingDayOf(event.at);
    const json = JSON.parse(JSON.stringify(encodeEvent(event)));
    return [
      { seq: index, eventId: String(index), at: event.at, tradingDay, kind: event.kind, event: json, outputs: [] },
    ];
  });
  const makeState = (at: EpochMs) => newCopilot(at, ROOTS);
  const { state } = await recover({ makeState, audit: auditOf(rows), bars: store, log: silent }, end);
  expect(nextWords(state, end)).toBe(nextWords(lived, end));
  expect(state.book.accounts.size, 'the account is still known').toBe(1);
});
