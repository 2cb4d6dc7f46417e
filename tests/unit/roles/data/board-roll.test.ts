import { expect, test } from 'vitest';
import { after, type EpochMs, epochMs, MINUTE, ticks } from '../../../../src/kernel/units.js';
import type { FeedBar } from '../../../../src/ports/feed.js';
import { createBoard } from '../../../../src/roles/data/board.js';

// Gold's Z6 leads until Tuesday 24 November by the calendar.
const NOW = epochMs(Date.parse('2026-11-20T15:00:00Z'));
const NOTICE = 'MGC rolls Z6 -> G7 on Tue 24 Nov';
const barOf = (contract: string, at: EpochMs): FeedBar => ({
  ...{ root: 'MGC', contract },
  bar: { at, open: ticks(1), high: ticks(1), low: ticks(1), close: ticks(1), volume: 1 },
});
const rollOf = (board: ReturnType<typeof createBoard>) => board.snapshot(NOW, []).roots[0]?.roll;

test('a roll is announced of the contract in hand, and not of one that has been left', () => {
  const board = createBoard('massive', ['MGC']);
  expect(rollOf(board)).toBe(NOTICE);
  board.barAccepted(barOf('MGCZ6', after(NOW, -2 * MINUTE)));
  expect(rollOf(board)).toBe(NOTICE);
  board.barAccepted(barOf('MGCG7', after(NOW, -MINUTE)));
  expect(rollOf(board)).toBeNull();
});

test('before the first bar the month that leads is the one in hand', () => {
  const health = { ofFeed: () => ({}), ofRoot: () => ({}) };
  expect(rollOf(createBoard('massive', ['MGC'], { ...health, leads: () => 'MGCZ6' }))).toBe(NOTICE);
  expect(rollOf(createBoard('massive', ['MGC'], { ...health, leads: () => 'MGCG7' }))).toBeNull();
});
