import { type MicroUsd, microUsd, toUsd } from '../../../kernel/units.js';
import { addedRisk } from '../entry.js';
import type { RiskFacts, RiskRule } from '../rule.js';

/** Open risk over the limit share of the account: the red banner, and no further entry. A trade asked about is included. */
export const totalRisk: RiskRule = {
  id: 'total-risk',
  severity: 'refuse',
  judge(facts) {
    const { openRisk, accountSize, limits, entry } = facts;
    if (openRisk === undefined) return { text: 'open risk is not known', facts: { total_risk_pct: null } };
    const total = totalOf(facts);
    if (total === undefined)
      return {
        text: 'open risk with this trade is not known',
        facts: { total_risk_pct: null, open_risk: toUsd(openRisk) },
      };
    const percent = (total / accountSize) * 100;
    if (total * 100 <= limits.totalRiskPct * accountSize) return undefined;
    // Upwards, so that the sentence never says 5 is over 5.
    const shown = Math.ceil(percent * 100 - 1e-9) / 100;
    return {
      text: `open risk ${entry ? 'with this trade ' : ''}${shown} % of the account is over ${limits.totalRiskPct} %`,
      facts: { total_risk_pct: Math.round(percent * 100) / 100, open_risk: toUsd(total) },
    };
  },
  headroom(facts) {
    const total = totalOf(facts);
    return {
      label: 'open risk',
      unit: 'percent',
      used: total === undefined ? undefined : Math.round((total / facts.accountSize) * 10_000) / 100,
      limit: facts.limits.totalRiskPct,
    };
  },
};

function totalOf({ openRisk, entry }: RiskFacts): MicroUsd | undefined {
  // An instrument nobody knows is refused by a rule of its own.
  if (!entry?.isKnownInstrument || entry.kind === 'closes' || openRisk === undefined) return openRisk;
  const added = addedRisk(entry);
  return added === undefined ? undefined : microUsd(openRisk + Math.max(0, added));
}
