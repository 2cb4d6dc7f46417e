import type { TradingDay } from '../kernel/units.js';

/** A computation too long for the engine's loop. It may be done anywhere, by any worker, any time later. */
export type ResearchJob = TrainJob | BackfillJob;

export interface TrainJob {
  /** Made from its meaning (`train-regime-2026-11-18-MES`), so two workers never do the same work twice. */
  readonly id: string;
  readonly name: 'train-regime';
  readonly root: string;
  readonly day: TradingDay;
}

/** A month of one symbol; what it is stands in the store under the same id. */
export interface BackfillJob {
  /** `backfill-night-2026-11-20-MGC-2025-03` */
  readonly id: string;
  readonly name: 'backfill';
  readonly root: string;
}

export interface ResearchQueue {
  /** Puts the job in the queue unless it is known there. */
  add(job: ResearchJob): Promise<void>;
  /** Waits for the job in hand; what has not begun stays in the queue. */
  close(): Promise<void>;
}
