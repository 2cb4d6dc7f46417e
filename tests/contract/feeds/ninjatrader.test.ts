import { createPlatformFeed } from '../../../src/adapters/feeds/platform/feed.js';
import { after, epochMs, MINUTE, ticks } from '../../../src/kernel/units.js';
import type { FeedBar } from '../../../src/ports/feed.js';
import { feedContract } from './feed-contract.js';

const START = epochMs(Date.parse('2026-11-19T14:00:00Z'));

/** Some hours of two markets; the thinner one has no bar in every seventh minute. */
const morningOf = (root: string, price: number): readonly FeedBar[] =>
  Array.from({ length: 200 }, (_, i) => i)
    .filter((i) => root === 'MES' || i % 7 !== 3)
    .map((i) => {
      const open = price + (i % 4);
      const [high, low, close] = [ticks(open + 2), ticks(open - 1), ticks(open + 1)];
      const bar = { at: after(START, i * MINUTE), open: ticks(open), high, low, close, volume: i };
      return { root, contract: `${root}Z6`, bar };
    });

feedContract('a platform that brings its bars', {
  make(clock) {
    const feed = createPlatformFeed({ clock });
    feed.push?.(morningOf('MGC', 42_000));
    feed.push?.(morningOf('MES', 27_000));
    return feed;
  },
  intervalMs: () => MINUTE,
  // It never ends by itself: a walk resumed in the middle must find as many again.
  closings: 60,
});
