import type { Finding, Headroom, RiskFacts, RiskRule } from './rule.js';
import { accountInSync } from './rules/account-in-sync.js';
import { riskRules } from './rules/index.js';

export interface RiskVerdict {
  readonly canEnter: boolean;
  readonly reasons: readonly Finding[];
  readonly warnings: readonly Finding[];
}

/** All that a trade must meet which only closes: that what it closes is there. A close of what is gone is a new trade. */
const CERTAINTY = accountInSync.id;

/**
 * Asks every rule. An entry is allowed only when no rule refuses; one more rule can never allow more. A trade that only
 * closes what is known to be open takes risk away and is never refused.
 */
export function judgeRisk(facts: RiskFacts, rules: readonly RiskRule[] = riskRules): RiskVerdict {
  const isClose = facts.entry?.kind === 'closes';
  const asked = isClose ? rules.filter(({ id }) => id === CERTAINTY) : rules;
  const reasons = findings(facts, asked, 'refuse');
  return { canEnter: reasons.length === 0, reasons, warnings: findings(facts, rules, 'warn') };
}

function findings(facts: RiskFacts, rules: readonly RiskRule[], severity: RiskRule['severity']): readonly Finding[] {
  const said: Finding[] = [];
  for (const rule of rules) {
    const finding = rule.severity === severity ? rule.judge(facts) : undefined;
    if (finding) said.push({ rule: rule.id, ...finding });
  }
  return said;
}

/** How much of each limit is used, in the order of the rules. */
export const headrooms = (facts: RiskFacts): readonly ({ readonly rule: string } & Headroom)[] =>
  riskRules.flatMap((rule) => (rule.headroom ? [{ rule: rule.id, ...rule.headroom(facts) }] : []));
