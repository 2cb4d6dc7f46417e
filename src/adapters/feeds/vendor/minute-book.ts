import { after, type EpochMs, MINUTE } from '../../../kernel/units.js';
import type { FeedBar } from '../../../ports/feed.js';

export interface ClosedMinute {
  readonly close: EpochMs;
  readonly bars: readonly FeedBar[];
}

/** `late`: its minute was passed on without it, so it is missing for good. */
export type Placing = 'new' | 'repeated' | 'late';

/** Closed bars that wait for the rest of their minute. A minute leaves once, whole, in order. */
export interface MinuteBook {
  put(bar: FeedBar, now: EpochMs): Placing;
  /** The oldest minute that waits. */
  oldest(): (ClosedMinute & { readonly newestArrival: EpochMs }) | undefined;
  /** Marks minutes up to `close` as passed on. */
  seal(close: EpochMs): void;
  sealed(): EpochMs;
  /** Forgets bars that wait and do not count any more, e.g. of a month that has been left meanwhile. */
  keepOnly(counts: (bar: FeedBar) => boolean): void;
}

interface Waiting {
  readonly bars: Map<string, FeedBar>;
  newestArrival: EpochMs;
}

/** Minutes of which is remembered whose bars were passed on. */
const REMEMBERED = 240;

export function createMinuteBook(from: EpochMs): MinuteBook {
  const waiting = new Map<EpochMs, Waiting>();
  const passedOn = new Map<EpochMs, ReadonlySet<string>>();
  let sealed = from;
  const closeOf = ({ bar }: FeedBar): EpochMs => after(bar.at, MINUTE);
  return {
    put(bar, now) {
      const close = closeOf(bar);
      if (close <= sealed) return close <= from || passedOn.get(close)?.has(bar.root) ? 'repeated' : 'late';
      const minute = waiting.get(close) ?? { bars: new Map<string, FeedBar>(), newestArrival: now };
      const isNew = !minute.bars.has(bar.root);
      // Of two that differ the later word counts: a vendor that sends a minute again has mended it.
      minute.bars.set(bar.root, bar);
      if (isNew) minute.newestArrival = now;
      waiting.set(close, minute);
      return isNew ? 'new' : 'repeated';
    },
    oldest() {
      let close: EpochMs | undefined;
      for (const at of waiting.keys()) if (close === undefined || at < close) close = at;
      const minute = close === undefined ? undefined : waiting.get(close);
      if (close === undefined || !minute) return undefined;
      const bars = [...minute.bars.values()].sort((a, b) => (a.root < b.root ? -1 : 1));
      return { close, bars, newestArrival: minute.newestArrival };
    },
    seal(close) {
      const minute = waiting.get(close);
      if (minute) passedOn.set(close, new Set(minute.bars.keys()));
      for (const old of passedOn.keys()) if (passedOn.size > REMEMBERED) passedOn.delete(old);
      for (const at of waiting.keys()) if (at <= close) waiting.delete(at);
      if (close > sealed) sealed = close;
    },
    sealed: () => sealed,
    keepOnly(counts) {
      for (const [close, { bars }] of waiting) {
        for (const [root, bar] of bars) if (!counts(bar)) bars.delete(root);
        if (bars.size === 0) waiting.delete(close);
      }
    },
  };
}
