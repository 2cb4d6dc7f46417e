import type { EpochMs } from '../../../kernel/units.js';
import type { FeedBar } from '../../../ports/feed.js';

/** A minute that some sources have a bar of, and none was chosen yet. */
export interface PendingMinute {
  readonly close: EpochMs;
  /** On the steady counter: when the first source brought it. */
  readonly heardAt: number;
  readonly bars: Map<string, FeedBar>;
}

export interface Pending {
  /** False for a bar that this source has brought already. */
  add(source: string, news: { readonly close: EpochMs; readonly bar: FeedBar; readonly heardAt: number }): boolean;
  oldest(): PendingMinute | undefined;
  drop(close: EpochMs): void;
  size(): number;
}

/** Minutes that wait, by their close. Bars come almost in order, so finding a place means looking at the end. */
export function createPending(): Pending {
  let minutes: PendingMinute[] = [];
  let dropped = 0;
  return {
    add(source, { close, bar, heardAt }) {
      let place = minutes.length;
      while (place > dropped && (minutes[place - 1]?.close ?? 0) > close) place -= 1;
      const known = minutes[place - 1];
      if (place > dropped && known?.close === close) {
        if (known.bars.has(source)) return false;
        known.bars.set(source, bar);
        return true;
      }
      minutes.splice(place, 0, { close, heardAt, bars: new Map([[source, bar]]) });
      return true;
    },
    oldest: () => minutes[dropped],
    drop(close) {
      if (minutes[dropped]?.close !== close) return;
      dropped += 1;
      // The dropped head is cut off now and then, not each time: a backlog of thousands is worked off in one go.
      if (dropped < 512 && dropped < minutes.length) return;
      minutes = minutes.slice(dropped);
      dropped = 0;
    },
    size: () => minutes.length - dropped,
  };
}
