import { createDemoFeed } from '../../../src/adapters/feeds/demo/feed.js';
import { demoRoots } from '../../../src/adapters/feeds/demo/market.js';
import { MINUTE } from '../../../src/kernel/units.js';
import { feedContract } from './feed-contract.js';

feedContract('demo', {
  make: (clock) => createDemoFeed({ seed: 7, start: undefined, clock, roots: demoRoots }),
  intervalMs: () => MINUTE,
  // Past the daily break and the opening gap of the next day.
  closings: 900,
});
