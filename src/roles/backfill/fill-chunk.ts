import { clipped, minutesIn, missingSpans, questionsFor } from '../../domain/bars/coverage.js';
import { instrument } from '../../domain/instruments/catalogue/index.js';
import { sessionCalendar } from '../../domain/sessions/calendar.js';
import { assert } from '../../kernel/assert.js';
import type { BackfillChunk, BackfillStore, ChunkProgress } from '../../ports/backfill-store.js';
import type { BarHistory } from '../../ports/bar-history.js';
import type { BulkBarStore } from '../../ports/bar-store.js';
import type { Clock } from '../../ports/clock.js';
import type { HistorySource } from '../../ports/history-source.js';
import { createAnswer } from './answer.js';
import { createLeftOpen } from './left-open.js';
import { recordedMonths } from './recorded-months.js';

export interface FillDeps {
  readonly store: Pick<BackfillStore, 'holes' | 'saveHoles'>;
  readonly history: Pick<BarHistory, 'minutes' | 'range'>;
  readonly bars: Pick<BulkBarStore, 'load'>;
  readonly clock: Pick<Clock, 'now'>;
}

export interface Filling {
  readonly source: HistorySource;
  readonly signal: AbortSignal;
  /** Bars that earlier tries of this chunk have written. */
  readonly barsBefore: number;
  onProgress(progress: ChunkProgress): void;
}

/**
 * Asks for what is missing of a chunk and stores it: the bars page by page, and at the end of an answer which minutes had none.
 * Cut off anywhere it is simply called again, and asks for the rest. Throws at the end where a minute had to be left open.
 */
export async function fillChunk(chunk: BackfillChunk, deps: FillDeps, filling: Filling): Promise<void> {
  const { root, from, to } = chunk;
  const { source, signal } = filling;
  const spec = instrument(root);
  assert(spec !== undefined, `a backfill of ${root}, which is not in the catalogue`);
  const calendar = sessionCalendar(spec.calendar);
  const empty = await deps.store.holes(root, source.name, { from, to });
  const missing = missingSpans({ from, to, calendar, empty, minutes: await deps.history.minutes(root, from, to) });
  // What an earlier try has done is not missing any more.
  let minutesDone = Math.max(0, chunk.minutes - minutesIn(missing));
  let bars = filling.barsBefore;
  const tell = (more = 0): void =>
    filling.onProgress({ minutesDone: Math.min(chunk.minutes, minutesDone + more), bars });
  const left = createLeftOpen(source.name);
  const recorded = missing.length > 0 ? await deps.history.range(root, from, to) : [];
  for (const question of questionsFor(recordedMonths(recorded, to), missing, { spec, calendar })) {
    const answer = createAnswer(question, clipped(missing, question));
    for await (const page of source.bars({ root, ...question }, signal, answer.refused)) {
      signal.throwIfAborted();
      bars += await deps.bars.load(page, source.name);
      answer.page(page);
      tell(answer.minutesBrought());
    }
    signal.throwIfAborted();
    const at = deps.clock.now();
    const holes = answer.emptyMinutes(at, left);
    await deps.store.saveHoles(holes, { root, source: source.name, at });
    minutesDone += answer.minutesBrought() + minutesIn(holes);
    tell();
  }
  const failure = left.failure();
  if (failure) throw failure;
}
