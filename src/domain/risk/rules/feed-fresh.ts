import type { RiskRule } from '../rule.js';

/** An entry needs a market that is open and prices that arrive. */
export const feedFresh: RiskRule = {
  id: 'feed-fresh',
  severity: 'refuse',
  judge({ silentRoots, anyMarketOpen }) {
    if (!anyMarketOpen) return { text: 'every market of the watch list is closed', facts: { open: false } };
    if (silentRoots.length === 0) return undefined;
    return { text: `no recent price for ${silentRoots.join(', ')}`, facts: { silent: silentRoots.join(',') } };
  },
};
