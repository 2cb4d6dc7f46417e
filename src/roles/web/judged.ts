import type { EpochMs } from '../../kernel/units.js';
import type { PositionsState, RiskStatus, Verdict } from '../../messages/dashboard.js';
import { liveVerdict } from '../../messages/entry-check.js';
import type { ReadAt } from '../../messages/risk-facts.js';
import { instant } from './format.js';
import type { DashboardState } from './state.js';

const BADNESS: Record<Verdict, number> = { IN_SYNC: 0, GAP: 1, STALE: 2, UNKNOWN: 3 };

/**
 * The published state judged again at the reader's instant. Between two messages of the engine an account falls silent and
 * the entry cut-off passes; what is shown may not wait for the next message to say so.
 */
export function judgedState(state: DashboardState, at: ReadAt): DashboardState {
  const positions = state.positions && agedPositions(state.positions, at);
  return { ...state, positions, risk: state.risk && judgedRisk(state.risk, { positions, at }) };
}

/** Market milliseconds for which a judgement holds: rules look at minutes, silence at seconds. */
const HOLDS_MS = 100;

/** `judgedState`, judged anew only when what it looks at has changed or the judgement is old: most events change neither. */
export function createJudged(staleAfterMs: number): (state: DashboardState, now: EpochMs) => DashboardState {
  let from: DashboardState | undefined;
  let to: DashboardState | undefined;
  let at = 0;
  return (state, now) => {
    const isSame = from?.positions === state.positions && from?.risk === state.risk && Math.abs(now - at) < HOLDS_MS;
    if (!to || !isSame) {
      to = judgedState(state, { now, staleAfterMs });
      at = now;
    }
    const { positions, risk } = to;
    from = state;
    return { ...state, positions, risk };
  };
}

/** Changes when the judgement does, so that somebody can be told. */
export function judgementOf({ positions, risk }: DashboardState): string {
  const accounts = positions?.accounts.map(({ account, verdict }) => `${account} ${verdict}`) ?? [];
  const rules = [...(risk?.reasons ?? []), ...(risk?.warnings ?? [])].map(({ rule }) => rule);
  return [...accounts, ...rules].join('\n');
}

function agedPositions(positions: PositionsState, { now, staleAfterMs }: ReadAt): PositionsState {
  const accounts = positions.accounts.map((account) => {
    const isSilent = now - instant(account.heard_at) > staleAfterMs;
    return isSilent && BADNESS[account.verdict] < BADNESS.STALE ? { ...account, verdict: 'STALE' as const } : account;
  });
  const worst = accounts.reduce<Verdict>(
    (bad, { verdict }) => (BADNESS[verdict] > BADNESS[bad] ? verdict : bad),
    positions.verdict,
  );
  return { ...positions, accounts, verdict: worst };
}

interface JudgedBy {
  readonly positions: PositionsState | undefined;
  readonly at: ReadAt;
}

function judgedRisk(risk: RiskStatus, { positions, at }: JudgedBy): RiskStatus {
  const { canEnter, reasons, warnings } = liveVerdict(risk, at);
  const verdictOf = (name: string): Verdict | undefined =>
    positions?.accounts.find(({ account }) => account === name)?.verdict;
  return {
    ...risk,
    accounts: risk.accounts.map((it) => ({ ...it, verdict: verdictOf(it.account) ?? it.verdict })),
    can_enter: canEnter,
    reasons: reasons.map(({ facts, ...finding }) => ({ ...finding, facts: { ...facts } })),
    warnings: warnings.map(({ facts, ...finding }) => ({ ...finding, facts: { ...facts } })),
  };
}
