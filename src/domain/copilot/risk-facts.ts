import { type EpochMs, type MicroUsd, microUsd } from '../../kernel/units.js';
import { bookVerdict, verdictOf } from '../accounts/verdict.js';
import { type Exposure, exposures } from '../risk/exposure.js';
import { judgeRisk } from '../risk/judge.js';
import type { RiskFacts, Verdict } from '../risk/rule.js';
import { etMinuteOfDay, sessionAt } from '../sessions/session.js';
import type { PositionsReport, RiskReport } from './effect.js';
import { feedFaults } from './feed-facts.js';
import { unreconciledAt } from './fills.js';
import { silentRoots } from './freshness.js';
import { accountResult, openResult, retiredResults, unheardAccounts } from './results.js';
import { accountSizeOf, type CopilotState } from './state.js';

/** Sum of known amounts; one unknown makes the sum unknown. */
function sum(amounts: readonly (MicroUsd | undefined)[]): MicroUsd | undefined {
  let total = 0;
  for (const amount of amounts) {
    if (amount === undefined) return undefined;
    total += amount;
  }
  return microUsd(total);
}

/** Verdict of every account that was heard or must be: one that only sends fills never said what it holds. */
export function verdictsAt(state: CopilotState, now: EpochMs): ReadonlyMap<string, Verdict> {
  const accounts = [...state.book.accounts.keys(), ...unheardAccounts(state)];
  return new Map(accounts.map((account) => [account, verdictOf(state.book, account, now)]));
}

export function positionsReport(state: CopilotState, now: EpochMs): PositionsReport {
  const verdicts = verdictsAt(state, now);
  const entries = [...state.book.accounts.values()];
  return {
    asOf: now,
    verdict: verdicts.size > entries.length ? 'UNKNOWN' : bookVerdict(state.book, now),
    accounts: entries.map((entry) => ({ entry, verdict: verdicts.get(entry.snapshot.account) ?? 'UNKNOWN' })),
    exposures: entries.flatMap(({ snapshot }) => exposures(snapshot, (root) => atrOf(state, root))),
    results: [...[...verdicts.keys()].map((account) => accountResult(state, account)), ...retiredResults(state)],
  };
}

const atrOf = (state: CopilotState, root: string): number | undefined =>
  state.symbols.get(root)?.analysis.reading()?.atr;

export function riskReport(state: CopilotState, positions: PositionsReport): RiskReport {
  const { tradingDay, limits } = state;
  const facts = riskFacts(state, positions);
  const verdict = judgeRisk(facts);
  return { asOf: facts.now, tradingDay, facts, verdict, limits: limits.inForce, pendingLimits: limits.pending };
}

/** What the rules look at, as of an instant. */
export const riskFactsAt = (state: CopilotState, now: EpochMs): RiskFacts =>
  riskFacts(state, positionsReport(state, now));

function riskFacts(state: CopilotState, { asOf: now, accounts, exposures: open, results }: PositionsReport): RiskFacts {
  const isHeard = accounts.length > 0;
  const realizedPnl = isHeard ? sum(results.map(({ realized }) => realized)) : undefined;
  const openPnl = isHeard ? sum(open.map((exposure) => openResult(state, { ...exposure, now }))) : undefined;
  const managed = open.filter((exposure) => exposure.basis !== 'unmanaged');
  return {
    now,
    etMinute: etMinuteOfDay(now),
    session: sessionAt(now),
    limits: state.limits.inForce,
    accountSize: accountSizeOf(state),
    accounts: accountFacts(state, now),
    silentRoots: silentRoots(state, now),
    anyMarketOpen: state.isAnyMarketOpen(now),
    openTrades: isHeard ? open.length : undefined,
    openRisk: isHeard ? sum(managed.map(({ risk }) => risk)) : undefined,
    unmanaged: namesOf(open, 'unmanaged'),
    withoutStop: open.filter(isUncovered).map(({ position }) => position.symbol),
    realizedPnl,
    openPnl,
    dailyPnl: isHeard ? sum([realizedPnl, openPnl]) : undefined,
    consecutiveLosses: isHeard ? Math.max(...results.map((result) => result.consecutiveLosses ?? 0)) : undefined,
    unreconciled: unreconciledAt(state, now),
    feedFaults: feedFaults(state),
  };
}

const accountFacts = (state: CopilotState, now: EpochMs): RiskFacts['accounts'] =>
  [...verdictsAt(state, now)].map(([account, verdict]) => ({
    account,
    verdict,
    ageMs: Math.max(0, now - heardAt(state, account)),
    isCutOff: state.book.accounts.get(account)?.snapshot.ordersConnected === false,
  }));

/** When the account was last heard of, by a snapshot or, without any, by a fill. */
function heardAt({ book, journals }: CopilotState, account: string): number {
  const entry = book.accounts.get(account);
  if (entry) return entry.snapshot.receivedAt;
  return Math.max(0, ...[...(journals.get(account)?.reports.values() ?? [])].map(({ fill }) => fill.receivedAt));
}

const namesOf = (open: readonly Exposure[], basis: Exposure['basis']): readonly string[] =>
  open.filter((exposure) => exposure.basis === basis).map(({ position }) => position.symbol);

/** Without a working stop for all of its contracts. */
const isUncovered = ({ basis }: Exposure): boolean => basis !== 'stop' && basis !== 'unmanaged';
