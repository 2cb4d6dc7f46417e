import { after, type EpochMs, epochMs, MINUTE, type Ticks, ticks } from '../../../kernel/units.js';
import type { FeedBar } from '../../../ports/feed.js';

/** A piece of a minute: a trade, or a bar of some seconds. */
export interface BarPart {
  readonly root: string;
  readonly contract: string;
  /** The instant of the trade, or the open of the short bar. */
  readonly at: EpochMs;
  readonly open: Ticks;
  readonly high: Ticks;
  readonly low: Ticks;
  readonly close: Ticks;
  readonly volume: number;
}

/** Minutes in the making, market by market. Parts of one minute are taken in the order in which they come. */
export interface MinuteBuilder {
  /** False for a part of a minute that was already taken away. */
  add(part: BarPart): boolean;
  /** Takes away the minutes that closed at or before an instant, oldest first. */
  closedBy(at: EpochMs): readonly FeedBar[];
  clear(): void;
}

export function createMinuteBuilder(): MinuteBuilder {
  const open = new Map<string, FeedBar>();
  let taken = epochMs(0);
  return {
    add({ root, contract, ...part }) {
      const at = epochMs(Math.floor(part.at / MINUTE) * MINUTE);
      if (after(at, MINUTE) <= taken) return false;
      const key = `${at} ${contract}`;
      const known = open.get(key)?.bar;
      const bar = known
        ? {
            at,
            open: known.open,
            high: ticks(Math.max(known.high, part.high)),
            low: ticks(Math.min(known.low, part.low)),
            close: part.close,
            volume: known.volume + part.volume,
          }
        : { ...part, at };
      open.set(key, { root, contract, bar });
      return true;
    },
    closedBy(until) {
      if (until <= taken) return [];
      const closed = [...open].filter(([, { bar }]) => after(bar.at, MINUTE) <= until);
      for (const [key] of closed) open.delete(key);
      taken = until;
      return closed.map(([, bar]) => bar).sort((a, b) => a.bar.at - b.bar.at);
    },
    clear() {
      open.clear();
    },
  };
}
