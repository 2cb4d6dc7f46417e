import { afterEach, describe, expect, test } from 'vitest';
import { after, DAY, type EpochMs, epochMs, iso, MINUTE, SECOND, ticks } from '../../../../src/kernel/units.js';
import type { FeedStatus } from '../../../../src/ports/feed.js';
import { resumeAt, startUp } from '../../../../src/roles/data/start-up.js';
import { eventually } from '../../../support/eventually.js';
import { memoryBarStore, memoryBus, memoryLog } from '../../../support/memory-bus.js';
import { planAt } from '../../../support/web-source.js';

const NOW = epochMs(Date.parse('2026-11-19T15:00:30Z'));
const TARGET = epochMs(Date.parse('2026-11-19T15:00:00Z'));
const stopping: AbortController[] = [];
afterEach(() => {
  for (const it of stopping.splice(0)) it.abort();
});

const planOf = (at: EpochMs) => planAt(at, { as_of: iso(at) });
const bar = (root: string, at: EpochMs) => {
  const price = ticks(100);
  return { root, contract: `${root}Z6`, bar: { at, open: price, high: price, low: price, close: price, volume: 1 } };
};

describe('a live feed at a start', () => {
  const ask = async (stored: readonly (readonly [string, EpochMs])[]) => {
    const store = memoryBarStore();
    await store.save(
      stored.map(([root, at]) => bar(root, at)),
      'test',
    );
    const signal = new AbortController().signal;
    return resumeAt({ store, roots: ['MES', 'MGC'], now: NOW, log: memoryLog(), signal });
  };

  test('goes on after the newest stored bar of the root that lags most', async () => {
    const from = await ask([
      ['MES', after(TARGET, -20 * MINUTE)],
      ['MGC', after(TARGET, -30 * MINUTE)],
    ]);
    expect(from).toBe(after(TARGET, -29 * MINUTE));
  });

  test('is not sent back by a root that has no bar, or none of the last week', async () => {
    const newest = after(TARGET, -20 * MINUTE);
    expect(await ask([['MES', newest]])).toBe(after(newest, MINUTE));
    expect(
      await ask([
        ['MES', newest],
        ['MGC', after(NOW, -8 * DAY)],
      ]),
    ).toBe(after(newest, MINUTE));
  });

  test('is asked for a week where nothing is stored', async () => {
    expect(await ask([])).toBe(after(NOW, -7 * DAY));
  });
});

function setUp() {
  const bus = memoryBus();
  const is = { state: 'live' as FeedStatus['state'], through: undefined as EpochMs | undefined, elapsed: 0, looks: 0 };
  const stop = new AbortController();
  stopping.push(stop);
  const { engineLag } = bus;
  bus.engineLag = () => {
    is.looks += 1;
    return engineLag();
  };
  const start = startUp({
    bus,
    clock: { now: () => NOW, elapsed: () => is.elapsed, speed: 1 },
    log: memoryLog(),
    signal: stop.signal,
    feedState: () => is.state,
    completeThrough: () => {
      is.looks += 1;
      return is.through;
    },
  });
  /** Waits until it has looked some more times. */
  const looked = async () => {
    const then = is.looks;
    await eventually(() => is.looks >= then + 3);
  };
  return { bus, is, start, looked };
}

describe('a start', () => {
  test('is over when the missed minutes are in the stream, decided, and a plan was made of them', async () => {
    const it = setUp();
    it.bus.lag = 40;
    it.bus.plan = planOf(after(NOW, -MINUTE));
    it.is.through = after(TARGET, -MINUTE);
    await it.looked();
    expect([it.start.isReady(), it.bus.refreshes]).toEqual([false, []]);
    it.is.through = TARGET;
    await it.looked();
    // The engine has not come so far yet.
    expect([it.start.isReady(), it.bus.refreshes]).toEqual([false, []]);
    it.bus.lag = 0;
    await eventually(() => it.bus.refreshes.length === 1);
    expect(it.start.isReady()).toBe(false);
    it.bus.plan = planOf(NOW);
    await eventually(() => it.start.isReady());
    expect(it.bus.refreshes).toHaveLength(1);
  });

  test('does not wait for bars that a shut market does not have', async () => {
    const it = setUp();
    it.bus.plan = planOf(NOW);
    await it.looked();
    expect(it.start.isReady()).toBe(false);
    it.is.elapsed = 11 * SECOND;
    await eventually(() => it.start.isReady());
  });

  test('waits while a feed that starts still brings minutes, and not for ever for one that cannot', async () => {
    const it = setUp();
    it.bus.plan = planOf(NOW);
    it.is.state = 'starting';
    it.is.elapsed = 50 * SECOND;
    await it.looked();
    expect(it.start.isReady()).toBe(false);
    it.is.elapsed = 61 * SECOND;
    await eventually(() => it.start.isReady());
  });

  test('waits for the stores', async () => {
    const it = setUp();
    it.is.through = TARGET;
    it.bus.plan = planOf(NOW);
    it.bus.isDown = true;
    await it.looked();
    expect(it.start.isReady()).toBe(false);
    it.bus.isDown = false;
    await eventually(() => it.start.isReady());
  });
});
