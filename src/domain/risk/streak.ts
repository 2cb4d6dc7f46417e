import type { MicroUsd } from '../../kernel/units.js';
import type { AccountSnapshot } from '../accounts/snapshot.js';

/**
 * Losing trades in a row of one account, read from consecutive snapshots: when a position disappears, the change of the
 * platform's realised result since it was opened is that trade's result. Executions give a finer count where a platform
 * sends them.
 */
export interface Streak {
  readonly losses: number;
  readonly openSymbols: readonly string[];
  /** Realised result when the account was last flat or a trade last ended. */
  readonly base: MicroUsd | undefined;
}

export const noStreak: Streak = { losses: 0, openSymbols: [], base: undefined };

export function nextStreak(streak: Streak, { positions, realizedPnl }: AccountSnapshot): Streak {
  const openSymbols = positions.map((position) => position.symbol);
  const hasClosed = streak.openSymbols.some((symbol) => !openSymbols.includes(symbol));
  if (realizedPnl === undefined || streak.base === undefined) return { ...streak, openSymbols, base: realizedPnl };
  if (!hasClosed) return { ...streak, openSymbols };
  const result = realizedPnl - streak.base;
  // A scratch is neither a win nor a loss.
  const losses = result < 0 ? streak.losses + 1 : result > 0 ? 0 : streak.losses;
  return { losses, openSymbols, base: realizedPnl };
}
