import type { RollBook } from '../../../domain/instruments/roll-book.js';
import { messageOf } from '../../../kernel/errors.js';
import { type EpochMs, iso } from '../../../kernel/units.js';
import type { Clock } from '../../../ports/clock.js';
import type { FeedSink } from '../../../ports/feed.js';
import type { HistoryWish } from '../../../ports/history-source.js';
import { contractRuns } from './contract-runs.js';
import { isFinal } from './failure.js';
import type { MinuteBook } from './minute-book.js';
import type { Listing, VendorSource } from './source.js';

export interface CatchUpParts {
  readonly source: VendorSource;
  readonly clock: Clock;
  readonly sink: FeedSink;
  readonly book: MinuteBook;
  readonly rolls: Pick<RollBook, 'front'>;
}

export interface Missed {
  readonly found: readonly Listing[];
  readonly to: EpochMs;
  readonly signal: AbortSignal;
}

/**
 * Asks for the minutes between the last one passed on and `to`, all markets at once. Where the vendor will not answer,
 * the stretch is told as missing and the rest goes on: a live market is worth more than a whole past.
 */
export async function catchUp(parts: CatchUpParts, { found, to, signal }: Missed): Promise<void> {
  const stretch = { from: parts.book.sealed(), to, front: parts.rolls.front };
  await Promise.all(
    found.map(async ({ spec }) => {
      for (const wish of contractRuns(spec, stretch)) await fetchRun(parts, wish, signal);
    }),
  );
}

async function fetchRun(
  { source, clock, sink, book }: CatchUpParts,
  wish: HistoryWish,
  signal: AbortSignal,
): Promise<void> {
  try {
    for await (const page of source.past(wish, signal, sink.refused))
      for (const bar of page) book.put(bar, clock.now());
  } catch (error) {
    if (signal.aborted || (isFinal(error) && !source.mayLackPast)) throw error;
    const stretch = `${iso(wish.from)} to ${iso(wish.to)}`;
    sink.refused({
      where: `${source.name} ${wish.contract}`,
      reason: `the minutes from ${stretch} are missing: ${messageOf(error)}`,
    });
  }
}
