import { expect, test } from 'vitest';
import { createDemoFeed, DEMO_START } from '../../../../src/adapters/feeds/demo/feed.js';
import { createDemoHistory } from '../../../../src/adapters/feeds/demo/history.js';
import { after, DAY, type EpochMs, HOUR } from '../../../../src/kernel/units.js';
import type { FeedBar } from '../../../../src/ports/feed.js';
import { handClock } from '../../../support/test-clock.js';

const clock = handClock(after(DEMO_START, HOUR));
const history = () => createDemoHistory({ seed: 7, start: undefined, clock });
async function bars(source: ReturnType<typeof history>, from: EpochMs, to: EpochMs, root = 'MGC') {
  const all: FeedBar[] = [];
  const wish = { root, contract: 'MGCZ6', from, to };
  for await (const page of source.bars(wish, new AbortController().signal)) all.push(...page);
  return all;
}

test('the demo’s past is what its feed brings, and ends with the newest closed minute', async () => {
  const feed = createDemoFeed({ clock, roots: ['MGC'], seed: 7, start: undefined });
  const own: FeedBar[] = [];
  for await (const batch of feed.history()) own.push(...batch);
  const from = own[0]?.bar.at ?? DEMO_START;
  const past = await bars(history(), from, after(DEMO_START, DAY));
  expect(past.slice(0, own.length)).toEqual(own);
  expect(past.at(-1)?.bar.at).toBe(after(clock.now(), -60_000));
});

test('before it there is most of a year of the same market, the same however it is asked for', async () => {
  const [from, to] = [after(DEMO_START, -300 * DAY), after(DEMO_START, -290 * DAY)];
  const source = history();
  const later = await bars(source, after(to, DAY), after(to, 3 * DAY));
  const first = await bars(source, from, to);
  expect(first.length).toBeGreaterThanOrEqual(6 * 23 * 60);
  expect(later.length).toBeGreaterThan(0);
  expect(await bars(history(), from, to)).toEqual(first);
  expect(first.map(({ bar }) => bar.at)).toEqual(first.map(({ bar }) => bar.at).toSorted((a, b) => a - b));
  expect(await bars(source, from, to, 'EURUSD')).toEqual([]);
});
