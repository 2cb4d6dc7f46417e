import type { Execution } from '../domain/accounts/execution.js';
import type { Trade } from '../domain/accounts/journal.js';
import type { AccountSnapshot } from '../domain/accounts/snapshot.js';
import type { Result } from '../kernel/result.js';
import type { EpochMs, TradingDay } from '../kernel/units.js';

/** A stored report. Its `nr` grows, over snapshots and fills together, with the order in which they were written down. */
export type RawReport =
  | {
      readonly kind: 'snapshot';
      readonly nr: number;
      readonly account: string;
      readonly epoch: string;
      readonly seq: number;
      readonly receivedAt: EpochMs;
      /** The reason when the stored text is no snapshot any more. */
      readonly snapshot: Result<AccountSnapshot, string>;
    }
  | {
      readonly kind: 'execution';
      readonly nr: number;
      readonly account: string;
      readonly receivedAt: EpochMs;
      readonly execution: Execution;
    };

export interface RawWish {
  /** Only reports written down later than this one; 0 for all. */
  readonly afterNr: number;
  /** Only what was received at this instant or later. */
  readonly since?: EpochMs;
  /** The same for fills, where it is another instant: a trade may have been opened long before. */
  readonly fillsSince?: EpochMs;
  readonly account?: string;
}

/** Everything platforms ever reported, for those who want to check what was made of it. */
export interface RawReader {
  /** In the order in which the engine took them: snapshots and fills each as written down, between the two as received. */
  reports(wish: RawWish): AsyncIterable<RawReport>;
  /** The stored trades of all accounts that closed in a trading day. */
  tradesOf(day: TradingDay): Promise<readonly Trade[]>;
  /** When each account was last retired; it leaves the book until it reports again. */
  retiredAt(): Promise<ReadonlyMap<string, EpochMs>>;
}
