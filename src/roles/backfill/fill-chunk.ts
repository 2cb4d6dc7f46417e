import { clipped, minutesIn, missingSpans, questionsFor } from '../../domain/bars/coverage.js';
import { instrument } from '../../domain/instruments/catalogue/index.js';
import { sessionCalendar } from '../../domain/sessions/calendar.js';
import { tradingDayEnd, tradingDayOf, tradingDayStart } from '../../domain/sessions/trading-day.js';
import { assert } from '../../kernel/assert.js';
import { hasCode } from '../../kernel/errors.js';
import { epochMs } from '../../kernel/units.js';
import type { BackfillChunk, BackfillStore, ChunkProgress } from '../../ports/backfill-store.js';
import type { BarHistory } from '../../ports/bar-history.js';
import type { BulkBarStore } from '../../ports/bar-store.js';
import type { Clock } from '../../ports/clock.js';
import type { FeedBar } from '../../ports/feed.js';
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
  const minutes = await deps.history.minutes(root, from, to);
  const missing = missingSpans({ from, to, calendar, empty, minutes });
  // A question spans minutes that are there, and the store that is loaded into does not know those of the archive.
  const there = new Set<number>(minutes);
  // What an earlier try has done is not missing any more.
  let minutesDone = Math.max(0, chunk.minutes - minutesIn(missing));
  let bars = filling.barsBefore;
  const tell = (more = 0): void =>
    filling.onProgress({ minutesDone: Math.min(chunk.minutes, minutesDone + more), bars });
  tell();
  const left = createLeftOpen(source.name);
  const recorded = missing.length > 0 ? await recordedDays(chunk, deps.history) : [];
  for (const question of questionsFor(recordedMonths(recorded, to), missing, { spec, calendar })) {
    const answer = createAnswer(question, clipped(missing, question));
    for await (const page of source.bars({ root, ...question }, signal, answer.refused)) {
      signal.throwIfAborted();
      const news = page.filter(({ bar }) => !there.has(bar.at));
      bars += await deps.bars.load(news, source.name);
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

/** The bars of every trading day that a chunk has a part of: one over the end of a month is of two chunks and one contract. */
async function recordedDays(
  { root, from, to }: BackfillChunk,
  history: FillDeps['history'],
): Promise<readonly FeedBar[]> {
  const first = epochMs(Math.min(from, tradingDayStart(tradingDayOf(from))));
  try {
    return await history.range(root, first, tradingDayEnd(tradingDayOf(epochMs(to - 1))));
  } catch (error) {
    if (!hasCode(error, 'ARCHIVE_INVALID')) throw error;
    // A damaged file of the month beside it does not keep this one from being filled up.
    return history.range(root, from, to);
  }
}
