import { mayBackfill } from '../../domain/bars/backfill.js';
import type { BackfillRun } from '../../ports/backfill-store.js';
import { type WorkDeps, workChunk } from './work-chunk.js';

export interface RunOptions {
  readonly run: string;
  /** Chunks at a time. */
  readonly atOnce: number;
  readonly onMove: (run: BackfillRun) => void;
  readonly lookEveryMs?: number;
}

const LOOK_EVERY_MS = 500;
const UNSEEN_MAX = 120;
/** Wall milliseconds before a chunk that another one holds is tried again. */
const REST_MS = 2_000;

/**
 * Works on a run until nothing of it is open, beside any number of workers. Resolves with the run as it stands then: whole,
 * stopped, or with months that wait for the next off-hours.
 */
export async function workRun(
  { run, atOnce, onMove, lookEveryMs = LOOK_EVERY_MS }: RunOptions,
  deps: WorkDeps,
): Promise<BackfillRun> {
  const { store, signal, clock } = deps;
  const [inHand, restsUntil] = [new Map<string, Promise<void>>(), new Map<string, number>()];
  let [fault, unseen]: [unknown, number] = [undefined, 0];
  const take = (id: string): void => {
    const work = workChunk(id, deps)
      .then(() => void restsUntil.set(id, clock.elapsed() + REST_MS))
      .catch((error: unknown) => {
        fault = error;
      })
      .finally(() => inHand.delete(id));
    inHand.set(id, work);
  };
  let now: BackfillRun | undefined;
  for (;;) {
    try {
      for (const { id } of await store.waiting(run))
        if (inHand.size < atOnce && !inHand.has(id) && (restsUntil.get(id) ?? 0) <= clock.elapsed()) take(id);
      now = await store.run(run);
      unseen = 0;
    } catch (error) {
      // A database that is away for a moment is looked for again; the chunks in hand wait for it themselves.
      unseen += 1;
      if (unseen > UNSEEN_MAX) throw error;
    }
    if (now) onMove(now);
    if (fault !== undefined) throw fault;
    const isForced = now?.isForced ?? true;
    const isOver = now !== undefined && !['asked', 'waiting', 'running'].includes(now.state);
    if (now && inHand.size === 0 && (isOver || signal.aborted || (!isForced && !mayBackfill(clock.now())))) return now;
    await Promise.race([new Promise((resolve) => setTimeout(resolve, lookEveryMs)), ...inHand.values()]);
  }
}
