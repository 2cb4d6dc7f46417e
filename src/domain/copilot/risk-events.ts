import { type EpochMs, iso, type TradingDay } from '../../kernel/units.js';
import type { Finding, RiskRule } from '../risk/rule.js';
import type { AlertNote, Effect, RiskReport } from './effect.js';

/** What a rule said when it was last asked. */
export type SpokenRule = Finding & Pick<RiskRule, 'severity'>;

/** Rules that say something although no account was heard yet; what the others say then is only that nothing is known. */
const NEED_NO_ACCOUNT: ReadonlySet<string> = new Set(['account-in-sync', 'feed-fresh', 'entry-cutoff']);
/** Rules whose first word a trader must hear at once. Accounts out of sync and the rules of the clock have their own. */
const ALARMING: ReadonlySet<string> = new Set([
  'daily-loss',
  'total-risk',
  'unmanaged-position',
  'no-stop',
  'loss-streak',
]);

export function spokenRules({ facts, verdict }: RiskReport): ReadonlyMap<string, SpokenRule> {
  const all: readonly SpokenRule[] = [
    ...verdict.reasons.map((finding) => ({ ...finding, severity: 'refuse' as const })),
    ...verdict.warnings.map((finding) => ({ ...finding, severity: 'warn' as const })),
  ];
  const isHeard = facts.accounts.length > 0;
  return new Map(all.filter(({ rule }) => isHeard || NEED_NO_ACCOUNT.has(rule)).map((said) => [said.rule, said]));
}

export interface RuleChange {
  readonly before: ReadonlyMap<string, SpokenRule>;
  readonly now: ReadonlyMap<string, SpokenRule>;
  readonly at: EpochMs;
  readonly tradingDay: TradingDay;
}

/** A record of every rule that began or ceased to speak, and an alert for the beginnings that matter. */
export function riskEventEffects({ before, now, at, tradingDay }: RuleChange): readonly Effect[] {
  const note = ({ rule, severity, text, facts }: SpokenRule, phase: 'began' | 'ended'): Effect => ({
    kind: 'record-risk-event',
    event: { id: `${rule}-${phase}-${iso(at)}`, at, tradingDay, rule, severity, phase, text, facts },
  });
  const began = [...now.values()].filter(({ rule }) => !before.has(rule));
  const ended = [...before.values()].filter(({ rule }) => !now.has(rule));
  const alarming = began.filter(({ rule }) => ALARMING.has(rule));
  return [
    ...began.map((said) => note(said, 'began')),
    ...ended.map((said) => note(said, 'ended')),
    ...alarming.map((said): Effect => ({ kind: 'alert', alert: alarm(said, at) })),
  ];
}

const alarm = ({ rule, severity, text }: SpokenRule, at: EpochMs): AlertNote => ({
  id: `risk-${rule}-${iso(at)}`,
  at,
  kind: 'risk',
  severity: severity === 'refuse' ? 'critical' : 'warning',
  root: undefined,
  text: severity === 'refuse' ? `no entries: ${text}` : text,
});
