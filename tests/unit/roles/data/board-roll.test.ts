import { expect, test } from 'vitest';
import { frontContract } from '../../../../src/domain/instruments/roll.js';
import { createRollBook } from '../../../../src/domain/instruments/roll-book.js';
import { tradingDay } from '../../../../src/domain/sessions/trading-day.js';
import { after, type EpochMs, epochMs, MINUTE, ticks } from '../../../../src/kernel/units.js';
import type { FeedBar } from '../../../../src/ports/feed.js';
import { createBoard } from '../../../../src/roles/data/board.js';
import { known } from '../../../support/instruments.js';
import { et } from '../../../support/new-york.js';

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

const health = { ofFeed: () => ({}), ofRoot: () => ({}) };

test('before the first bar the month that leads is the one in hand', () => {
  const byCalendar = (root: string, at: EpochMs) => frontContract(known(root), at);
  const moved = frontContract(known('MGC'), et('2026-11-24 10:00'));
  expect(rollOf(createBoard('massive', ['MGC'], { ...health, leads: byCalendar }))).toBe(NOTICE);
  expect(rollOf(createBoard('massive', ['MGC'], { ...health, leads: () => moved }))).toBeNull();
});

test('a roll that is decided is announced for its own day, and not for the calendar’s', () => {
  const rolls = createRollBook();
  const leads = (root: string, at: EpochMs) => rolls.front(known(root), at);
  const board = createBoard('massive', ['MGC'], { ...health, leads });
  board.barAccepted(barOf('MGCZ6', after(NOW, -2 * MINUTE)));
  rolls.recorded({ root: 'MGC', contract: 'MGCZ6', at: after(NOW, -2 * MINUTE) });
  expect(rollOf(board)).toBe(NOTICE);
  const volumes = ['2026-11-18', '2026-11-19'].flatMap((day) => [
    { contract: 'MGCZ6', day: tradingDay(day), volume: 100 },
    { contract: 'MGCG7', day: tradingDay(day), volume: 200 },
  ]);
  rolls.learn(known('MGC'), volumes, NOW);
  expect(rollOf(board)).toBe('MGC rolls Z6 -> G7 on Mon 23 Nov');
});
