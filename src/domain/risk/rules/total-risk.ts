import { toUsd } from '../../../kernel/units.js';
import type { RiskRule } from '../rule.js';

/** Open risk over the limit share of the account: the red banner, and no further entry. */
export const totalRisk: RiskRule = {
  id: 'total-risk',
  severity: 'refuse',
  judge({ openRisk, accountSize, limits }) {
    if (openRisk === undefined) return { text: 'open risk is not known', facts: { total_risk_pct: null } };
    const percent = (openRisk / accountSize) * 100;
    if (percent <= limits.totalRiskPct) return undefined;
    return {
      text: `open risk ${percent.toFixed(1)} % of the account is over ${limits.totalRiskPct} %`,
      facts: { total_risk_pct: Math.round(percent * 100) / 100, open_risk: toUsd(openRisk) },
    };
  },
};
