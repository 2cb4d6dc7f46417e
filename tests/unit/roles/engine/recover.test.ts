import { describe, expect, test } from 'vitest';
import type { Execution } from '../../../../src/domain/accounts/execution.js';
import { emptyJournal, type Journal, resultOn } from '../../../../src/domain/accounts/journal.js';
import { decide } from '../../../../src/domain/copilot/decide.js';
import type { LimitsRecord } from '../../../../src/domain/copilot/effect.js';
import type { CopilotEvent } from '../../../../src/domain/copilot/event.js';
import type { CopilotState } from '../../../../src/domain/copilot/state.js';
import { tradingDayOf } from '../../../../src/domain/sessions/trading-day.js';
import { after, DAY, type EpochMs, epochMs, fromUsd, HOUR, MINUTE } from '../../../../src/kernel/units.js';
import type { AuditRow } from '../../../../src/ports/audit-store.js';
import type { BarStore } from '../../../../src/ports/bar-store.js';
import { encodeEvent } from '../../../../src/roles/engine/event-codec.js';
import { outputOf } from '../../../../src/roles/engine/outputs.js';
import { type RecoverDeps, recover } from '../../../../src/roles/engine/recover.js';
import { eventsOf, flatSnapshot, newCopilot, walk } from '../../../support/copilot-day.js';
import { fillAt, filled } from '../../../support/fills.js';
import { keptAudit } from '../../../support/kept-audit.js';

const ROOTS = ['MGC', 'MES'];
const noModels = { modelsBefore: async () => [] };
const silent = { debug() {}, info() {}, warn() {}, error() {} };

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

interface Kept {
  readonly fills: readonly Execution[];
  readonly limits: readonly LimitsRecord[];
}

const historyOf = ({ fills, limits }: Kept): RecoverDeps['history'] => ({
  executionsBefore: async (at, since) => fills.filter((it) => it.receivedAt < at && it.at >= since),
  newestSnapshotsBefore: async () => [],
  limitsBefore: async (at) => limits.findLast((it) => it.at < at)?.book,
});

const journalOf = (state: CopilotState): Journal => state.journals.get('Sim101') ?? emptyJournal;

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
  const past = ROOTS.map((root) => ({ root, from: after(start, -9 * DAY), until: start, seed: 'history' }));
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
  const store = barsOf(past);
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
  const history = historyOf({ fills: [], limits: [] });
  const { state } = await recover(
    { makeState, audit: keptAudit(rows), bars: store, history, regimes: noModels, log: silent },
    end,
  );
  expect(nextWords(state, end)).toBe(nextWords(lived, end));
  expect(state.book.accounts.size, 'the account is still known').toBe(1);
  const setupsOf = ({ setups, heldSetups, lastSetup }: CopilotState) => ({ setups, heldSetups, lastSetup });
  expect(setupsOf(state), 'and what triggered').toEqual(setupsOf(lived));
  expect(lived.lastSetup, 'of which there was something').toBeDefined();
});

describe('fills and limits', () => {
  /** 09:00 New York, Tuesday to Friday; the audit of Tuesday and Wednesday is not folded any more. */
  const days = ['17', '18', '19', '20'].map((day) => epochMs(Date.parse(`2026-11-${day}T14:00:00Z`)));
  const [tuesday, wednesday, , friday] = days;
  if (tuesday === undefined || wednesday === undefined || friday === undefined) throw new Error('no days');

  const held = fillAt(after(tuesday, HOUR), { executionId: 'held', price: 4150, fee: 1 });
  const daily = days.flatMap((nine, n): readonly CopilotEvent[] => [
    filled(
      fillAt(nine, { executionId: `open${n}`, symbol: 'MES 12-26', price: 6800, fee: 1 }),
      fillAt(after(nine, MINUTE), { executionId: `close${n}`, symbol: 'MES 12-26', side: 'SELL', price: 6799, fee: 1 }),
    ),
  ]);
  const cut = { kind: 'set-limits', at: tuesday, id: 'cut', change: { dailyLoss: fromUsd(400) } } as const;
  const loosen = { kind: 'set-limits', at: wednesday, id: 'loosen', change: { riskPerTrade: fromUsd(450) } } as const;
  // Sent again on Wednesday evening and on Friday: a repeat and a forgotten one.
  const repeat = { ...held, receivedAt: after(wednesday, 2 * HOUR) };
  const exit = fillAt(after(friday, HOUR), { executionId: 'exit', side: 'SELL', price: 4149, fee: 1 });
  const events = [cut, ...daily, filled(held), loosen, filled(repeat), filled(exit)].toSorted((a, b) => a.at - b.at);

  test('of an engine that started on Friday are those of the one that lived since Tuesday', async () => {
    const lived = newCopilot(tuesday, ROOTS);
    const kept = { fills: [] as Execution[], limits: [] as LimitsRecord[] };
    const rows = events.flatMap((event, seq): AuditRow[] => {
      const { effects, ignored } = decide(lived, event);
      if (ignored !== undefined) return [];
      if (event.kind === 'executions') kept.fills.push(...event.executions);
      kept.limits.push(...effects.flatMap((effect) => (effect.kind === 'record-limits' ? [effect.record] : [])));
      const json = JSON.parse(JSON.stringify(encodeEvent(event)));
      const { tradingDay } = lived;
      return [{ seq, eventId: String(seq), at: event.at, tradingDay, kind: event.kind, event: json, outputs: [] }];
    });
    const end = after(friday, 2 * HOUR);
    const makeState = (at: EpochMs) => newCopilot(at, ROOTS);
    const deps = {
      makeState,
      audit: keptAudit(rows),
      bars: barsOf([]),
      history: historyOf(kept),
      regimes: noModels,
      log: silent,
    };
    const { state } = await recover(deps, end);
    expect(state.limits).toEqual(lived.limits);
    expect(state.limits, 'cut on Tuesday, loosened for Thursday').toMatchObject({
      inForce: { dailyLoss: fromUsd(400), riskPerTrade: fromUsd(450) },
      pending: undefined,
    });
    const friday20 = tradingDayOf(friday);
    expect(resultOn(journalOf(state), friday20)).toEqual(resultOn(journalOf(lived), friday20));
    expect(resultOn(journalOf(state), friday20), 'the lot of Tuesday was closed').toMatchObject({
      trades: 2,
      realized: fromUsd(-5 - 2 - 10 - 1),
      consecutiveLosses: 2,
    });
    expect(state.journals).toEqual(lived.journals);
    expect(nextWords(state, end)).toBe(nextWords(lived, end));
  });
});
