import type { RiskRule } from '../rule.js';

export const maxOpenTrades: RiskRule = {
  id: 'max-open-trades',
  severity: 'refuse',
  judge({ openTrades, limits }) {
    if (openTrades === undefined) return { text: 'open trades are not known', facts: { open_trades: null } };
    if (openTrades < limits.openTradesMax) return undefined;
    return {
      text: `${openTrades} trades are open, ${limits.openTradesMax} is the most`,
      facts: { open_trades: openTrades, limit: limits.openTradesMax },
    };
  },
};
