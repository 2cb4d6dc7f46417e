import { expect, test } from 'vitest';
import { epochMs, ticks } from '../../../../src/kernel/units.js';
import type { FeedTick } from '../../../../src/ports/feed.js';
import { createQuotes } from '../../../../src/roles/data/quotes.js';
import { eventually } from '../../../support/eventually.js';
import { memoryBus, memoryLog } from '../../../support/memory-bus.js';
import { manualTime } from '../../../support/web-source.js';

const tick = (root: string, price: number): FeedTick => ({
  root,
  contract: `${root}Z6`,
  price: ticks(price),
  at: epochMs(price),
});

/** Quotes on a time that is moved by hand, and the messages they become, each with its instant. */
function setUp() {
  const [time, bus, log] = [manualTime(), memoryBus(), memoryLog()];
  const sent: { readonly at: number; readonly ticks: readonly FeedTick[] }[] = [];
  const recorder = {
    async appendTicks(batch: readonly FeedTick[]) {
      sent.push({ at: time.clock.elapsed(), ticks: batch });
      await bus.appendTicks(batch);
    },
  };
  const quotes = createQuotes(recorder, log, time.timers.every);
  return { time, bus, log, sent, quotes };
}

test('the first price of a symbol goes out at once, those of one moment in one message', async () => {
  const { time, sent, quotes } = setUp();
  await time.pass(1_000);
  quotes.push(tick('MES', 1));
  quotes.push(tick('MGC', 2));
  await time.pass(0);
  await eventually(() => sent.length > 0);
  expect(sent).toEqual([{ at: 1_000, ticks: [tick('MES', 1), tick('MGC', 2)] }]);
  quotes.close();
});

test('of many prices within a quarter of a second the newest of each symbol follows, together', async () => {
  const { time, sent, quotes } = setUp();
  for (let price = 1; price <= 100; price += 1) {
    quotes.push(tick('MES', price));
    quotes.push(tick('MGC', 1_000 + price));
  }
  await time.pass(1_000);
  expect(sent.map((it) => it.ticks)).toEqual([
    [tick('MES', 1), tick('MGC', 1_001)],
    [tick('MES', 100), tick('MGC', 1_100)],
  ]);
  expect(sent[1]?.at).toBeGreaterThanOrEqual(250);
  expect(sent[1]?.at).toBeLessThanOrEqual(300);
  quotes.close();
});

test('at most four a second go out for each symbol, whenever each of them began', async () => {
  const { time, sent, quotes } = setUp();
  const roots = ['MES', 'MGC', 'MCL'];
  for (let now = 0; now < 10_000; now += 10) {
    roots.forEach((root, i) => {
      if (now >= i * 70) quotes.push(tick(root, now + 1));
    });
    await time.pass(10);
  }
  for (const root of roots) {
    const times = sent.filter((it) => it.ticks.some((one) => one.root === root)).map(({ at }) => at);
    const gaps = times.slice(1).map((at, i) => at - (times[i] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(250);
    expect(times.length, 'and no less than three').toBeGreaterThan(30);
  }
  quotes.close();
});

test('after a quarter of a second without a price the next one goes out at once again, and nothing ticks meanwhile', async () => {
  const { time, sent, quotes } = setUp();
  quotes.push(tick('MES', 1));
  await time.pass(0);
  await time.pass(400);
  expect(time.pending()).toBe(0);
  quotes.push(tick('MES', 2));
  await time.pass(0);
  await eventually(() => sent.length === 2);
  expect(sent.map(({ at }) => at)).toEqual([0, 400]);
  quotes.close();
  quotes.push(tick('MGC', 3));
  await time.pass(0);
  expect([time.pending(), sent.length], 'closed').toEqual([0, 2]);
});

test('while a message is on its way, what comes is joined into the next one', async () => {
  const sent: (readonly FeedTick[])[] = [];
  let arrive = (): void => {};
  const slow = {
    appendTicks(batch: readonly FeedTick[]) {
      sent.push(batch);
      return new Promise<void>((resolve) => {
        arrive = resolve;
      });
    },
  };
  const time = manualTime();
  const quotes = createQuotes(slow, memoryLog(), time.timers.every);
  quotes.push(tick('MES', 1));
  await time.pass(0);
  for (let price = 2; price <= 9; price += 1) {
    quotes.push(tick('MES', price));
    quotes.push(tick('MGC', price));
    await time.pass(300);
  }
  expect(sent).toEqual([[tick('MES', 1)]]);
  arrive();
  await eventually(() => sent.length === 2);
  expect(sent[1]?.map(({ root }) => root).toSorted()).toEqual(['MES', 'MGC']);
  quotes.close();
});

test('an outage drops last prices, says so once, and the next ones go out', async () => {
  const { time, bus, log, quotes } = setUp();
  bus.isDown = true;
  for (const price of [1, 2]) {
    quotes.push(tick('MES', price));
    await time.pass(400);
  }
  bus.isDown = false;
  quotes.push(tick('MES', 3));
  await eventually(() => bus.ticks.length === 1);
  quotes.close();
  expect(bus.ticks).toEqual([tick('MES', 3)]);
  expect(log.lines.map(({ evt }) => evt)).toEqual(['ticks.append.failed']);
});
