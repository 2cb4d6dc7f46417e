import { expect, test } from 'vitest';
import { createDemoFeed, DEMO_START } from '../../../../src/adapters/feeds/demo/feed.js';
import { etMinuteOfDay } from '../../../../src/domain/sessions/session.js';
import { after, type EpochMs, MINUTE, SECOND } from '../../../../src/kernel/units.js';
import type { FeedBar, FeedTick } from '../../../../src/ports/feed.js';
import { eventually } from '../../../support/eventually.js';
import { sinkOf } from '../../../support/feed-sink.js';
import { handClock, runningClock } from '../../../support/test-clock.js';

const create = (clock: Parameters<typeof createDemoFeed>[0]['clock'], roots = ['MES', 'MGC']) =>
  createDemoFeed({ seed: 3, start: undefined, clock, roots });

test('the usual beginning is 04:50 in New York', () => {
  expect(etMinuteOfDay(DEMO_START)).toBe(4 * 60 + 50);
});

test('a minute is brought when market time reaches its close, not before, with last prices on the way', async () => {
  const clock = handClock(DEMO_START, 1);
  const feed = create(clock);
  const bars: FeedBar[] = [];
  const ticks: FeedTick[] = [];
  const run = feed.run(
    DEMO_START,
    sinkOf({ bars: async (closed) => void bars.push(...closed), tick: (tick) => void ticks.push(tick) }),
  );
  clock.set(after(DEMO_START, 30 * SECOND));
  await eventually(() => new Set(ticks.map(({ root }) => root)).size === 2);
  expect(bars).toEqual([]);
  expect(ticks.every(({ at }) => at <= clock.now())).toBe(true);
  clock.set(after(DEMO_START, MINUTE));
  await eventually(() => bars.length === 2);
  for (const { root, bar } of bars) {
    const its = ticks.filter((tick) => tick.root === root);
    expect(its.at(-1)?.price, 'the last price of a minute is its close').toBe(bar.close);
    expect(its.every(({ price }) => price >= bar.low && price <= bar.high)).toBe(true);
  }
  await feed.stop();
  await run;
});

test('what has passed while nobody listened is brought at once, without last prices', async () => {
  const clock = handClock(after(DEMO_START, 30 * MINUTE), 1);
  const feed = create(clock);
  const closes: EpochMs[] = [];
  const ticks: FeedTick[] = [];
  const run = feed.run(
    DEMO_START,
    sinkOf({
      bars: async (_, through) => void (through !== undefined && closes.push(through)),
      tick: (tick) => void ticks.push(tick),
    }),
  );
  await eventually(() => closes.length === 30);
  expect(closes.at(-1)).toBe(clock.now());
  expect(ticks.filter(({ at }) => at < clock.now())).toEqual([]);
  await feed.stop();
  await run;
});

test('at six hundred times real time the bars keep up with the clock', async () => {
  const clock = runningClock(DEMO_START, 600);
  const feed = create(clock);
  const late: number[] = [];
  const run = feed.run(
    DEMO_START,
    sinkOf({ bars: async (_, through) => void late.push(clock.now() - (through ?? 0)) }),
  );
  await eventually(() => late.length >= 8);
  expect(Math.min(...late), 'a bar before its close').toBeGreaterThanOrEqual(0);
  expect(Math.min(...late.slice(3))).toBeLessThan(MINUTE);
  await feed.stop();
  await run;
});

test('markets the demo does not make are left out', async () => {
  const feed = create(handClock(DEMO_START), ['MES', 'ZN']);
  const roots = new Set<string>();
  for await (const batch of feed.history()) for (const { root } of batch) roots.add(root);
  expect([...roots]).toEqual(['MES']);
});
