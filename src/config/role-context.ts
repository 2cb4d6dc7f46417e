import type { EpochMs } from '../kernel/units.js';
import type { Mode } from '../messages/focus-plan.js';
import type { Clock, ClockSpec } from '../ports/clock.js';
import type { Log } from '../ports/log.js';
import type { Config } from './schema.js';

/** What one run is about; every process of the run gets the same. */
export interface RunOptions {
  readonly mode: Mode;
  readonly clockSpec: ClockSpec;
  /** Seed of the demo market. */
  readonly seed: number;
  /** Recorded bar files, absolute paths; empty outside a replay. */
  readonly replayFiles: readonly string[];
  /** Where a replay's live part begins; undefined means at its first bar. */
  readonly from: EpochMs | undefined;
  /** Names the run, so state of another run is told apart. */
  readonly runId: string;
}

/** What `up` was asked to run; speed is Infinity for `max`. */
export type UpRequest =
  | { readonly mode: 'demo'; readonly seed: number; readonly speed: number; readonly start: EpochMs | undefined }
  | {
      readonly mode: 'replay';
      readonly files: readonly string[];
      readonly from: EpochMs | undefined;
      readonly speed: number;
    }
  /** Neither `--demo` nor `--replay`: live when a feed is configured, the demo otherwise. */
  | { readonly mode: 'configured' };

/** Everything a role's `compose.ts` is handed: `runX(ctx: RoleContext): Promise<RunningRole>`. */
export interface RoleContext {
  readonly config: Config;
  readonly run: RunOptions;
  readonly clock: Clock;
  /** Moves the clock forward; present exactly when the data drive it (`speed` is Infinity). Going back is ignored. */
  readonly drive: ((at: EpochMs) => void) | undefined;
  readonly log: Log;
}

export interface RunningRole {
  close(): Promise<void>;
}
