import type { EpochMs, MicroUsd } from '../../kernel/units.js';

/** One fill as the platform reported it. Platforms may amend or withdraw a fill later, under the same id. */
export interface Execution {
  readonly account: string;
  readonly executionId: string;
  readonly orderId: string;
  /** The platform's contract name, e.g. `MGC 12-26`. */
  readonly symbol: string;
  readonly root: string | undefined;
  readonly contract: string | undefined;
  readonly side: 'BUY' | 'SELL';
  readonly quantity: number;
  /** Decimal, as filled. */
  readonly price: number;
  /** Commission and fees of this fill, at least 0. */
  readonly commission: MicroUsd;
  /** When it was filled, by the platform's clock. */
  readonly at: EpochMs;
  readonly operation: 'add' | 'update' | 'remove';
  /** When the intake took it, by the run's clock. */
  readonly receivedAt: EpochMs;
}
