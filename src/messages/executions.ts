import type { Execution } from '../domain/accounts/execution.js';
import type { EpochMs } from '../kernel/units.js';

/** Fills of one account as one request brought them. */
export interface ExecutionBatch {
  readonly account: string;
  readonly receivedAt: EpochMs;
  readonly executions: readonly Execution[];
}
