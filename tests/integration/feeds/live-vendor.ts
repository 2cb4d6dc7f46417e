import { rest } from '../../../src/kernel/rest.js';
import { after, DAY, type EpochMs, MINUTE } from '../../../src/kernel/units.js';
import type { Feed, FeedBar, FeedSink } from '../../../src/ports/feed.js';
import { walk } from '../../support/copilot-day.js';

/** December bars of each root, from three days before an instant to an hour after it. */
export const barsAround = (roots: readonly string[], at: EpochMs): readonly FeedBar[] =>
  roots.flatMap((root) =>
    walk(root, after(at, -3 * DAY), after(at, 60 * MINUTE)).map((bar) => ({ root, contract: `${root}Z6`, bar })),
  );

export interface Market {
  readonly bars: readonly FeedBar[];
  readonly now: () => EpochMs;
}

/** A live feed that brings every minute as it closes, and can be made to break until it is mended. */
export function vendor(name: string, { bars, now }: Market) {
  const stopping = new AbortController();
  let starts = 0;
  let fault: string | undefined;
  const feed: Feed = {
    name,
    startsAt: undefined,
    async *history() {},
    async run(from: EpochMs, sink: FeedSink) {
      starts += 1;
      let through = from;
      for (let isFirst = true; !stopping.signal.aborted; isFirst = false) {
        if (fault !== undefined) throw new Error(fault);
        if (isFirst) sink.status({ state: 'live', reason: undefined });
        for (let close = after(through, MINUTE); close <= now(); close = after(close, MINUTE)) {
          await sink.bars(
            bars.filter(({ bar }) => after(bar.at, MINUTE) === close),
            close,
          );
          through = close;
        }
        await rest(20, stopping.signal);
      }
    },
    stop: async () => stopping.abort(),
  };
  return {
    feed,
    starts: () => starts,
    breaks(reason: string) {
      fault = reason;
    },
    isMended() {
      fault = undefined;
    },
  };
}
