import type { Finding } from '../domain/risk/rule.js';
import { riskRules } from '../domain/risk/rules/index.js';
import { SECOND } from '../kernel/units.js';
import type { RiskStatus } from './dashboard.js';
import { ageOf, type ReadAt } from './risk-facts.js';

/** A refusal of the reader's own: it does not know enough to ask the rules. */
export const notKnown = (text: string, facts: Finding['facts'] = {}): Finding => ({ rule: 'risk-status', text, facts });

/** The engine judges every minute of the active session and on every account event, so this many silences are long. */
const SILENCES = 12;

/** Says that the verdict itself is old; long before that its accounts have become STALE. */
export function silence(risk: RiskStatus, { now, staleAfterMs }: ReadAt): readonly Finding[] {
  const ageMs = ageOf(risk.as_of, now);
  if (ageMs <= SILENCES * staleAfterMs) return [];
  const age = Math.round(ageMs / SECOND);
  return [notKnown(`the newest risk verdict is ${age} s old`, { age_s: Number.isFinite(age) ? age : null })];
}

interface Standing {
  /** What the rules say at the reader's instant. */
  readonly reasons: readonly Finding[];
  /** Rules whose published refusal does not concern the question. */
  readonly lifted: readonly string[];
}

/**
 * The reader's refusals and the engine's that still stand: a reader may refuse more than the engine did, never less.
 * What the engine refused, only the engine takes back.
 */
export function standing(risk: RiskStatus, { reasons, lifted }: Standing): readonly Finding[] {
  const known = new Set([...reasons.map(({ rule }) => rule), ...lifted]);
  const kept = risk.reasons.filter(({ rule }) => !known.has(rule));
  const isUnexplained = !risk.can_enter && risk.reasons.length === 0;
  const all = [...reasons, ...kept, ...(isUnexplained ? [notKnown('the risk rules refuse')] : [])];
  return all.toSorted((a, b) => rankOf(a) - rankOf(b));
}

/** Place among the rules, heaviest first; what no rule said comes before all. */
const rankOf = ({ rule }: Finding): number => riskRules.findIndex(({ id }) => id === rule);
