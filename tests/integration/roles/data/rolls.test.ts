import { expect, test } from 'vitest';
import { createRollBook } from '../../../../src/domain/instruments/roll-book.js';
import { tradingDay } from '../../../../src/domain/sessions/trading-day.js';
import { after, type EpochMs, epochMs, HOUR, MINUTE, ticks } from '../../../../src/kernel/units.js';
import type { Feed, FeedBar, FeedSink } from '../../../../src/ports/feed.js';
import { startData } from '../../../../src/roles/data/data.js';
import { eventually } from '../../../support/eventually.js';
import { known } from '../../../support/instruments.js';
import { memoryBarStore, memoryBus, memoryLog } from '../../../support/memory-bus.js';
import { handClock } from '../../../support/test-clock.js';

// Gold's Z6 leads until Tuesday 24 November by the calendar.
const NOW = epochMs(Date.parse('2026-11-20T15:00:00Z'));
const OPEN = epochMs(Date.parse('2026-11-19T23:00:00Z'));
const mgc = known('MGC');
const barAt = (at: EpochMs, contract: string): FeedBar => ({
  ...{ root: 'MGC', contract },
  bar: { at, open: ticks(4_000), high: ticks(4_000), low: ticks(4_000), close: ticks(4_000), volume: 1 },
});
const volumes = ['2026-11-18', '2026-11-19'].flatMap((day) => [
  { contract: 'MGCZ6', day: tradingDay(day), volume: 100 },
  { contract: 'MGCG7', day: tradingDay(day), volume: 200 },
]);

/** A data role with a live feed that plays its part and stays. */
async function rig(stored: readonly FeedBar[], part: (sink: FeedSink) => Promise<void>) {
  const [bus, store, rolls, log] = [memoryBus(), memoryBarStore(), createRollBook(), memoryLog()];
  await store.save(stored, 'massive');
  let end = (): void => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const begun: string[] = [];
  const feed: Feed = {
    name: 'massive',
    startsAt: undefined,
    async *history() {},
    async run(_from, sink) {
      begun.push(rolls.front(mgc, NOW).symbol);
      sink.status({ state: 'live', reason: undefined });
      await part(sink);
      await ended;
    },
    async stop() {
      end();
    },
  };
  const data = await startData({
    ...{ bus, store, feed, rolls, log, clock: handClock(NOW), drive: undefined, roots: ['MGC'], runId: 'live' },
    sources: () => ({ at: NOW, roots: [], sources: [] }),
    intake: { host: '127.0.0.1', port: 0, apiKey: 'a-key-of-many-letters' },
  });
  return { bus, rolls, begun, data };
}

test('a live start knows the month that was recorded before it asks its feed', async () => {
  const stored = [barAt(after(OPEN, -2 * HOUR), 'MGCZ6'), barAt(OPEN, 'MGCG7')];
  const { begun, data, bus } = await rig(stored, async () => undefined);
  await eventually(() => begun.length > 0);
  expect(begun).toEqual(['MGCG7']);
  await eventually(() => bus.statuses.at(-1)?.roots[0]?.roll === null);
  await data.close();
});

test('bars that were passed on keep their day in their month, and the roll that waits is told to the engine', async () => {
  let isPassedOn = false;
  const { rolls, bus, data } = await rig([], async (sink) => {
    await sink.bars([barAt(after(NOW, -MINUTE), 'MGCZ6')], NOW);
    isPassedOn = true;
  });
  bus.believed = [];
  await eventually(() => isPassedOn);
  rolls.learn(mgc, volumes, NOW);
  expect(rolls.front(mgc, NOW).symbol).toBe('MGCZ6');
  await eventually(() => bus.facts.some(({ fact }) => fact === 'roll'), { timeout: 10_000 });
  expect(bus.facts.find(({ fact }) => fact === 'roll')).toMatchObject({
    ...{ root: 'MGC', active: true, facts: { from: 'MGCZ6', to: 'MGCG7', on: '2026-11-23' } },
    text: expect.stringMatching(/^rolls to G7 on 2026-11-23: it traded more than Z6 on two days/),
  });
  await data.close();
});
