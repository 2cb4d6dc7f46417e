import { isSettledSilence, settledFrom } from '../../domain/bars/backfill.js';
import {
  type ContractSpan,
  clipped,
  minutesIn,
  missingSpans,
  questionsFor,
  type Span,
  spansWithout,
} from '../../domain/bars/coverage.js';
import { instrument } from '../../domain/instruments/catalogue/index.js';
import { sessionCalendar } from '../../domain/sessions/calendar.js';
import { assert } from '../../kernel/assert.js';
import { after, type EpochMs, MINUTE } from '../../kernel/units.js';
import type { BackfillChunk, BackfillStore, ChunkProgress } from '../../ports/backfill-store.js';
import type { BarHistory } from '../../ports/bar-history.js';
import type { BulkBarStore } from '../../ports/bar-store.js';
import type { Clock } from '../../ports/clock.js';
import type { FeedBar } from '../../ports/feed.js';
import type { HistorySource, RefusedRow } from '../../ports/history-source.js';
import { createDoubts, createLeftOpen, type Doubts, type LeftOpen } from './left-open.js';
import { recordedMonths } from './recorded-months.js';

export interface FillDeps {
  readonly store: Pick<BackfillStore, 'holes' | 'saveHoles' | 'forgetHoles'>;
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

/** A vendor that has not one bar of a stretch longer than this has not said that nobody traded: it was asked in vain. */
const BELIEVED_SILENCE_MINUTES = 23 * 60;

/**
 * Asks for what is missing of a chunk and stores it, page by page: first the bars, then which minutes before the newest of
 * them had none. Cut off anywhere it is simply called again, and asks for the rest. Throws at the end where a minute had to be
 * left open.
 */
export async function fillChunk(chunk: BackfillChunk, deps: FillDeps, filling: Filling): Promise<void> {
  const { root, from, to } = chunk;
  const spec = instrument(root);
  assert(spec !== undefined, `a backfill of ${root}, which is not in the catalogue`);
  const calendar = sessionCalendar(spec.calendar);
  const empty = await deps.store.holes(root, filling.source.name, { from, to });
  const missing = missingSpans({ from, to, calendar, empty, minutes: await deps.history.minutes(root, from, to) });
  // What an earlier try has done is not missing any more.
  const doneBefore = Math.max(0, chunk.minutes - minutesIn(missing));
  const left = createLeftOpen(filling.source.name);
  let bars = filling.barsBefore;
  const tell = (through: EpochMs): void => {
    const passed = minutesIn(clipped(missing, { from, to: through })) - left.minutes();
    filling.onProgress({ minutesDone: Math.min(chunk.minutes, doneBefore + passed), bars });
  };
  const recorded = missing.length > 0 ? await deps.history.range(root, from, to) : [];
  for (const question of questionsFor(recordedMonths(recorded, to), missing, { spec, calendar })) {
    const doubts = createDoubts();
    const keep = createKeeper(root, { question, wanted: clipped(missing, question), doubts, left, deps, filling });
    for await (const page of answers(root, { question, doubts, filling })) {
      bars += await deps.bars.load(page.bars, filling.source.name);
      await keep.page(page);
      tell(page.to);
    }
    await keep.end();
    tell(question.to);
  }
  const failure = left.failure();
  if (failure) throw failure;
}

/** Bars of `from <= open < to`, and nothing else of it will come; the last one is the silence after the newest bar. */
interface Page extends Span {
  readonly bars: readonly FeedBar[];
  readonly isSilence: boolean;
}

interface Asking {
  readonly question: ContractSpan;
  readonly doubts: Doubts;
  readonly filling: Filling;
}

async function* answers(root: string, { question, doubts, filling }: Asking): AsyncGenerator<Page> {
  const { source, signal } = filling;
  let { from } = question;
  const refused = (row: RefusedRow): void => doubts.add(row, { from, to: question.to });
  for await (const bars of source.bars({ root, ...question }, signal, refused)) {
    signal.throwIfAborted();
    const last = bars.at(-1);
    if (!last) continue;
    const to = after(last.bar.at, MINUTE);
    yield { bars, from, to, isSilence: false };
    from = to;
  }
  signal.throwIfAborted();
  if (from < question.to) yield { bars: [], from, to: question.to, isSilence: true };
}

interface Keeping extends Asking {
  /** What is missing of the question. */
  readonly wanted: readonly Span[];
  readonly left: LeftOpen;
  readonly deps: FillDeps;
}

/** Writes down which minutes of a question had no bar, as far as that may be believed, and what is left open. */
function createKeeper(root: string, { question, wanted, doubts, left, deps, filling }: Keeping) {
  const source = filling.source.name;
  let known: readonly Span[] = [];
  /** A row that could not be read may turn out to be of a minute that was passed by. */
  const rethink = async (): Promise<void> => {
    const wrong = known.length === 0 ? [] : doubts.within(known);
    if (wrong.length === 0) return;
    await deps.store.forgetHoles(wrong, { roots: [root], source });
    known = spansWithout(known, [], wrong);
    left.doubted(wrong, doubts);
  };
  return {
    async page(page: Page): Promise<void> {
      await rethink();
      const minutes = page.bars.map(({ bar }) => bar.at);
      const silent = spansWithout(clipped(wanted, page), minutes);
      const doubted = doubts.within(silent);
      left.doubted(doubted, doubts);
      const holes = spansWithout(silent, [], doubted);
      const at = deps.clock.now();
      if (page.isSilence && page.from === question.from && minutesIn(holes) > BELIEVED_SILENCE_MINUTES)
        left.mute(question, holes);
      else if (page.isSilence && !isSettledSilence(page, at)) left.unsettled(question, holes, settledFrom(page));
      else {
        await deps.store.saveHoles(holes, { root, source, at });
        known = [...known, ...holes];
      }
    },
    end: rethink,
  };
}
