import { expect, test } from 'vitest';
import { createDemoFeed, DEMO_START } from '../../../../src/adapters/feeds/demo/feed.js';
import { createPlatformFeed } from '../../../../src/adapters/feeds/platform/feed.js';
import { emptyJournal, netPositions, recordExecutions, resultOn } from '../../../../src/domain/accounts/journal.js';
import { tradingDayOf } from '../../../../src/domain/sessions/trading-day.js';
import { after, type EpochMs, fromUsd, iso, MINUTE } from '../../../../src/kernel/units.js';
import type { Clock } from '../../../../src/ports/clock.js';
import { type DataParts, startData } from '../../../../src/roles/data/data.js';
import { newTrader } from '../../../../src/roles/data/sim-bridge/trader.js';
import { eventually } from '../../../support/eventually.js';
import { FLAT, fakePlatform } from '../../../support/fake-platform.js';
import { type MemoryBus, memoryBarStore, memoryBus, memoryLog } from '../../../support/memory-bus.js';
import { handClock, runningClock } from '../../../support/test-clock.js';

const KEY = 'a-key-of-many-letters';
const ROOTS = ['MGC', 'MES', 'MNQ'];

function parts(clock: Clock, bus: MemoryBus, more: Partial<DataParts> = {}): DataParts {
  return {
    bus,
    store: memoryBarStore(),
    feed: createDemoFeed({ seed: 1, start: undefined, clock, roots: ROOTS }),
    clock,
    drive: undefined,
    log: memoryLog(),
    roots: ROOTS,
    runId: 'demo-1',
    intake: { host: '127.0.0.1', port: 0, apiKey: KEY },
    trader: async () => newTrader(1, fromUsd(50_000)),
    ...more,
  };
}

test('a demo shows bars, last prices, a status that beats and a position that came through the intake', async () => {
  const bus = memoryBus();
  // Two market minutes a second: a trade within the first three minutes.
  const data = await startData(parts(runningClock(DEMO_START, 120), bus));
  await eventually(() => bus.snapshots.some(({ positions }) => positions.length > 0), { timeout: 10_000 });
  expect(bus.bars.length).toBeGreaterThan(0);
  expect(bus.ticks.length).toBeGreaterThan(0);
  const held = bus.snapshots.find(({ positions }) => positions.length > 0);
  expect(held).toMatchObject({ account: 'Sim101', bridge: 'simulated', positions: [{ root: expect.any(String) }] });
  expect(held?.orders.map(({ type }) => type)).toContain('STOP');
  const seqs = bus.snapshots.map(({ seq }) => seq);
  expect(seqs).toEqual(seqs.map((_, i) => i + 1));
  await eventually(() => bus.statuses.at(-1)?.bridges[0]?.verdict === 'IN_SYNC');
  expect(bus.statuses.at(-1)?.beat).toBe(bus.statuses.length);
  await data.close();
});

test('the platform of the demo tells each fill once, with its fee, and says that it lives', async () => {
  const bus = memoryBus();
  const data = await startData(parts(runningClock(DEMO_START, 600), bus));
  const told = () => bus.executions.flatMap(({ executions }) => executions);
  await eventually(() => told().length >= 3, { timeout: 15_000 });
  const ids = told().map(({ executionId }) => executionId);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.slice(0, 3)).toEqual(['sim-1-1-in', 'sim-1-1-out', 'sim-1-2-in']);
  expect(told().every(({ commission, quantity }) => commission === quantity * fromUsd(0.62))).toBe(true);
  await eventually(() => bus.statuses.at(-1)?.programs[0]?.is_alive === true);
  expect(bus.statuses.at(-1)?.programs).toMatchObject([{ bridge: 'simulated', accounts: ['Sim101'] }]);
  await data.close();
});

test('the fills and the snapshots of the demo agree on what is held and what was made', async () => {
  const bus = memoryBus();
  const data = await startData(parts(runningClock(DEMO_START, 600), bus));
  await eventually(() => bus.executions.flatMap(({ executions }) => executions).length >= 4, { timeout: 20_000 });
  await data.close();
  for (const snapshot of bus.snapshots) {
    // Fills are told before the snapshot that shows them.
    const told = bus.executions.filter(({ receivedAt }) => receivedAt <= snapshot.receivedAt);
    const fills = told.flatMap(({ executions }) => executions);
    const { journal } = recordExecutions(emptyJournal, fills);
    const held = snapshot.positions.map(({ contract, side, quantity }) => [
      contract,
      side === 'LONG' ? quantity : -quantity,
    ]);
    const net = netPositions(journal).map((it) => [it.contract, it.net]);
    expect(net, `snapshot ${snapshot.seq}`).toEqual(held);
    expect(resultOn(journal, tradingDayOf(snapshot.sentAt)).realized).toBe(snapshot.realizedPnl);
  }
});

test('closed, it leaves nothing that writes', async () => {
  const bus = memoryBus();
  const data = await startData(parts(runningClock(DEMO_START, 600), bus));
  await eventually(() => bus.bars.length > 0 && bus.snapshots.length > 0);
  await data.close();
  const count = () => bus.bars.length + bus.ticks.length + bus.snapshots.length + bus.statuses.length;
  const atClose = count();
  // Another role, started now, shows how long the closed one kept quiet.
  const other = memoryBus();
  const witness = await startData(parts(runningClock(DEMO_START, 600), other));
  await eventually(() => other.ticks.length > 0 && other.snapshots.length > 1 && other.statuses.length > 1);
  await witness.close();
  expect(count()).toBe(atClose);
  await expect(fetch(`http://127.0.0.1:${data.bridgePort}/health`)).rejects.toThrow();
});

test('a run in two halves appends the same bars as a run in one', async () => {
  const until = async (bus: MemoryBus, bars: number): Promise<void> => {
    const moved: EpochMs[] = [];
    const clock = handClock(DEMO_START);
    const data = await startData(parts(clock, bus, { drive: (at) => void moved.push(at) }));
    await eventually(() => bus.bars.length >= bars);
    await data.close();
  };
  const [whole, halves] = [memoryBus(), memoryBus()];
  await until(whole, 300);
  await until(halves, 90);
  await until(halves, 300);
  expect(halves.bars.slice(0, 300)).toEqual(whole.bars.slice(0, 300));
});

test('where the data drive the clock no platform is simulated: accounts stay unknown', async () => {
  const bus = memoryBus();
  const data = await startData(parts(handClock(DEMO_START), bus, { drive: () => {} }));
  await eventually(() => bus.bars.length > 100);
  const answer = await fetch(`http://127.0.0.1:${data.bridgePort}/positions`, { headers: { 'x-api-key': KEY } });
  expect(await answer.json()).toMatchObject({ verdict: 'UNKNOWN' });
  await data.close();
});

test('without a feed it still takes what bridges report', async () => {
  const bus = memoryBus();
  const { trader, ...rest } = parts(handClock(DEMO_START, 1), bus);
  expect(trader).toBeDefined();
  const data = await startData({ ...rest, feed: undefined });
  const platform = fakePlatform({ url: `http://127.0.0.1:${data.bridgePort}`, key: KEY });
  expect((await platform.report(FLAT)).status).toBe(200);
  await eventually(() => bus.statuses.at(-1)?.bridges.length === 1);
  expect(bus.statuses.at(-1)).toMatchObject({
    feed: { name: 'none', state: 'silent' },
    bridges: [{ account: 'Sim101', verdict: 'IN_SYNC', heard_at: iso(DEMO_START) }],
  });
  await data.close();
});

test('bars that a platform posts go into the stream with what they complete', async () => {
  const bus = memoryBus();
  // Two quiet seconds pass in 20 ms.
  const clock = { ...handClock(after(DEMO_START, 10 * MINUTE), 1), elapsed: () => 100 * performance.now() };
  const { trader: _none, ...rest } = parts(clock, bus);
  const data = await startData({ ...rest, feed: createPlatformFeed({ clock }) });
  const bar = { ts: iso(DEMO_START), open: 4205, high: 4206, low: 4204, close: 4205.5, volume: 9 };
  const answer = await fetch(`http://127.0.0.1:${data.bridgePort}/bars`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': KEY },
    body: JSON.stringify({ symbol: 'MGC 12-26', bars: [bar, { ...bar, ts: iso(after(DEMO_START, MINUTE)) }] }),
  });
  expect(await answer.json()).toMatchObject({ status: 'ok', accepted: 2 });
  await eventually(() => bus.bars.length === 2);
  expect(bus.bars).toMatchObject([
    { root: 'MGC', source: 'ninjatrader', clock: after(DEMO_START, MINUTE) },
    { root: 'MGC', source: 'ninjatrader', clock: after(DEMO_START, 2 * MINUTE) },
  ]);
  await eventually(() => bus.statuses.at(-1)?.feed.state === 'live');
  await data.close();
});

test('a heartbeat that cannot be written is skipped and comes back', async () => {
  const bus = memoryBus();
  const log = memoryLog();
  const clock = handClock(after(DEMO_START, MINUTE), 1);
  bus.isDown = true;
  const data = await startData({ ...parts(clock, bus, { log }), feed: undefined });
  await eventually(() => log.lines.some(({ evt }) => evt === 'data_status.failed'));
  bus.isDown = false;
  await eventually(() => bus.statuses.length > 0);
  await data.close();
});
