import type { RiskRule } from '../rule.js';

/** An entry needs a market that is open and prices that arrive; a trade asked about needs those of its own instrument. */
export const feedFresh: RiskRule = {
  id: 'feed-fresh',
  severity: 'refuse',
  judge({ silentRoots, anyMarketOpen, entry }) {
    if (!anyMarketOpen) return { text: 'every market of the watch list is closed', facts: { open: false } };
    if (silentRoots.length > 0)
      return { text: `no recent price for ${silentRoots.join(', ')}`, facts: { silent: silentRoots.join(',') } };
    if (!entry?.isKnownInstrument || entry.isFresh) return undefined;
    const { root } = entry.request;
    return { text: `no recent price for ${root}, or its market is closed`, facts: { silent: root } };
  },
};
