import { tradingDayOf } from '../../../domain/sessions/trading-day.js';
import { after, type EpochMs, epochMs, MINUTE, type TradingDay } from '../../../kernel/units.js';
import type { FeedBar, PushOutcome } from '../../../ports/feed.js';

/** Bars that wait: five trading days of the whole watch list, and room to spare. */
const WAITING_MAX = 60_000;

export interface WaitingMinute {
  readonly close: EpochMs;
  readonly bars: readonly FeedBar[];
}

/** Bars a platform has brought, by the minute in which they closed, until they are passed on. */
export interface Inbox {
  put(bars: readonly FeedBar[]): PushOutcome;
  /** The oldest minute that waits. */
  oldest(): WaitingMinute | undefined;
  /** From now on nothing that closed at or before this instant is taken. */
  seal(through: EpochMs): void;
  /** Forgets what was sealed. */
  drop(): void;
}

/** Two delivery months in one series would be a jump that never traded: the month changes with the trading day only. */
const isOfAnotherMonth = (
  { contract, bar }: FeedBar,
  inCharge: { readonly contract: string; readonly day: TradingDay } | undefined,
): boolean => inCharge !== undefined && contract !== inCharge.contract && tradingDayOf(bar.at) <= inCharge.day;

export function createInbox(): Inbox {
  const minutes = new Map<EpochMs, Map<string, FeedBar>>();
  let sealed = epochMs(0);
  let waiting = 0;
  /** Delivery month of each root, and the trading day of its newest bar. */
  const months = new Map<string, { readonly contract: string; readonly day: TradingDay }>();
  const takes = (bar: FeedBar): boolean => {
    const close = after(bar.bar.at, MINUTE);
    if (close <= sealed) return false;
    const minute = minutes.get(close) ?? new Map<string, FeedBar>();
    if (minute.has(bar.root)) return false;
    minutes.set(close, minute.set(bar.root, bar));
    waiting += 1;
    return true;
  };
  const follow = ({ root, contract, bar }: FeedBar): void => {
    const day = tradingDayOf(bar.at);
    const known = months.get(root);
    if (!known || day >= known.day) months.set(root, { contract, day });
  };
  return {
    put(bars) {
      const stranger = bars.find((bar) => isOfAnotherMonth(bar, months.get(bar.root)));
      if (stranger) {
        const inCharge = months.get(stranger.root)?.contract ?? stranger.root;
        return { isTaken: false, accepted: 0, ignored: 0, inCharge };
      }
      if (waiting + bars.length > WAITING_MAX) return { isTaken: false, accepted: 0, ignored: 0 };
      bars.forEach(follow);
      const accepted = bars.filter(takes).length;
      return { isTaken: true, accepted, ignored: bars.length - accepted };
    },
    oldest() {
      let close: EpochMs | undefined;
      for (const at of minutes.keys()) if (close === undefined || at < close) close = at;
      const minute = close === undefined ? undefined : minutes.get(close);
      if (close === undefined || !minute) return undefined;
      return { close, bars: [...minute.values()].sort((a, b) => (a.root < b.root ? -1 : 1)) };
    },
    seal(through) {
      sealed = through;
    },
    drop() {
      for (const [close, minute] of minutes) {
        if (close > sealed) continue;
        minutes.delete(close);
        waiting -= minute.size;
      }
    },
  };
}
