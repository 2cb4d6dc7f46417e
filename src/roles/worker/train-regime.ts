import { rollsIn } from '../../domain/bars/rolls.js';
import { instrument } from '../../domain/instruments/catalogue/index.js';
import { trainFor, trainingOf } from '../../domain/regime/training.js';
import { sessionCalendar } from '../../domain/sessions/calendars/index.js';
import { assert } from '../../kernel/assert.js';
import { after, epochMs, iso, MINUTE } from '../../kernel/units.js';
import { regimeModelJson } from '../../messages/regime.js';
import type { BarStore } from '../../ports/bar-store.js';
import type { HistoryStore } from '../../ports/history-store.js';
import type { Log } from '../../ports/log.js';
import type { RegimeStore } from '../../ports/regime-store.js';
import type { TrainJob } from '../../ports/research-queue.js';
import type { WorkerBus } from '../../ports/worker-bus.js';

export interface TrainDeps {
  readonly bars: Pick<BarStore, 'range' | 'newest'>;
  readonly regimes: RegimeStore;
  readonly history: Pick<HistoryStore, 'saveJobRun'>;
  readonly bus: Pick<WorkerBus, 'sendCommand'>;
  readonly code: string;
  readonly log: Log;
}

/**
 * Trains, stores, tells the engine, and only then writes down that it was done: a worker that dies in between leaves a job
 * that comes again, trains the same model and tells of it once more, which the engine ignores.
 */
export async function trainRegimeJob(job: TrainJob, deps: TrainDeps): Promise<void> {
  const { bars, regimes, history, bus, code, log } = deps;
  if (await regimes.hasOutcome(job.id)) return;
  const { root, day } = job;
  const spec = instrument(root);
  assert(spec !== undefined, `a training of ${root}, which is not in the catalogue`);
  const due = trainingOf(day, sessionCalendar(spec.calendar));
  const stored = await bars.range(root, due.from, due.through);
  const barMs = stored[0]?.lengthMs ?? MINUTE;
  const trained = trainFor({ root, due, bars: stored.map(({ bar }) => bar), barMs, rolls: rollsIn(stored) });
  const run = { id: job.id, name: job.name, dueAt: due.through };
  if (!trained.ok) {
    log.info({ evt: 'regime.refused', root, day, reason: trained.error }, 'no regime model was trained');
    await history.saveJobRun({ ...run, outcome: 'refused', reason: trained.error });
    return;
  }
  const model = trained.value;
  // Market time, as far as the store knows it: it never runs ahead of the engine's own.
  const at = after((await bars.newest(root)) ?? epochMs(due.through - MINUTE), MINUTE);
  await regimes.save({ root, day, at, model, code });
  await bus.sendCommand({ kind: 'regime-model', id: job.id, at: iso(at), symbol: root, model: regimeModelJson(model) });
  await history.saveJobRun({ ...run, outcome: 'trained' });
  log.info({ evt: 'regime.trained', root, day, rows: model.rows, rounds: model.fit.rounds }, 'regime model trained');
}
