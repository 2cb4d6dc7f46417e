import type { Finding, RiskFacts, RiskRule } from './rule.js';
import { riskRules } from './rules/index.js';

export interface RiskVerdict {
  readonly canEnter: boolean;
  readonly reasons: readonly Finding[];
  readonly warnings: readonly Finding[];
}

/** Asks every rule. An entry is allowed only when no rule refuses; one more rule can never allow more. */
export function judgeRisk(facts: RiskFacts, rules: readonly RiskRule[] = riskRules): RiskVerdict {
  const said = (severity: RiskRule['severity']) =>
    rules
      .filter((rule) => rule.severity === severity)
      .flatMap((rule) => {
        const finding = rule.judge(facts);
        return finding ? [{ rule: rule.id, ...finding }] : [];
      });
  const reasons = said('refuse');
  return { canEnter: reasons.length === 0, reasons, warnings: said('warn') };
}
