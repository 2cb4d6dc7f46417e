import type { RiskRule } from '../rule.js';

/** More losing trades in a row than the trader tolerates. It only speaks here: the NO TRADE guard of the same name blocks. */
export const lossStreak: RiskRule = {
  id: 'loss-streak',
  severity: 'warn',
  judge({ consecutiveLosses, limits }) {
    if (consecutiveLosses === undefined || consecutiveLosses <= limits.lossesInARow) return undefined;
    return {
      text: `${consecutiveLosses} losing trades in a row today, ${limits.lossesInARow} are tolerated`,
      facts: { losses: consecutiveLosses, limit: limits.lossesInARow },
    };
  },
  headroom: ({ consecutiveLosses, limits }) => ({
    label: 'losses in a row',
    unit: 'count',
    used: consecutiveLosses,
    limit: limits.lossesInARow,
  }),
};
