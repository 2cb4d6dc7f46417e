import type { MicroUsd } from '../../kernel/units.js';

/**
 * Losing trades in a row of one account, read from consecutive snapshots: when a position disappears, the change of the
 * day's realised result since the account was last flat is that trade's result. Executions give a finer count where a
 * platform sends them.
 */
export interface Streak {
  readonly losses: number;
  readonly openSymbols: readonly string[];
  /** The day's realised result when the account was last flat or a trade last ended; undefined when not known. */
  readonly base: MicroUsd | undefined;
}

export interface StreakNews {
  readonly openSymbols: readonly string[];
  /** Realised result of the trading day. */
  readonly realized: MicroUsd | undefined;
}

export const noStreak: Streak = { losses: 0, openSymbols: [], base: undefined };

export function nextStreak(
  { losses, openSymbols: before, base }: Streak,
  { openSymbols, realized }: StreakNews,
): Streak {
  const hasClosed = before.some((symbol) => !openSymbols.includes(symbol));
  if (realized === undefined || base === undefined || before.length === 0)
    return { losses, openSymbols, base: realized };
  if (!hasClosed) return { losses, openSymbols, base };
  const result = realized - base;
  // A scratch is neither a win nor a loss.
  const next = result < 0 ? losses + 1 : result > 0 ? 0 : losses;
  return { losses: next, openSymbols, base: realized };
}

/** The next trading day: no losses yet, and a result that is counted from zero again. */
export const rolledStreak = (streak: Streak): Streak => ({ ...streak, losses: 0, base: undefined });
