import { describe, expect, test } from 'vitest';
import type { AccountSnapshot } from '../../../../src/domain/accounts/snapshot.js';
import { decide } from '../../../../src/domain/copilot/decide.js';
import type { CopilotEvent } from '../../../../src/domain/copilot/event.js';
import { RETIRED_RULE } from '../../../../src/domain/copilot/retire.js';
import { positionsReport } from '../../../../src/domain/copilot/risk-facts.js';
import type { CopilotState } from '../../../../src/domain/copilot/state.js';
import { err, ok } from '../../../../src/kernel/result.js';
import { after, DAY, type EpochMs, epochMs, fromUsd, HOUR, MINUTE } from '../../../../src/kernel/units.js';
import type { AuditRow } from '../../../../src/ports/audit-store.js';
import type { LastReport } from '../../../../src/ports/history-store.js';
import { encodeEvent } from '../../../../src/roles/engine/event-codec.js';
import { outputOf } from '../../../../src/roles/engine/outputs.js';
import { recover } from '../../../../src/roles/engine/recover.js';
import { flatSnapshot, newCopilot } from '../../../support/copilot-day.js';
import { keptAudit } from '../../../support/kept-audit.js';
import { memoryLog } from '../../../support/memory-bus.js';

const ROOTS = ['MGC'];
/** 09:00 New York on an ordinary Monday; the trading week after it. */
const MONDAY = epochMs(Date.parse('2026-11-16T14:00:00Z'));
const day = (n: number, ms = 0) => after(MONDAY, n * DAY + ms);

const gold = {
  symbol: 'MGC 12-26',
  root: 'MGC',
  contract: 'MGCZ6',
  side: 'LONG',
  quantity: 2,
  avgPrice: 4200,
  lastPrice: 4201,
  unrealizedPnl: fromUsd(20),
} as const;

const heard = (at: EpochMs, seq: number, more: Partial<AccountSnapshot> = {}): CopilotEvent => ({
  kind: 'account',
  at,
  snapshot: flatSnapshot(at, seq, more),
});
const minute = (at: EpochMs): CopilotEvent => ({ kind: 'job', at, name: 'risk-sweep' });
const retiring = (at: EpochMs, account: string): CopilotEvent => ({ kind: 'retire-account', at, id: 'r1', account });

/** An engine that lived through the events, with the stores it wrote. */
function life(events: readonly CopilotEvent[]) {
  const lived = newCopilot(events[0]?.at ?? MONDAY, ROOTS);
  const rows: AuditRow[] = [];
  const snapshots: AccountSnapshot[] = [];
  const retired: { account: unknown; at: EpochMs }[] = [];
  for (const event of events) {
    const { effects, ignored } = decide(lived, event);
    if (ignored !== undefined) continue;
    if (event.kind === 'account') snapshots.push(event.snapshot);
    for (const effect of effects) {
      if (effect.kind !== 'record-risk-event' || effect.event.rule !== RETIRED_RULE) continue;
      if (effect.event.phase === 'began') retired.push({ account: effect.event.facts.account, at: effect.event.at });
    }
    const [seq, json] = [rows.length, JSON.parse(JSON.stringify(encodeEvent(event)))];
    const { tradingDay } = lived;
    rows.push({ seq, eventId: String(seq), at: event.at, tradingDay, kind: event.kind, event: json, outputs: [] });
  }
  const newestSnapshotsBefore = async (at: EpochMs): Promise<readonly LastReport[]> => {
    const newest = new Map<string, AccountSnapshot>();
    for (const it of snapshots) if (it.receivedAt < at) newest.set(it.account, it);
    for (const it of retired) {
      const last = [...newest.values()].find(({ account }) => account === it.account);
      if (last && it.at < at && it.at >= last.receivedAt) newest.delete(last.account);
    }
    return [...newest.values()].map((snapshot) => ({ account: snapshot.account, snapshot: ok(snapshot) }));
  };
  return { lived, rows, newestSnapshotsBefore };
}

async function started({ rows, newestSnapshotsBefore }: ReturnType<typeof life>, now: EpochMs, log = memoryLog()) {
  const { state } = await recover(
    {
      makeState: (at) => newCopilot(at, ROOTS),
      audit: keptAudit(rows),
      bars: { save: async () => 0, range: async () => [], newest: async () => undefined },
      history: { executionsBefore: async () => [], limitsBefore: async () => undefined, newestSnapshotsBefore },
      regimes: { modelsBefore: async () => [] },
      log,
    },
    now,
  );
  return state;
}

/** What the next minute says, alerts too. */
const nextWords = (state: CopilotState, at: EpochMs): string =>
  JSON.stringify(decide(state, minute(at)).effects.map((effect) => outputOf(effect, 'live')));

describe('an account that was silent for days', () => {
  const monday = [heard(MONDAY, 1, { positions: [gold], realizedPnl: fromUsd(-400) }), minute(day(0, MINUTE))];
  const week = [...monday, ...[1, 2, 3].flatMap((n) => [minute(day(n)), minute(day(n, HOUR))])];

  test('is STALE with what it held after a start, not gone', async () => {
    const store = life(week);
    const now = day(3, 2 * HOUR);
    const state = await started(store, now);
    expect(positionsReport(state, now)).toMatchObject({
      verdict: 'STALE',
      accounts: [{ verdict: 'STALE' }],
      exposures: [{ position: { quantity: 2 } }],
    });
    expect(nextWords(state, now)).toBe(nextWords(store.lived, now));
  });

  test('counts its day from where its counter stood, as in an engine that lived', async () => {
    const store = life(week);
    const state = await started(store, day(3, 2 * HOUR));
    const back = heard(day(3, 3 * HOUR), 2, { positions: [gold], realizedPnl: fromUsd(-50) });
    for (const each of [state, store.lived]) decide(each, back);
    expect(state.dayResults).toEqual(store.lived.dayResults);
    expect(state.streaks).toEqual(store.lived.streaks);
    expect(nextWords(state, day(3, 4 * HOUR))).toBe(nextWords(store.lived, day(3, 4 * HOUR)));
    expect(positionsReport(state, day(3, 3 * HOUR)).results, 'the worse of +350 and -50').toMatchObject([
      { realized: fromUsd(-50) },
    ]);
  });

  test('is known even when nothing at all was audited since', async () => {
    const state = await started(life(monday), day(30));
    expect(state.book.accounts.get('Sim101')?.snapshot.positions).toHaveLength(1);
  });

  test('whose last report cannot be read any more is named, and stops nobody', async () => {
    const store = life([...week, heard(day(3, HOUR), 1, { account: 'Live-7' })]);
    const log = memoryLog();
    const broken = async () => [{ account: 'Sim101', snapshot: err('positions: expected array') }];
    const state = await started({ ...store, newestSnapshotsBefore: broken }, day(3, 2 * HOUR), log);
    expect([...state.book.accounts.keys()]).toEqual(['Live-7']);
    expect(log.lines).toContainEqual(
      expect.objectContaining({ level: 'error', fields: expect.objectContaining({ account: 'Sim101' }) }),
    );
  });
});

describe('a retired account', () => {
  const flat = [heard(MONDAY, 1), heard(day(0, HOUR), 1, { account: 'Live-7' })];
  const retired = [...flat, retiring(day(0, 2 * HOUR), 'Sim101')];
  const later = [1, 2, 3].map((n) => minute(day(n)));

  test.each([
    ['the same day', retired, day(0, 3 * HOUR)],
    ['days later', [...retired, ...later], day(3, HOUR)],
  ])('stays away from an engine started %s', async (_, events, now) => {
    const store = life(events);
    const state = await started(store, now);
    expect([...state.book.accounts.keys()]).toEqual(['Live-7']);
    expect(nextWords(state, now)).toBe(nextWords(store.lived, now));
  });

  test('that reported again is there again', async () => {
    const store = life([...retired, heard(day(0, 3 * HOUR), 2, { positions: [gold] }), ...later]);
    const state = await started(store, day(3, HOUR));
    expect([...state.book.accounts.keys()].toSorted()).toEqual(['Live-7', 'Sim101']);
    expect(state.book.accounts.get('Sim101')?.snapshot.positions).toHaveLength(1);
  });
});
