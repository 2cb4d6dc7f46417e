import { isSettledSilence, settledFrom } from '../../domain/bars/backfill.js';
import { type ContractSpan, clipped, minutesIn, type Span, spansWithout } from '../../domain/bars/coverage.js';
import { after, type EpochMs, MINUTE } from '../../kernel/units.js';
import type { FeedBar } from '../../ports/feed.js';
import type { RefusedRow } from '../../ports/history-source.js';
import { createDoubts, type LeftOpen } from './left-open.js';

/** What a source answers to one question. */
export interface Answer {
  page(bars: readonly FeedBar[]): void;
  refused(row: RefusedRow): void;
  /** Missing minutes that it had a bar of so far. */
  minutesBrought(): number;
  /**
   * Missing minutes that it has no bar of, once the answer has come to its end: until then a row that comes late may be of any of
   * them. What is not to be believed goes to `left`.
   */
  emptyMinutes(now: EpochMs, left: LeftOpen): readonly Span[];
}

/**
 * A vendor that has not one bar of a stretch with more open market than this has not said that nobody traded: it was asked in
 * vain, or its answer was cut short. One day that our calendar lacks, such as a currency's Christmas, is less, with quiet hours
 * beside it.
 */
const BELIEVED_SILENCE_MINUTES = 30 * 60;

export function createAnswer(question: ContractSpan, missing: readonly Span[]): Answer {
  const doubts = createDoubts(question);
  const silent: Span[] = [];
  /** Each from the first to the last silent minute between two bars; its closed hours may be most of it. */
  const longSilences: Span[] = [];
  let brought = 0;
  // Behind the newest bar.
  let newest = question.from;
  return {
    page(bars) {
      const last = bars.at(-1);
      if (!last) return;
      const passed = clipped(missing, { from: newest, to: after(last.bar.at, MINUTE) });
      const minutes = bars.map(({ bar }) => bar.at);
      const without = spansWithout(passed, minutes);
      silent.push(...without);
      longSilences.push(...silencesOf(without, minutes).filter((silence) => isTooMuch([silence])));
      brought += minutesIn(passed) - minutesIn(without);
      newest = after(last.bar.at, MINUTE);
    },
    refused: doubts.add,
    minutesBrought: () => brought,
    emptyMinutes(now, left) {
      const rest = { from: newest, to: question.to };
      const atEnd = clipped(missing, rest);
      const doubted = doubts.within([...silent, ...atEnd]);
      left.doubted(doubted, doubts);
      const readable = spansWithout(silent, [], doubted);
      const unbelieved = longSilences.filter((silence) => isTooMuch(clipped(readable, silence)));
      for (const silence of unbelieved) left.mute({ ...question, ...silence });
      const between = spansWithout(readable, [], unbelieved);
      const behind = spansWithout(atEnd, [], doubted);
      if (isTooMuch(behind)) left.mute({ ...question, ...rest });
      else if (!isSettledSilence(rest, now)) left.unsettled(question, behind, settledFrom(rest));
      else return [...between, ...behind];
      return between;
    },
  };
}

const isTooMuch = (spans: readonly Span[]): boolean => minutesIn(spans) > BELIEVED_SILENCE_MINUTES;

/** Spans without a bar from one bar to the next, each as one: what is closed or stored in between ends no silence. */
function silencesOf(spans: readonly Span[], minutes: readonly EpochMs[]): readonly Span[] {
  const silences: Span[] = [];
  let next = 0;
  for (const span of spans) {
    const last = silences.at(-1);
    while (next < minutes.length && (minutes[next] ?? 0) < (last?.to ?? span.from)) next += 1;
    if (last && (minutes[next] ?? Number.POSITIVE_INFINITY) >= span.to)
      silences[silences.length - 1] = { from: last.from, to: span.to };
    else silences.push(span);
  }
  return silences;
}
