import type { DateRange } from '../domain/bars/backfill.js';
import type { BackfillAsk } from '../domain/bars/backfill-wish.js';
import type { Span } from '../domain/bars/coverage.js';
import type { EpochMs } from '../kernel/units.js';

export type { BackfillAsk };

/** A month of one symbol: what one worker does at a time. */
export interface BackfillChunk extends Span {
  /** `backfill-night-2026-11-20-MGC-2025-03`. */
  readonly id: string;
  readonly run: string;
  readonly root: string;
  readonly source: string;
  /** Minutes to ask for. */
  readonly minutes: number;
}

export interface ClaimedChunk extends BackfillChunk {
  readonly isForced: boolean;
  /** New rows of whoever held it before. */
  readonly bars: number;
}

export type ChunkState = 'waiting' | 'running' | 'done' | 'failed' | 'stopped';
export type RunState = 'asked' | ChunkState;

export interface BackfillPart {
  readonly root: string;
  readonly state: ChunkState;
  readonly minutes: number;
  readonly minutesDone: number;
  readonly bars: number;
  /** Why something is still missing, and what; one sentence a chunk. */
  readonly reasons: readonly string[];
}

export interface BackfillRun extends BackfillAsk {
  readonly state: RunState;
  /** Why nothing came of it. */
  readonly reason: string | undefined;
  readonly parts: readonly BackfillPart[];
  /** Wall milliseconds from the first chunk's beginning to the newest sign of work; undefined before it. */
  readonly tookMs: number | undefined;
}

export interface ChunkProgress {
  readonly minutesDone: number;
  /** New rows. */
  readonly bars: number;
}

export interface ChunkEnd extends ChunkProgress {
  readonly state: 'done' | 'failed';
  readonly reason?: string;
}

/** What became of the symbol of a chunk that ended. */
export interface PartEnd {
  /** This was its last open chunk, told to one caller only. */
  readonly isLast: boolean;
  readonly bars: number;
  readonly range: DateRange;
}

/** Whether a chunk's holder goes on: somebody pressed stop, or another one has taken it up. */
export type Hold = 'held' | 'stopped' | 'lost';

/** Who holds chunks, and for how long without a sign of life. */
export interface Holder {
  readonly name: string;
  /** The vendor's pace is kept within one process only: nobody else may ask it meanwhile. */
  readonly isAlone: boolean;
}

export interface BackfillStore {
  /** The same id again changes nothing; false then. */
  ask(ask: BackfillAsk): Promise<boolean>;
  /** Runs that are not planned yet, oldest first. */
  unplanned(): Promise<readonly BackfillAsk[]>;
  /** Without chunks the run is over; `reason` says why. The same plan again changes nothing. */
  plan(run: string, chunks: readonly BackfillChunk[], reason?: string): Promise<void>;
  /** Chunks nobody works on, of one run or of all, oldest run first. */
  waiting(run?: string): Promise<readonly (BackfillChunk & { readonly isForced: boolean })[]>;
  /** Takes a chunk up; undefined when it is done, stopped, or another one's. */
  claim(chunk: string, holder: Holder): Promise<ClaimedChunk | undefined>;
  /** Tells how far it is, and that its holder lives. */
  renew(chunk: string, holder: string, progress: ChunkProgress): Promise<Hold>;
  end(chunk: string, holder: string, end: ChunkEnd): Promise<PartEnd | undefined>;
  /** Puts it back: live hours began, or its holder is about to leave. */
  release(chunk: string, holder: string): Promise<void>;
  /** True when there was something to stop. */
  stop(run: string): Promise<boolean>;
  /** Newest first. */
  runs(limit: number): Promise<readonly BackfillRun[]>;
  run(id: string): Promise<BackfillRun | undefined>;
  /** Stretches a source was asked for and had no bar in. */
  holes(root: string, source: string, span: Span): Promise<readonly Span[]>;
  /** Holes of these sources, or of all of them, are asked for again; what lies outside the spans stays known. */
  forgetHoles(
    spans: readonly Span[],
    of: { readonly roots: readonly string[]; readonly source: string | undefined },
  ): Promise<void>;
  saveHoles(holes: readonly Span[], of: { root: string; source: string; at: EpochMs }): Promise<void>;
}
