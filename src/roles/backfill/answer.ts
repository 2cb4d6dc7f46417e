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

/** A vendor that has not one bar of a stretch longer than this has not said that nobody traded: it was asked in vain. */
const BELIEVED_SILENCE_MINUTES = 23 * 60;

export function createAnswer(question: ContractSpan, missing: readonly Span[]): Answer {
  const doubts = createDoubts(question);
  const silent: Span[] = [];
  let brought = 0;
  // Behind the newest bar.
  let newest = question.from;
  return {
    page(bars) {
      const last = bars.at(-1);
      if (!last) return;
      const passed = clipped(missing, { from: newest, to: after(last.bar.at, MINUTE) });
      const without = spansWithout(
        passed,
        bars.map(({ bar }) => bar.at),
      );
      silent.push(...without);
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
      const between = spansWithout(silent, [], doubted);
      const behind = spansWithout(atEnd, [], doubted);
      if (newest === question.from && minutesIn(behind) > BELIEVED_SILENCE_MINUTES) left.mute(question);
      else if (!isSettledSilence(rest, now)) left.unsettled(question, behind, settledFrom(rest));
      else return [...between, ...behind];
      return between;
    },
  };
}
