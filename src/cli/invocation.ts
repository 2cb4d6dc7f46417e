import type { RunOptions, UpRequest } from '../config/role-context.js';
import type { EpochMs, MicroUsd } from '../kernel/units.js';

export type RoleName = 'data' | 'engine' | 'web' | 'worker';

export interface FocusRequest {
  readonly bars: readonly { readonly root: string; readonly file: string }[];
  readonly at: EpochMs;
  /** Undefined means ACCOUNT_SIZE. */
  readonly account: MicroUsd | undefined;
}

export interface AnalyseRequest {
  readonly root: string;
  readonly file: string;
  readonly at: EpochMs;
  /** Undefined means ACCOUNT_SIZE. */
  readonly account: MicroUsd | undefined;
}

export interface RebuildRequest {
  /** A date, `yyyy-MM-dd`. */
  readonly since: string | undefined;
  readonly account: string | undefined;
}

export interface ResearchRequest {
  /** Without any, the bars in the store of the running system. */
  readonly bars: readonly { readonly root: string; readonly file: string }[];
  /** A date, `yyyy-MM-dd`. */
  readonly since: string | undefined;
  readonly allHours: boolean;
}

export interface ArchiveRequest {
  /** A month, `yyyy-MM`. */
  readonly before: string | undefined;
}

export interface RestoreRequest {
  /** A month, `yyyy-MM`. */
  readonly month: string;
  readonly symbol: string | undefined;
}

export interface BackfillRequest {
  /** Empty: the watch list. */
  readonly symbols: readonly string[];
  /** Dates, `yyyy-MM-dd`. */
  readonly range: { readonly from?: string; readonly to?: string };
  readonly source: string | undefined;
  readonly isForced: boolean;
  /** Minutes that are known to be empty are asked for again. */
  readonly asksAgain: boolean;
}

/** A command line that was understood. */
export type Invocation =
  | { readonly command: 'up'; readonly request: UpRequest }
  | { readonly command: RoleName; readonly run: RunOptions }
  | { readonly command: 'focus'; readonly request: FocusRequest }
  | { readonly command: 'analyse'; readonly request: AnalyseRequest }
  | { readonly command: 'migrate' }
  | { readonly command: 'smoke'; readonly only: readonly string[] }
  | { readonly command: 'rebuild'; readonly request: RebuildRequest }
  | { readonly command: 'research-quality'; readonly request: ResearchRequest }
  | { readonly command: 'backfill'; readonly request: BackfillRequest }
  | { readonly command: 'archive'; readonly request: ArchiveRequest }
  | { readonly command: 'restore'; readonly request: RestoreRequest }
  | { readonly command: 'replay-check'; readonly write: boolean }
  | { readonly command: 'help'; readonly text: string }
  | { readonly command: 'version' };
