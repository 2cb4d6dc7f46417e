import { rest } from '../../../kernel/rest.js';
import { iso } from '../../../kernel/units.js';
import type { FeedBar, FeedSink, FeedStatus } from '../../../ports/feed.js';
import { feedBarFault } from '../bar-fault.js';
import type { Running } from './run.js';
import { type Instant, instantOf } from './standing.js';

interface LaneSinkParts {
  readonly source: string;
  readonly settle: () => Promise<void>;
  readonly stands: (status: FeedStatus) => void;
  readonly isWanted: TickChoice;
}

/** Bars that may wait to be chosen: a source that is far ahead must not fill the memory. */
const WAITING_MAX = 60_000;
const CROWDED_PAUSE_MS = 50;

export function laneSink(running: Running, { source, settle, stands, isWanted }: LaneSinkParts): FeedSink {
  const { merge, watch, clock, log, sink, signal } = running;
  const take = (bar: FeedBar, at: Instant): void => {
    watch.bar(source, bar);
    if (merge.take(source, { ...bar, source }, at) !== 'other-month') return;
    const { root, contract } = bar;
    log.debug({ evt: 'feed.other_month', source, root, contract }, 'another delivery month is in charge today');
  };
  return {
    async bars(bars, completeThrough) {
      const at = instantOf(clock);
      for (const bar of bars) {
        const fault = feedBarFault(bar.root, bar.bar);
        // Refused here, so that another source's bar of that minute can still be taken.
        if (fault !== undefined) sink.refused({ where: `${source} ${bar.root} ${iso(bar.bar.at)}`, reason: fault });
        else take(bar, at);
      }
      if (completeThrough !== undefined) merge.promise(source, completeThrough, at);
      await settle();
      while (merge.waiting() > WAITING_MAX && !signal.aborted) await rest(CROWDED_PAUSE_MS, signal);
    },
    tick(tick) {
      watch.tick(source, tick);
      if (isWanted(source, tick.root)) sink.tick(tick);
    },
    refused: ({ where, reason }) => sink.refused({ where: `${source}: ${where}`, reason }),
    status: stands,
  };
}

/** Without a last price of the source in charge for so long, another one's is better than none. Wall milliseconds. */
const TICKS_MISSED_MS = 10_000;

export type TickChoice = (source: string, root: string) => boolean;

/** Whose last prices are shown: those of the source that decides the bars, as long as it tells any. */
export function createTickChoice({ merge, clock }: Pick<Running, 'merge' | 'clock'>): TickChoice {
  const heardAt = new Map<string, number>();
  return (source, root) => {
    const line = merge.line(root);
    if (!line) return false;
    const elapsed = clock.elapsed();
    if (line.charge().source === source) {
      heardAt.set(root, elapsed);
      return true;
    }
    return elapsed - (heardAt.get(root) ?? Number.NEGATIVE_INFINITY) > TICKS_MISSED_MS;
  };
}
