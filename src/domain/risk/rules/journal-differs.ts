import type { RiskRule } from '../rule.js';

/** Fills and reported positions that disagree: the day's result and the streak may be wrong. */
export const journalDiffers: RiskRule = {
  id: 'journal-differs',
  severity: 'warn',
  judge({ unreconciled }) {
    if (unreconciled.length === 0) return undefined;
    return {
      text: `fills and positions of ${unreconciled.join(', ')} disagree: a fill is missing, so the day's worse result is counted`,
      facts: { accounts: unreconciled.join(',') },
    };
  },
};
