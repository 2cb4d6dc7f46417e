import type { EpochMs, MicroUsd } from '../../kernel/units.js';
import type { Execution } from '../accounts/execution.js';
import type { AccountSnapshot } from '../accounts/snapshot.js';
import type { Bar } from '../bars/bar.js';
import type { FeedFact } from '../feed-health/fact.js';
import type { TrainedRegime } from '../regime/training.js';
import type { LimitsChange } from '../risk/limit-book.js';
import type { RiskLimits } from '../risk/limits.js';

/** Jobs a clock rings for; each is decided at its due time, never at the time it happened to run. */
export type JobName = 'focus' | 'risk-sweep' | 'session-change' | 'entry-cutoff' | 'overnight-warning';

/** Everything that can happen to the co-pilot. `at` is market time: a bar's close, a snapshot's arrival, a job's due time. */
export type CopilotEvent =
  | {
      readonly kind: 'bar';
      readonly at: EpochMs;
      readonly root: string;
      readonly contract: string;
      readonly bar: Bar;
      /** Length of a bar that is coarser than a minute. */
      readonly lengthMs?: number;
      /** The feed it came from; kept with the bar, and nothing is decided from it. */
      readonly source?: string;
    }
  | { readonly kind: 'account'; readonly at: EpochMs; readonly snapshot: AccountSnapshot }
  /** Fills of one account that were reported together. */
  | {
      readonly kind: 'executions';
      readonly at: EpochMs;
      readonly account: string;
      readonly executions: readonly Execution[];
    }
  /** Somebody changes the trader's own limits. */
  | { readonly kind: 'set-limits'; readonly at: EpochMs; readonly id: string; readonly change: LimitsChange }
  /** A regime model was trained. */
  | { readonly kind: 'regime-model'; readonly at: EpochMs; readonly root: string; readonly model: TrainedRegime }
  /** The data role found out something about an instrument's feed. */
  | { readonly kind: 'feed-fact'; readonly at: EpochMs; readonly fact: FeedFact }
  /** Somebody says that an account is not used any more. */
  | { readonly kind: 'retire-account'; readonly at: EpochMs; readonly id: string; readonly account: string }
  /** An engine was started with these settings, `asked` on the clock. `at` is the newest instant it had recovered. */
  | {
      readonly kind: 'begin';
      readonly at: EpochMs;
      readonly id: string;
      readonly asked: EpochMs;
      readonly accountSize: MicroUsd;
      /** The limits of somebody who has never set any. */
      readonly limits: RiskLimits;
    }
  /** The feed's promise that no bar closing at or before `at` will follow. */
  | { readonly kind: 'clock'; readonly at: EpochMs }
  | { readonly kind: 'job'; readonly at: EpochMs; readonly name: JobName }
  | { readonly kind: 'force-refresh'; readonly at: EpochMs };
