import { isSettledSilence } from '../../domain/bars/backfill.js';
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
import { OperationalError } from '../../kernel/errors.js';
import { after, iso, MINUTE } from '../../kernel/units.js';
import type { BackfillChunk, BackfillStore, ChunkProgress } from '../../ports/backfill-store.js';
import type { BarHistory } from '../../ports/bar-history.js';
import type { BulkBarStore } from '../../ports/bar-store.js';
import type { Clock } from '../../ports/clock.js';
import type { FeedBar } from '../../ports/feed.js';
import type { HistorySource } from '../../ports/history-source.js';

export interface FillDeps {
  readonly store: Pick<BackfillStore, 'holes' | 'saveHoles'>;
  readonly history: Pick<BarHistory, 'minutes'>;
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
 * them had none. Cut off anywhere it is simply called again, and asks for the rest.
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
  let bars = filling.barsBefore;
  const tell = (through: number): void => {
    const passed = minutesIn(missing.map((span) => ({ ...span, to: after(span.from, passedMs(span, through)) })));
    filling.onProgress({ minutesDone: Math.min(chunk.minutes, doneBefore + passed), bars });
  };
  const mute: ContractSpan[] = [];
  for (const question of questionsFor(spec, missing, calendar)) {
    const wanted = clipped(missing, question);
    for await (const page of answers(root, question, filling)) {
      if (page.isSilence && page.from === question.from && minutesIn(wanted) > BELIEVED_SILENCE_MINUTES) {
        mute.push(question);
        continue;
      }
      bars += await deps.bars.load(page.bars, filling.source.name);
      await keepHoles(root, page, { wanted, deps, filling });
      tell(page.to);
    }
    if (!mute.includes(question)) tell(question.to);
  }
  if (mute.length > 0) throw new OperationalError('FEED_REFUSED', muteText(filling.source.name, mute));
}

const muteText = (source: string, mute: readonly ContractSpan[]): string =>
  `${source} has not one bar of ${mute.map(({ contract, from, to }) => `${contract} from ${iso(from)} to ${iso(to)}`).join(', ')}; nothing is written down as empty, and it will be asked again`;

const passedMs = ({ from, to }: Span, through: number): number => Math.max(0, Math.min(to, through) - from);

/** Bars of `from <= open < to`, and nothing else of it will come; the last one is the silence after the newest bar. */
interface Page extends Span {
  readonly bars: readonly FeedBar[];
  readonly isSilence: boolean;
}

async function* answers(root: string, question: ContractSpan, { source, signal }: Filling): AsyncGenerator<Page> {
  let { from } = question;
  for await (const bars of source.bars({ root, ...question }, signal)) {
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

interface Keeping {
  readonly wanted: readonly Span[];
  readonly deps: FillDeps;
  readonly filling: Filling;
}

async function keepHoles(root: string, page: Page, { wanted, deps, filling }: Keeping): Promise<void> {
  const at = deps.clock.now();
  if (page.isSilence && !isSettledSilence(page, at)) return;
  const minutes = page.bars.map(({ bar }) => bar.at);
  await deps.store.saveHoles(spansWithout(clipped(wanted, page), minutes), { root, source: filling.source.name, at });
}
