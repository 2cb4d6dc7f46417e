import { instrument } from '../../instruments/catalogue/index.js';
import type { RiskRule } from '../rule.js';

/** Nothing is entered at prices that are in doubt: no feed is live, the platform shows others, or the feed stands still. */
export const feedSound: RiskRule = {
  id: 'feed-sound',
  severity: 'refuse',
  judge({ feedFaults = [], entry }) {
    if (!entry) return undefined;
    const { root } = entry.request;
    const fault = feedFaults.find((it) => it.root === root || it.root === instrument(root)?.sibling);
    return fault && { text: `${fault.root}: ${fault.text}`, facts: { symbol: fault.root, fact: fault.fact } };
  },
};
