import type { NoTradeGuard } from '../guard.js';

export const lossStreak: NoTradeGuard = {
  id: 'loss-streak',
  judge({ consecutiveLosses, limits }) {
    if (consecutiveLosses === undefined || consecutiveLosses <= limits.lossesInARow) return undefined;
    return {
      block: {
        text: `${consecutiveLosses} losing trades in a row today, ${limits.lossesInARow} are allowed`,
        facts: { losses: consecutiveLosses, allowed: limits.lossesInARow },
      },
    };
  },
};
