import { sameSide } from '../entry.js';
import type { RiskRule } from '../rule.js';

/** Open positions of all accounts. Adding to one of them makes none more. */
export const maxOpenTrades: RiskRule = {
  id: 'max-open-trades',
  severity: 'refuse',
  judge({ openTrades, limits, entry }) {
    if (openTrades === undefined) return { text: 'open trades are not known', facts: { open_trades: null } };
    const afterwards = openTrades + (entry?.kind === 'adds' ? 0 : 1);
    if (afterwards <= limits.openTradesMax) return undefined;
    const isUnsure = entry !== undefined && entry.request.account === undefined && sameSide(entry).length > 0;
    return {
      text: `${openTrades} ${openTrades === 1 ? 'trade is' : 'trades are'} open, ${limits.openTradesMax} is the most${
        isUnsure ? '; to add to one, name its account' : ''
      }`,
      facts: { open_trades: openTrades, limit: limits.openTradesMax },
    };
  },
  headroom: ({ openTrades, limits }) => ({
    label: 'open trades',
    unit: 'count',
    used: openTrades,
    limit: limits.openTradesMax,
  }),
};
