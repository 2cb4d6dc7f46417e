import { mayBackfill, nightDue, usualRange } from '../../domain/bars/backfill.js';
import { OperationalError } from '../../kernel/errors.js';
import { after, type EpochMs, MINUTE } from '../../kernel/units.js';
import type { BackfillAsk } from '../../ports/backfill-store.js';
import type { BulkBarStore } from '../../ports/bar-store.js';
import type { ResearchQueue } from '../../ports/research-queue.js';
import { type PlanDeps, planBackfill } from '../backfill/plan.js';
import type { WorkDeps } from '../backfill/work-chunk.js';

export interface BackfillDeps extends Omit<WorkDeps, 'signal'>, PlanDeps {
  readonly store: WorkDeps['store'];
  readonly history: WorkDeps['history'];
  readonly bars: Pick<BulkBarStore, 'load' | 'newest'>;
  readonly roots: readonly string[];
  /** Once per trading day by itself; a practice run is filled on request only. */
  readonly isNightly: boolean;
  /** Sees to it that `history` knows all that is archived; false as long as it may not. Absent in a practice run. */
  readonly takeUpArchive?: () => Promise<boolean>;
  /** Moves the clock where the data drive it. */
  readonly drive: ((at: EpochMs) => void) | undefined;
}

/**
 * Asks for what is due tonight, plans what was asked for, and puts every month that nobody works on into the queue. All of it
 * stands in the store: an empty queue, or a worker that died, costs nothing but time.
 */
export async function addBackfills(deps: BackfillDeps, queue: ResearchQueue, finished: Set<string>): Promise<void> {
  const { store, clock, roots } = deps;
  if (deps.drive) await driveByBars(deps);
  const now = clock.now();
  const isOffHours = mayBackfill(now);
  const night = `night-${nightDue(now)}`;
  if (deps.isNightly && isOffHours && !finished.has(night)) {
    await store.ask({
      id: night,
      by: 'night',
      roots,
      range: usualRange(now),
      source: undefined,
      isForced: false,
      at: now,
    });
    finished.add(night);
  }
  const asked = (await store.unplanned()).filter(({ isForced }) => isForced || isOffHours);
  if (asked.length > 0 && (await isArchiveKnown(deps, finished)))
    for (const ask of asked) await planAsked(ask, now, deps);
  for (const { id, root, isForced } of await store.waiting())
    if (isForced || isOffHours) await queue.add({ id, name: 'backfill', root });
}

/** Before the first plan of a process: what is archived and not known would be asked for again. */
async function isArchiveKnown({ takeUpArchive }: BackfillDeps, finished: Set<string>): Promise<boolean> {
  if (!takeUpArchive || finished.has('archive')) return true;
  const isKnown = await takeUpArchive();
  if (isKnown) finished.add('archive');
  return isKnown;
}

async function planAsked(ask: BackfillAsk, now: EpochMs, deps: BackfillDeps): Promise<void> {
  try {
    const { chunks, remarks } = await planBackfill(ask, now, deps);
    await deps.store.plan(ask.id, chunks, remarks.length > 0 ? remarks.join('; ') : undefined);
  } catch (error) {
    // A file of the archive that cannot be read is not mended by looking again.
    if (!(error instanceof OperationalError) || error.code === 'POSTGRES_UNAVAILABLE') throw error;
    await deps.store.plan(ask.id, [], `${error.code}: ${error.message}`);
  }
}

async function driveByBars({ bars, roots, drive }: BackfillDeps): Promise<void> {
  for (const root of roots) {
    const newest = await bars.newest(root);
    if (newest !== undefined) drive?.(after(newest, MINUTE));
  }
}
