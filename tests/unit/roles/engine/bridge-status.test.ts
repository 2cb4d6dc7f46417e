import { expect, test } from 'vitest';
import { receive } from '../../../../src/domain/accounts/book.js';
import type { CopilotState } from '../../../../src/domain/copilot/state.js';
import { after, type EpochMs, epochMs, SECOND } from '../../../../src/kernel/units.js';
import type { DataStatus } from '../../../../src/messages/data-status.js';
import { createBoard } from '../../../../src/roles/data/board.js';
import { systemStatus } from '../../../../src/roles/engine/status.js';
import { flatSnapshot, newCopilot } from '../../../support/copilot-day.js';

const NOW = epochMs(Date.parse('2026-11-20T14:31:08Z'));
const program = (isAlive: boolean) => ({
  bridge: 'ninjatrader',
  bridge_version: '1.0.0',
  accounts: ['Sim101'],
  heard_at: '2026-11-20T14:31:00Z',
  is_alive: isAlive,
});

/** What the bridge part says `s` seconds after the account was heard; never heard when undefined. */
function reasonAfter(s: number | undefined, programs: DataStatus['programs']): string | undefined {
  const state = newCopilot(NOW);
  if (s !== undefined) state.book = receive(state.book, flatSnapshot(NOW, 1)).book;
  return bridgeReason(state, after(NOW, (s ?? 0) * SECOND), { programs });
}

interface Heard {
  readonly programs: DataStatus['programs'];
  readonly dataSilentMs?: number | undefined;
}

function bridgeReason(state: CopilotState, now: EpochMs, heard: Heard): string | undefined {
  const { programs, dataSilentMs } = { dataSilentMs: 0, ...heard };
  const data = createBoard('demo', ['MES']).snapshot(now, [], programs);
  const status = systemStatus({ state, mode: 'live', now, data, dataSilentMs, blockedBy: undefined });
  return status.parts.find(({ part }) => part === 'bridge')?.reason;
}

test('a silent account is told apart from a silent program', () => {
  expect(reasonAfter(11, [program(true)])).toBe('Sim101 STALE; the bridge program ninjatrader is running');
  expect(reasonAfter(11, [program(false)])).toBe('Sim101 STALE; the bridge program is silent too');
  expect(reasonAfter(11, []), 'a bridge without heartbeats').toBe('Sim101 STALE');
});

test('of several accounts only those that have the worst verdict are named with it', () => {
  const state = newCopilot(NOW);
  for (const [account, s] of [
    ['Sim101', 0],
    ['X1', -11],
    ['X2', -12],
  ] as const)
    state.book = receive(state.book, flatSnapshot(after(NOW, s * SECOND), 1, { account })).book;
  expect(bridgeReason(state, NOW, { programs: [] })).toBe('X1, X2 STALE');
  state.book = receive(state.book, flatSnapshot(NOW, 2, { account: 'X2' })).book;
  expect(bridgeReason(state, NOW, { programs: [] })).toBe('X1 STALE');
  state.book = receive(state.book, flatSnapshot(NOW, 2, { account: 'X1' })).book;
  expect(bridgeReason(state, NOW, { programs: [] })).toBe('Sim101, X1, X2 IN_SYNC');
});

test('nothing is said of the program by a data service that is silent itself', () => {
  const state = newCopilot(NOW);
  const reason = (dataSilentMs: number | undefined) =>
    bridgeReason(state, NOW, { programs: [program(true)], dataSilentMs });
  expect(reason(5_000)).toBe('no news from the platform yet; the bridge program ninjatrader is running');
  expect(reason(5_001)).toBe('no news from the platform yet');
  expect(reason(undefined)).toBe('no news from the platform yet');
});

test('before any account is heard a running program is named', () => {
  expect(reasonAfter(undefined, [program(true)])).toBe(
    'no news from the platform yet; the bridge program ninjatrader is running',
  );
});

test('of an account in sync there is nothing to add', () => {
  expect(reasonAfter(1, [program(true)])).toBe('Sim101 IN_SYNC');
});
