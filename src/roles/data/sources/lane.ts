import { messageOf } from '../../../kernel/errors.js';
import { rest } from '../../../kernel/rest.js';
import type { EpochMs } from '../../../kernel/units.js';
import { iso } from '../../../kernel/units.js';
import type { Feed, FeedSink, FeedStatus } from '../../../ports/feed.js';
import type { Log } from '../../../ports/log.js';
import { isPermanent } from '../retry.js';

export interface Lane {
  readonly feed: Feed;
  readonly sink: FeedSink;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Where the feed goes on, asked at each start. */
  readonly from: () => EpochMs;
  readonly stands: (status: FeedStatus) => void;
}

const FIRST_PAUSE_MS = 1_000;
const PAUSE_MS_MAX = 30_000;
/** A feed that ran for so long was well: when it breaks then, it is tried again without delay. */
const WELL_AFTER_MS = 60_000;

/**
 * Runs one of several feeds until it ends or is stopped. What breaks it never reaches the others: it is started again, and
 * left alone when trying again cannot help. Answers that permanent failure, undefined when the feed came to its end.
 */
export async function runLane(lane: Lane): Promise<unknown> {
  const { feed, sink, log, signal, from, stands } = lane;
  let restMs = FIRST_PAUSE_MS;
  while (!signal.aborted) {
    const began = performance.now();
    stands({ state: 'starting', reason: undefined });
    try {
      const start = from();
      log.info({ evt: 'feed.run', feed: feed.name, from: iso(start) }, 'live part begins');
      await feed.run(start, sink);
      return undefined;
    } catch (error) {
      if (signal.aborted) return undefined;
      stands({ state: 'failed', reason: messageOf(error) });
      if (isPermanent(error)) {
        log.error({ evt: 'feed.failed', feed: feed.name, error }, 'this feed cannot go on');
        return error;
      }
      log.warn({ evt: 'feed.broke', feed: feed.name, error }, 'the feed broke and is started again');
    }
    if (performance.now() - began > WELL_AFTER_MS) restMs = FIRST_PAUSE_MS;
    await rest(restMs, signal);
    restMs = Math.min(PAUSE_MS_MAX, restMs * 2);
  }
  return undefined;
}
