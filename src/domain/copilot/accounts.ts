import { receive } from '../accounts/book.js';
import { newDayResult, nextDayResult, realizedToday, rolled } from '../accounts/day-result.js';
import type { AccountSnapshot } from '../accounts/snapshot.js';
import { nextStreak, noStreak, rolledStreak } from '../risk/streak.js';
import { tradingDayOf } from '../sessions/trading-day.js';
import { reconcile } from './fills.js';
import { verdictsAt } from './risk-facts.js';
import type { CopilotState } from './state.js';

/** The day's result and the streak after a snapshot that became the account's newest. */
export function countResult(state: CopilotState, snapshot: AccountSnapshot): void {
  const { account, positions } = snapshot;
  const result = nextDayResult(state.dayResults.get(account) ?? newDayResult, snapshot, state.book.staleAfterMs);
  const news = { openSymbols: positions.map(({ symbol }) => symbol), realized: realizedToday(result) };
  state.dayResults = new Map(state.dayResults).set(account, result);
  state.streaks = new Map(state.streaks).set(account, nextStreak(state.streaks.get(account) ?? noStreak, news));
}

/**
 * The accounts as they were last heard before the state's beginning, however long ago: silence is not the same as flat.
 * What their counters showed on an earlier trading day is where this one began.
 */
export function rememberAccounts(state: CopilotState, snapshots: readonly AccountSnapshot[]): void {
  for (const snapshot of snapshots) {
    const { account } = snapshot;
    state.book = receive(state.book, snapshot).book;
    countResult(state, snapshot);
    if (tradingDayOf(snapshot.receivedAt) < state.tradingDay) rollAccount(state, account);
    reconcile(state, account, 'snapshot');
  }
  // Their silence is no news: whoever lived through it was told then.
  state.verdicts = verdictsAt(state, state.newestAt);
}

function rollAccount(state: CopilotState, account: string): void {
  const result = state.dayResults.get(account);
  const streak = state.streaks.get(account);
  if (result) state.dayResults = new Map(state.dayResults).set(account, rolled(result));
  if (streak) state.streaks = new Map(state.streaks).set(account, rolledStreak(streak));
}
