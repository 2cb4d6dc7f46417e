import { rest } from '../../../kernel/rest.js';
import type { Clock } from '../../../ports/clock.js';
import { type Ask, createPacer, type Pacer } from './pacer.js';

/** Requests of one process to one gateway, each let go when IBKR's limits allow it. */
export interface Turns {
  /** Resolves when the request may be sent; it is counted then. False when stopped first. `onLook`: before each rest. */
  take(ask: Ask, signal: AbortSignal, onLook?: () => void): Promise<boolean>;
  violated(): void;
}

const LOOK_EVERY_MS = 200;

export function createTurns(clock: Pick<Clock, 'elapsed'>, pacer: Pacer = createPacer()): Turns {
  return {
    async take(ask, signal, onLook) {
      while (!signal.aborted) {
        const waitMs = pacer.waitMs(ask, clock.elapsed());
        if (waitMs <= 0) {
          pacer.sent(ask, clock.elapsed());
          return true;
        }
        onLook?.();
        await rest(Math.min(waitMs, LOOK_EVERY_MS), signal);
      }
      return false;
    },
    violated: () => pacer.violated(clock.elapsed()),
  };
}

const byGateway = new Map<string, Turns>();

/** The limits are the account's: the live feed and the history of one process share them. */
export function turnsAt(gateway: string, clock: Pick<Clock, 'elapsed'>): Turns {
  const turns = byGateway.get(gateway) ?? createTurns(clock);
  byGateway.set(gateway, turns);
  return turns;
}
