import { instrument } from '../../src/domain/instruments/catalogue/index.js';
import { tradingDayOf, tradingDayStart } from '../../src/domain/sessions/trading-day.js';
import { assert } from '../../src/kernel/assert.js';
import { type EpochMs, epochMs, MINUTE, ticks } from '../../src/kernel/units.js';
import type { BarStore } from '../../src/ports/bar-store.js';
import type { FeedBar } from '../../src/ports/feed.js';
import { asset, seedOf } from './web-source.js';

const SYMBOLS = ['mgc', 'mnq', 'mes', 'mcl', 'sil', 'mhg'] as const;

/** A minute bar in whole ticks. */
export const minuteBar = (root: string, at: EpochMs, [open, high, low, close, volume]: readonly number[]): FeedBar => ({
  root,
  contract: `${root}Z6`,
  bar: {
    at,
    open: ticks(open ?? 0),
    high: ticks(high ?? 0),
    low: ticks(low ?? 0),
    close: ticks(close ?? 0),
    volume: volume ?? 0,
  },
});

/**
 * Minute bars of one instrument from an instant up to another, on waves of several lengths, so that the close of the last
 * one is `last`. The same every time.
 */
export function minutesOf(
  { root, last, swing }: { readonly root: string; readonly last: number; readonly swing: number },
  from: EpochMs,
  until: EpochMs,
): readonly FeedBar[] {
  const count = Math.max(0, Math.floor((until - from) / MINUTE));
  const wave = (i: number): number =>
    swing * (2.2 * Math.sin((i - count) / 140) + 0.7 * Math.sin((i - count) / 31) + 0.2 * Math.sin((i - count) / 5));
  return Array.from({ length: count }, (_, i) => {
    const open = Math.round(last + wave(i));
    const close = Math.round(last + wave(i + 1));
    const wick = Math.ceil(swing * 0.12 * (1 + Math.sin(i * 7.3)));
    return minuteBar(root, epochMs(from + i * MINUTE), [
      open,
      Math.max(open, close) + wick,
      Math.min(open, close) - wick,
      close,
      40 + ((i * 37) % 60),
    ]);
  });
}

/** Today's minutes of the six instruments of `web-source`, ending at their last prices; the newest minute closes by `now`. */
export function dayBars(now: EpochMs): readonly FeedBar[] {
  const until = epochMs(Math.floor(now / MINUTE) * MINUTE);
  return SYMBOLS.flatMap((key) => {
    const { symbol, last_price, atr } = asset(seedOf(key), now);
    const spec = instrument(symbol);
    assert(spec !== undefined && last_price !== null && atr !== null, `no seed for ${key}`);
    const from = tradingDayStart(tradingDayOf(now));
    return minutesOf(
      { root: symbol, last: Math.round(last_price * spec.ticksPerPoint), swing: atr * spec.ticksPerPoint },
      from,
      until,
    );
  });
}

export interface HeldBars extends Pick<BarStore, 'range'> {
  add(bars: readonly FeedBar[]): void;
  /** From now on the store does not answer, or answers again. */
  setAway(isAway: boolean): void;
  readonly reads: readonly { readonly root: string; readonly from: EpochMs; readonly to: EpochMs }[];
}

/** A bar store in memory that counts who reads and can go away. */
export function heldBars(bars: readonly FeedBar[]): HeldBars {
  const rows = [...bars];
  const reads: { root: string; from: EpochMs; to: EpochMs }[] = [];
  let isGone = false;
  return {
    reads,
    add: (more) => void rows.push(...more),
    setAway(isAway) {
      isGone = isAway;
    },
    async range(root, from, to) {
      if (isGone) throw new Error('connection refused');
      reads.push({ root, from, to });
      return rows.filter((row) => row.root === root && row.bar.at >= from && row.bar.at < to);
    },
  };
}
