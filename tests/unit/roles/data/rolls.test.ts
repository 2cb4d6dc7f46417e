import { expect, test } from 'vitest';
import { createRollBook } from '../../../../src/domain/instruments/roll-book.js';
import { tradingDay } from '../../../../src/domain/sessions/trading-day.js';
import { after, type EpochMs, epochMs, HOUR, MINUTE, ticks } from '../../../../src/kernel/units.js';
import type { FeedBar } from '../../../../src/ports/feed.js';
import { createRolls } from '../../../../src/roles/data/rolls.js';
import { known } from '../../../support/instruments.js';
import { memoryBarStore, memoryLog } from '../../../support/memory-bus.js';

// Gold's Z6 leads until Tuesday 24 November by the calendar.
const NOW = epochMs(Date.parse('2026-11-20T15:00:00Z'));
const OPEN = epochMs(Date.parse('2026-11-19T23:00:00Z'));
const barAt = (at: EpochMs, contract: string): FeedBar => ({
  ...{ root: 'MGC', contract },
  bar: { at, open: ticks(1), high: ticks(1), low: ticks(1), close: ticks(1), volume: 1 },
});

const volumes = ['2026-11-18', '2026-11-19'].flatMap((day) => [
  { contract: 'MGCZ6', day: tradingDay(day), volume: 100 },
  { contract: 'MGCG7', day: tradingDay(day), volume: 200 },
]);

async function rig(stored: readonly FeedBar[]) {
  const [store, rolls, log] = [memoryBarStore(), createRollBook(), memoryLog()];
  await store.save(stored, 'massive');
  const { signal } = new AbortController();
  return { rolls, log, it: createRolls({ rolls, store, roots: ['MGC', 'SPY'], log, signal }) };
}

test('a new start goes on in the month that was recorded ahead of the calendar', async () => {
  const { it } = await rig([barAt(after(OPEN, -2 * HOUR), 'MGCZ6'), barAt(OPEN, 'MGCG7')]);
  expect(it.leads('MGC', NOW)?.symbol).toBe('MGCZ6');
  await it.recall(after(NOW, -MINUTE), NOW);
  expect(it.leads('MGC', NOW)?.symbol).toBe('MGCG7');
  expect(it.leads('MGC', after(OPEN, -MINUTE))?.symbol).toBe('MGCZ6');
});

test('far from a roll nothing is read back', async () => {
  const october = epochMs(Date.parse('2026-10-20T15:00:00Z'));
  const { signal } = new AbortController();
  const read: string[] = [];
  const store = {
    async range(root: string) {
      read.push(root);
      return [];
    },
  };
  const it = createRolls({ rolls: createRollBook(), store, roots: ['MGC', 'SPY'], log: memoryLog(), signal });
  await it.recall(after(october, -MINUTE), october);
  expect(read).toEqual([]);
  await it.recall(after(NOW, -MINUTE), NOW);
  expect(read).toEqual(['MGC']);
});

test('a day of which bars have been passed on in the old month stays with it, whatever volumes say later', async () => {
  const { rolls, log, it } = await rig([]);
  it.bars([barAt(NOW, 'MGCZ6')]);
  rolls.learn(known('MGC'), volumes, after(NOW, MINUTE));
  expect(it.leads('MGC', after(NOW, HOUR))?.symbol).toBe('MGCZ6');
  expect(it.leads('MGC', epochMs(Date.parse('2026-11-22T23:00:00Z')))?.symbol).toBe('MGCG7');
  expect(log.lines.filter(({ evt }) => evt === 'feed.roll')).toEqual([
    expect.objectContaining({ fields: expect.objectContaining({ from: 'MGCZ6', to: 'MGCG7' }) }),
  ]);
  const told = it.news(NOW);
  expect(told).toEqual([
    expect.objectContaining({
      ...{ root: 'MGC', fact: 'roll', active: true },
      text: 'rolls to G7 on 2026-11-23: it traded more than Z6 on two days (200 against 100, 200 against 100)',
    }),
  ]);
  const over = epochMs(Date.parse('2026-11-23T23:00:00Z'));
  expect(it.news(after(over, -MINUTE))).toEqual(told);
  expect(it.news(over)).toEqual([]);
});

test('a decided roll that recorded bars move is told with its new day, and with the old one no more', async () => {
  const { rolls, log, it } = await rig([]);
  rolls.learn(known('MGC'), volumes, OPEN);
  expect(it.news(OPEN)).toEqual([expect.objectContaining({ facts: expect.objectContaining({ on: '2026-11-20' }) })]);
  it.bars([barAt(after(OPEN, MINUTE), 'MGCZ6')]);
  const told = it.news(after(OPEN, 2 * MINUTE));
  expect(told).toEqual([
    expect.objectContaining({
      ...{ fact: 'roll', active: true, since: epochMs(Date.parse('2026-11-20T23:00:00Z')) },
      text: 'rolls to G7 on 2026-11-23, not on 2026-11-20: bars of 2026-11-20 are recorded in Z6',
      facts: { from: 'MGCZ6', to: 'MGCG7', on: '2026-11-23' },
    }),
  ]);
  expect(log.lines.filter(({ evt }) => evt === 'feed.roll')).toHaveLength(2);
  // Its old day is over: the new one is still ahead.
  expect(it.news(NOW)).toEqual(told);
});

test('without a book there is no month to name, and nothing to do', async () => {
  const { signal } = new AbortController();
  const it = createRolls({ rolls: undefined, store: memoryBarStore(), roots: ['MGC'], log: memoryLog(), signal });
  it.bars([barAt(NOW, 'MGCZ6')]);
  await it.recall(after(NOW, -MINUTE), NOW);
  expect(it.leads('MGC', NOW)).toBeUndefined();
});
