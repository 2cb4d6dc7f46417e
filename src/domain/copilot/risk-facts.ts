import { type EpochMs, type MicroUsd, microUsd } from '../../kernel/units.js';
import { realizedToday } from '../accounts/day-result.js';
import { bookVerdict, verdictOf } from '../accounts/verdict.js';
import { type Exposure, exposures } from '../risk/exposure.js';
import { judgeRisk } from '../risk/judge.js';
import type { RiskFacts, Verdict } from '../risk/rule.js';
import { etMinuteOfDay, sessionAt } from '../sessions/session.js';
import type { PositionsReport, RiskReport } from './effect.js';
import { silentRoots } from './freshness.js';
import type { CopilotState } from './state.js';

/** Sum of known amounts; one unknown makes the sum unknown. */
function sum(amounts: readonly (MicroUsd | undefined)[]): MicroUsd | undefined {
  let total = 0;
  for (const amount of amounts) {
    if (amount === undefined) return undefined;
    total += amount;
  }
  return microUsd(total);
}

export function verdictsAt(state: CopilotState, now: EpochMs): ReadonlyMap<string, Verdict> {
  return new Map([...state.book.accounts.keys()].map((account) => [account, verdictOf(state.book, account, now)]));
}

export function positionsReport(state: CopilotState, now: EpochMs): PositionsReport {
  const verdicts = verdictsAt(state, now);
  const entries = [...state.book.accounts.values()];
  return {
    asOf: now,
    verdict: bookVerdict(state.book, now),
    accounts: entries.map((entry) => ({ entry, verdict: verdicts.get(entry.snapshot.account) ?? 'UNKNOWN' })),
    exposures: entries.flatMap(({ snapshot }) => exposures(snapshot, (root) => atrOf(state, root))),
  };
}

const atrOf = (state: CopilotState, root: string): number | undefined =>
  state.symbols.get(root)?.analysis.reading()?.atr;

export function riskReport(state: CopilotState, now: EpochMs): RiskReport {
  const facts = riskFacts(state, positionsReport(state, now));
  return { asOf: now, tradingDay: state.tradingDay, facts, verdict: judgeRisk(facts), limits: state.config.limits };
}

function riskFacts(state: CopilotState, { asOf: now, accounts, exposures: open }: PositionsReport): RiskFacts {
  const isHeard = accounts.length > 0;
  const ofDay = accounts.map(({ entry }) => state.dayResults.get(entry.snapshot.account));
  const realizedPnl = isHeard ? sum(ofDay.map((result) => result && realizedToday(result))) : undefined;
  const openPnl = isHeard ? sum(open.map(({ position }) => position.unrealizedPnl)) : undefined;
  const managed = open.filter((exposure) => exposure.basis !== 'unmanaged');
  return {
    now,
    etMinute: etMinuteOfDay(now),
    session: sessionAt(now),
    limits: state.config.limits,
    accountSize: state.config.accountSize,
    accounts: accounts.map(({ entry, verdict }) => ({
      account: entry.snapshot.account,
      verdict,
      ageMs: Math.max(0, now - entry.snapshot.receivedAt),
    })),
    silentRoots: silentRoots(state, now),
    anyMarketOpen: state.isAnyMarketOpen(now),
    openTrades: isHeard ? open.length : undefined,
    openRisk: isHeard ? sum(managed.map(({ risk }) => risk)) : undefined,
    unmanaged: namesOf(open, 'unmanaged'),
    withoutStop: [...namesOf(open, '2 ATR'), ...namesOf(open, 'unknown')],
    realizedPnl,
    openPnl,
    dailyPnl: isHeard ? sum([realizedPnl, openPnl]) : undefined,
    consecutiveLosses: isHeard ? Math.max(0, ...[...state.streaks.values()].map(({ losses }) => losses)) : undefined,
  };
}

const namesOf = (open: readonly Exposure[], basis: Exposure['basis']): readonly string[] =>
  open.filter((exposure) => exposure.basis === basis).map(({ position }) => position.symbol);
