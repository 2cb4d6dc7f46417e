import type { EpochMs, MicroUsd } from '../../kernel/units.js';
import type { Session } from '../sessions/session.js';
import type { EntryFacts } from './entry.js';
import type { RiskLimits } from './limits.js';

export type Verdict = 'IN_SYNC' | 'GAP' | 'STALE' | 'UNKNOWN';

export interface AccountFacts {
  readonly account: string;
  readonly verdict: Verdict;
  readonly ageMs: number;
  /** The platform says that it has lost its broker: what it reports is what it last knew. */
  readonly isCutOff?: boolean;
}

export interface FeedFault {
  readonly root: string;
  readonly fact: string;
  readonly text: string;
}

/** Everything the rules may look at. Undefined means not known, and not known never permits. */
export interface RiskFacts {
  readonly now: EpochMs;
  readonly etMinute: number;
  readonly session: Session;
  readonly limits: RiskLimits;
  readonly accountSize: MicroUsd;
  readonly accounts: readonly AccountFacts[];
  /** Instruments whose market is open and whose newest bar is too old. */
  readonly silentRoots: readonly string[];
  readonly anyMarketOpen: boolean;
  readonly openTrades: number | undefined;
  readonly openRisk: MicroUsd | undefined;
  /** Platform names of positions in instruments we do not know. */
  readonly unmanaged: readonly string[];
  /** Platform names of positions without a working stop. */
  readonly withoutStop: readonly string[];
  readonly realizedPnl: MicroUsd | undefined;
  readonly openPnl: MicroUsd | undefined;
  readonly dailyPnl: MicroUsd | undefined;
  readonly consecutiveLosses: number | undefined;
  /** Accounts whose fills and reported positions disagree for longer than messages may cross. */
  readonly unreconciled: readonly string[];
  /** Instruments whose prices are in doubt, and why; no trade may be entered in them. */
  readonly feedFaults?: readonly FeedFault[];
  /** The trade asked about; absent when the question is whether any new trade may be entered. */
  readonly entry?: EntryFacts;
}

export interface Finding {
  readonly rule: string;
  /** A sentence a trader understands. */
  readonly text: string;
  readonly facts: Readonly<Record<string, number | string | boolean | null>>;
}

/** How much of a limit is used, for a bar on the page. */
export interface Headroom {
  readonly label: string;
  readonly unit: 'usd' | 'percent' | 'count' | 'minutes';
  /** In the unit; undefined when not known. */
  readonly used: number | undefined;
  readonly limit: number;
}

/** One rule: `refuse` blocks entries, `warn` only speaks. At most one finding, undefined for silence. */
export interface RiskRule {
  readonly id: string;
  readonly severity: 'refuse' | 'warn';
  judge(facts: RiskFacts): Omit<Finding, 'rule'> | undefined;
  /** Only for a rule that has a limit one can come near to. */
  headroom?(facts: RiskFacts): Headroom;
}
