import { type EpochMs, type MicroUsd, microUsd } from '../../kernel/units.js';
import type { AccountSnapshot } from './snapshot.js';

/**
 * The realised result of the trading day of one account. Platforms count since their own midnight or since their start, so
 * what the counter showed at our 18:00 roll is subtracted until the platform itself begins again at zero.
 */
export interface DayResult {
  /** The platform's counter when it was last told. */
  readonly counter: MicroUsd | undefined;
  /** Whether the newest snapshot told it. */
  readonly isTold: boolean;
  /** The counter where our trading day began; 0 for an account first heard today. */
  readonly base: MicroUsd;
  /** The counter may have begun again unseen: until that is certain the worse of both readings holds. */
  readonly isDoubtful: boolean;
  /** Contracts held, by the platform's name. */
  readonly held: ReadonlyMap<string, number>;
  readonly epoch: string | undefined;
  readonly heardAt: EpochMs | undefined;
}

export const newDayResult: DayResult = {
  counter: undefined,
  isTold: false,
  base: microUsd(0),
  isDoubtful: false,
  held: new Map(),
  epoch: undefined,
  heardAt: undefined,
};

/** `staleAfterMs` is the silence in which a counter may have begun again unseen. */
export function nextDayResult(result: DayResult, snapshot: AccountSnapshot, staleAfterMs: number): DayResult {
  const { positions, realizedPnl, epoch, receivedAt: heardAt } = snapshot;
  const held = new Map(positions.map(({ symbol, quantity }) => [symbol, quantity]));
  const next = { ...result, isTold: realizedPnl !== undefined, held, epoch, heardAt };
  // A counter that stands where it stood did not begin again.
  if (realizedPnl === undefined || realizedPnl === result.counter) return next;
  const counted = { ...next, counter: realizedPnl };
  if (result.counter === undefined) return counted;
  const hasShrunk = [...result.held].some(([symbol, quantity]) => (held.get(symbol) ?? 0) < quantity);
  // Only a fill changes a result: without one a counter at zero was begun again. With one it may also be the trade's result.
  if (realizedPnl === 0 && !hasShrunk) return { ...counted, base: microUsd(0), isDoubtful: false };
  const wasAway = epoch !== result.epoch || heardAt - (result.heardAt ?? heardAt) > staleAfterMs;
  return { ...counted, isDoubtful: result.isDoubtful || realizedPnl === 0 || wasAway };
}

/** The same account at the beginning of the next trading day. */
export const rolled = (result: DayResult): DayResult => ({
  ...result,
  base: result.counter ?? result.base,
  isDoubtful: false,
});

/** Realised since 18:00 New York; undefined when the platform does not tell. */
export function realizedToday({ counter, isTold, base, isDoubtful }: DayResult): MicroUsd | undefined {
  if (counter === undefined || !isTold) return undefined;
  return microUsd(isDoubtful ? Math.min(counter - base, counter) : counter - base);
}
