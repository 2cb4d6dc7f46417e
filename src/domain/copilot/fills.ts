import { type EpochMs, epochMs, type TradingDay } from '../../kernel/units.js';
import type { Execution } from '../accounts/execution.js';
import {
  daysOf,
  emptyJournal,
  type Journal,
  netPositions,
  recordExecutions,
  rolledJournal,
  tradesOn,
} from '../accounts/journal.js';
import { contractKey } from '../accounts/journal-book.js';
import type { PlatformPosition } from '../accounts/snapshot.js';
import { tradingDayOf } from '../sessions/trading-day.js';
import type { Effect } from './effect.js';
import type { CopilotState } from './state.js';

/** Takes reports of fills into the journal of their account; undefined when they say nothing new. */
export function takeFills(
  state: CopilotState,
  account: string,
  executions: readonly Execution[],
): readonly Effect[] | undefined {
  const before = state.journals.get(account) ?? emptyJournal;
  const { journal, isChanged } = recordExecutions(before, executions);
  if (!isChanged) return undefined;
  // An account's first fill is compared too: what it held before is not in its fills.
  if (!state.journals.has(account)) {
    state.journals = new Map(state.journals).set(account, before);
    reconcile(state, account, 'snapshot');
  }
  state.journals = new Map(state.journals).set(account, journal);
  reconcile(state, account, 'fills');
  return changedDays(before, journal).map((day): Effect => {
    const trades = { tradingDay: day, trades: tradesOn(journal, day) };
    return { kind: 'record-trades', account, trades };
  });
}

/** Days whose trades are not what they were. A day that may be partly forgotten is left as it was written down. */
function changedDays(before: Journal, now: Journal): readonly TradingDay[] {
  const days = [...new Set([...daysOf(before), ...daysOf(now)])].toSorted();
  return days.filter(
    (day) =>
      (now.since === undefined || day >= now.since) &&
      JSON.stringify(tradesOn(before, day)) !== JSON.stringify(tradesOn(now, day)),
  );
}

/** Fills and reported positions of one account disagree. */
export interface Difference {
  readonly since: EpochMs;
  /** They agreed until a fill came, so the snapshot is the one that lags. */
  readonly isFillAhead: boolean;
}

/** Compares the fills of an account with the positions it reports; `news` is what came last. */
export function reconcile(state: CopilotState, account: string, news: 'fills' | 'snapshot'): void {
  const journal = state.journals.get(account);
  const entry = state.book.accounts.get(account);
  const isDifferent = journal && entry && !isSame(heldOf(journal), reportedOf(entry.snapshot.positions));
  const known = state.differences.get(account);
  if (!isDifferent && !known) return;
  const differences = new Map(state.differences);
  if (!isDifferent) differences.delete(account);
  else if (known) differences.set(account, { ...known, isFillAhead: known.isFillAhead && news === 'fills' });
  else differences.set(account, { since: state.newestAt, isFillAhead: news === 'fills' });
  state.differences = differences;
}

/** Accounts whose fills and positions disagree for longer than two reports need to cross. */
export const unreconciledAt = (state: CopilotState, now: EpochMs): readonly string[] =>
  [...state.differences].flatMap(([account, { since }]) => (now - since > state.book.staleAfterMs ? [account] : []));

/** Contracts held by the fills, above zero when long. */
export const heldOf = (journal: Journal): ReadonlyMap<string, number> =>
  new Map(netPositions(journal).map(({ key, net }) => [key, net]));

export function reportedOf(positions: readonly PlatformPosition[]): ReadonlyMap<string, number> {
  const held = new Map<string, number>();
  for (const position of positions) {
    const key = contractKey(position);
    held.set(key, (held.get(key) ?? 0) + signed(position));
  }
  return new Map([...held].filter(([, net]) => net !== 0));
}

export const signed = ({ side, quantity }: PlatformPosition): number => (side === 'LONG' ? quantity : -quantity);

const isSame = (one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): boolean =>
  one.size === other.size && [...one].every(([key, net]) => other.get(key) === net);

/** At the beginning of a trading day the platform's word is taken for what it does not hold any more. */
export function rollJournals(state: CopilotState, day: TradingDay): void {
  const unreconciled = new Set(unreconciledAt(state, state.newestAt));
  state.journals = new Map(
    [...state.journals].map(([account, journal]) => {
      const gone = unreconciled.has(account) ? goneOf(state, account, journal) : [];
      return [account, rolledJournal(journal, day, new Set(gone))];
    }),
  );
  for (const account of state.journals.keys()) reconcile(state, account, 'snapshot');
}

function goneOf({ book }: CopilotState, account: string, journal: Journal): readonly string[] {
  const reported = reportedOf(book.accounts.get(account)?.snapshot.positions ?? []);
  return [...heldOf(journal).keys()].filter((key) => !reported.has(key));
}

/**
 * The journals as a process that lived would have them at the state's beginning: each report is taken on the trading day on
 * which it came, in the order in which they came.
 */
export function rememberFills(state: CopilotState, executions: readonly Execution[]): void {
  const journals = new Map(state.journals);
  const days = new Map<string, TradingDay>();
  for (const { account, day, batch } of runsOf(executions)) {
    const journal = onDay(journals.get(account), days.get(account), day);
    journals.set(account, recordExecutions(journal, batch).journal);
    days.set(account, day);
  }
  state.journals = new Map(
    [...journals].map(([account, journal]) => [account, onDay(journal, days.get(account), state.tradingDay)]),
  );
}

const onDay = (journal: Journal | undefined, was: TradingDay | undefined, day: TradingDay): Journal =>
  journal && was !== undefined && day > was ? rolledJournal(journal, day) : (journal ?? emptyJournal);

interface Run {
  readonly account: string;
  readonly day: TradingDay;
  readonly batch: Execution[];
}

/** Reports of one account and trading day that came one after the other. */
function runsOf(executions: readonly Execution[]): readonly Run[] {
  const runs: Run[] = [];
  const newest = new Map<string, Run>();
  for (const execution of executions) {
    const { account } = execution;
    const day = tradingDayOf(epochMs(execution.receivedAt));
    const run = newest.get(account);
    if (run?.day === day) {
      run.batch.push(execution);
      continue;
    }
    const fresh = { account, day, batch: [execution] };
    newest.set(account, fresh);
    runs.push(fresh);
  }
  return runs;
}
