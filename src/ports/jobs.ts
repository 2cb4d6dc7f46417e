import type { JobName } from '../domain/copilot/event.js';
import type { EpochMs } from '../kernel/units.js';

export interface DueJob {
  /** Made from its meaning (`focus-2026-11-20T14-35`), so two engines never do the same work twice. */
  readonly id: string;
  readonly name: JobName;
  /** The instant it is due, market time. */
  readonly at: EpochMs;
}

export interface JobQueue {
  /** Puts the job in the queue unless it is known there, and resolves when it has run. */
  run(job: DueJob): Promise<void>;
  close(): Promise<void>;
}
