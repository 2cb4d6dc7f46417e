import { expect, test } from 'vitest';
import { receive } from '../../../../src/domain/accounts/book.js';
import { after, epochMs, SECOND } from '../../../../src/kernel/units.js';
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
  const now = after(NOW, (s ?? 0) * SECOND);
  const data = createBoard('demo', ['MES']).snapshot(now, [], programs);
  const status = systemStatus({ state, mode: 'live', now, data, dataSilentMs: 0, blockedBy: undefined });
  return status.parts.find(({ part }) => part === 'bridge')?.reason;
}

test('a silent account is told apart from a silent program', () => {
  expect(reasonAfter(11, [program(true)])).toBe('Sim101 STALE; the bridge program ninjatrader is running');
  expect(reasonAfter(11, [program(false)])).toBe('Sim101 STALE; the bridge program is silent too');
  expect(reasonAfter(11, []), 'a bridge without heartbeats').toBe('Sim101 STALE');
});

test('before any account is heard a running program is named', () => {
  expect(reasonAfter(undefined, [program(true)])).toBe(
    'no news from the platform yet; the bridge program ninjatrader is running',
  );
});

test('of an account in sync there is nothing to add', () => {
  expect(reasonAfter(1, [program(true)])).toBe('Sim101 IN_SYNC');
});
