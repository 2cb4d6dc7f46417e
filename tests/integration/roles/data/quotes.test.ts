import { expect, test } from 'vitest';
import { epochMs, ticks } from '../../../../src/kernel/units.js';
import type { FeedTick } from '../../../../src/ports/feed.js';
import { createQuotes } from '../../../../src/roles/data/quotes.js';
import { eventually } from '../../../support/eventually.js';
import { memoryBus, memoryLog } from '../../../support/memory-bus.js';

const tick = (root: string, price: number): FeedTick => ({
  root,
  contract: `${root}Z6`,
  price: ticks(price),
  at: epochMs(price),
});

test('of many last prices the newest of each symbol goes out', async () => {
  const bus = memoryBus();
  const quotes = createQuotes(bus, memoryLog());
  for (let price = 1; price <= 100; price += 1) {
    quotes.push(tick('MES', price));
    quotes.push(tick('MGC', 1_000 + price));
  }
  await eventually(() => bus.ticks.length > 0);
  expect(bus.ticks).toEqual([tick('MES', 100), tick('MGC', 1_100)]);
  quotes.close();
});

test('at most four a second go out for a symbol', async () => {
  const bus = memoryBus();
  const quotes = createQuotes(bus, memoryLog());
  let price = 0;
  const pushing = setInterval(() => {
    price += 1;
    quotes.push(tick('MES', price));
  }, 5);
  const startedAt = performance.now();
  await eventually(() => bus.ticks.length >= 3);
  const seconds = (performance.now() - startedAt) / 1_000;
  clearInterval(pushing);
  quotes.close();
  expect(bus.ticks.length).toBeLessThanOrEqual(4 * seconds + 1);
});

test('an outage drops last prices, says so once, and the next ones go out', async () => {
  const [bus, log] = [memoryBus(), memoryLog()];
  const quotes = createQuotes(bus, log);
  bus.isDown = true;
  quotes.push(tick('MES', 1));
  await eventually(() => log.lines.length === 1);
  quotes.push(tick('MES', 2));
  bus.isDown = false;
  await eventually(() => bus.ticks.length === 1);
  quotes.close();
  expect(bus.ticks).toEqual([tick('MES', 2)]);
  expect(log.lines.map(({ evt }) => evt)).toEqual(['ticks.append.failed']);
});
