import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { after, epochMs, fromUsd } from '../../../../src/kernel/units.js';
import type { AuditRow, AuditStore } from '../../../../src/ports/audit-store.js';
import type { HistoryStore } from '../../../../src/ports/history-store.js';
import { type CoreDeps, createCore, type Envelope } from '../../../../src/roles/engine/core.js';
import { flatSnapshot, newCopilot } from '../../../support/copilot-day.js';

/** 09:00 New York on an ordinary Thursday. */
const NINE = epochMs(Date.parse('2026-11-19T14:00:00Z'));

/** A core whose stores keep what they are given; `unreadable` names an event whose outputs nobody can read. */
function keepingCore(unreadable?: string) {
  const [written, performed, buried]: [AuditRow[], AuditRow[], string[]] = [[], [], []];
  const perform = async (rows: readonly AuditRow[]) => {
    if (rows.some(({ eventId }) => eventId === unreadable)) z.number().parse(Number.POSITIVE_INFINITY);
    performed.push(...rows);
  };
  const unused = async () => {};
  const audit: AuditStore = {
    append: async (rows) => void written.push(...rows),
    async *eventsSince() {},
    dayBefore: async () => undefined,
    known: async () => new Set(),
    prune: async () => 0,
    newestSeq: async () => written.length,
    newestAt: async () => written.at(-1)?.at,
    performedSeq: async () => 0,
    markPerformed: unused,
    after: async () => [],
  };
  const history: HistoryStore = {
    savePlan: unused,
    saveAlert: async () => true,
    newestAlerts: async () => [],
    saveSnapshots: unused,
    saveExecutions: unused,
    saveTrades: unused,
    saveLimits: unused,
    saveRiskEvent: unused,
    executionsBefore: async () => [],
    newestSnapshotsBefore: async () => [],
    limitsBefore: async () => undefined,
    saveSignal: unused,
    saveJobRun: unused,
  };
  const deps: CoreDeps = {
    state: newCopilot(NINE),
    audit,
    bars: { save: async () => 0, range: async () => [], newest: async () => undefined },
    history,
    performer: { perform, show: unused, plan: () => undefined },
    bus: { deadLetter: async ({ where }) => void buried.push(where) },
    mode: 'live',
    log: { debug() {}, info() {}, warn() {}, error() {} },
    seq: 0,
    signal: new AbortController().signal,
  };
  return { core: createCore(deps), written, performed, buried };
}

const report = (n: number, realized = 0): Envelope => {
  const at = after(NINE, n * 10);
  const snapshot = flatSnapshot(at, n, { realizedPnl: fromUsd(realized) });
  return { eventId: `account/${n}`, event: { kind: 'account', at, snapshot } };
};
const eventsOf = (row: AuditRow | undefined) => row?.outputs.map(({ event }) => event);

describe('reports that are decided together', () => {
  test('are all written down, and only the newest state of them goes out', async () => {
    const { core, written, performed } = keepingCore();
    await core.step([report(1), report(2, -500), report(3, -500), report(4, -300)]);
    expect(written.map(({ eventId }) => eventId)).toEqual(['account/1', 'account/2', 'account/3', 'account/4']);
    expect(written).toEqual(performed);
    const states = written.flatMap((row) => row.outputs.filter(({ event }) => event.endsWith('-update')));
    expect(states.map(({ event }) => event)).toEqual(['positions-update', 'risk-update']);
    expect(states.map(({ data }) => data)).toMatchObject([{ as_of: '2026-11-19T14:00:00.040Z' }, { daily_pnl: -300 }]);
  });

  test('lose no alert and no record of a rule that spoke in between', async () => {
    const { core, written } = keepingCore();
    await core.step([report(1), report(2, -500), report(3, -300)]);
    expect(eventsOf(written[1])).toContain('alert');
    expect(eventsOf(written[1])).toContain('risk-event');
    expect(eventsOf(written[2])).toContain('risk-event');
  });

  test('a report that comes alone goes out whole', async () => {
    const { core, written } = keepingCore();
    await core.step([report(1)]);
    await core.step([report(2)]);
    expect(eventsOf(written[1])).toEqual(['positions-update', 'risk-update']);
  });
});

test('an event whose outputs nobody can read is buried with its name, and the others go on', async () => {
  const { core, written, performed, buried } = keepingCore('account/2');
  await core.step([report(1), report(2), report(3)]);
  expect(written.length).toBe(3);
  expect(performed.map(({ eventId }) => eventId)).toEqual(['account/1', 'account/3']);
  expect(buried).toEqual(['account/2']);
  await core.step([report(4)]);
  expect(performed.at(-1)?.eventId).toBe('account/4');
});
