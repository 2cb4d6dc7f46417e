import { type MicroUsd, microUsd } from '../../kernel/units.js';
import type { AccountSnapshot } from './snapshot.js';

/**
 * The realised result of the trading day of one account. Platforms count since their own midnight or since their start, so
 * what the counter showed at our 18:00 roll is subtracted until the platform itself begins again at zero.
 */
export interface DayResult {
  /** The platform's counter in the newest snapshot; undefined when it was not told. */
  readonly counter: MicroUsd | undefined;
  /** The counter where our trading day began; 0 for an account first heard today. */
  readonly base: MicroUsd;
  /** Contracts held, by the platform's name. */
  readonly held: ReadonlyMap<string, number>;
}

export const newDayResult: DayResult = { counter: undefined, base: microUsd(0), held: new Map() };

export function nextDayResult(result: DayResult, { positions, realizedPnl }: AccountSnapshot): DayResult {
  const held = new Map(positions.map(({ symbol, quantity }) => [symbol, quantity]));
  const hasShrunk = [...result.held].some(([symbol, quantity]) => (held.get(symbol) ?? 0) < quantity);
  // Only a fill changes a result; a counter that falls to zero without one was begun again by the platform.
  const isReset = realizedPnl === 0 && result.counter !== 0 && !hasShrunk;
  return { counter: realizedPnl, base: isReset ? microUsd(0) : result.base, held };
}

/** The same account at the beginning of the next trading day. */
export const rolled = (result: DayResult): DayResult => ({ ...result, base: result.counter ?? result.base });

/** Realised since 18:00 New York; undefined when the platform does not tell. */
export const realizedToday = ({ counter, base }: DayResult): MicroUsd | undefined =>
  counter === undefined ? undefined : microUsd(counter - base);
