import { after, type EpochMs, iso, MINUTE, SECOND, type Ticks } from '../../kernel/units.js';
import type { Bar } from '../bars/bar.js';
import type { SessionCalendar } from '../sessions/calendar.js';
import { etWhen } from '../sessions/when.js';
import { frozenBounds, openSince } from './bounds.js';

/** What one feed has said of one instrument, as far as it tells whether the feed stands still. */
export interface FeedTrail {
  /** When anything was last heard; at first, when the feed began. */
  readonly heardAt: EpochMs;
  /** Since when the price has not moved. */
  readonly movedAt: EpochMs;
  readonly price: Ticks | undefined;
  /** It was seen to move since it began: only then is it known to be well. */
  readonly hasMoved: boolean;
  /** Bars without a trade in a row, and the close of the first of them. */
  readonly empty: number;
  readonly emptySince: EpochMs | undefined;
  /** A feed that has never told a volume cannot be judged by one. */
  readonly tellsVolume: boolean;
  /** Arrival of the first of the late bars in a row, and how late the newest was. */
  readonly lateSince: EpochMs | undefined;
  readonly lateBars: number;
  readonly latenessMs: number;
}

export const newTrail = (began: EpochMs): FeedTrail => ({
  heardAt: began,
  movedAt: began,
  price: undefined,
  hasMoved: false,
  empty: 0,
  emptySince: undefined,
  tellsVolume: false,
  lateSince: undefined,
  lateBars: 0,
  latenessMs: 0,
});

/** After a last price that was heard at `now`. */
export function afterTick(trail: FeedTrail, price: Ticks, now: EpochMs): FeedTrail {
  if (price === trail.price) return { ...trail, heardAt: now };
  return { ...trail, heardAt: now, price, movedAt: now, hasMoved: trail.hasMoved || trail.price !== undefined };
}

export interface BarNews {
  readonly bar: Bar;
  readonly now: EpochMs;
  /** Beyond this a bar is late. */
  readonly lateMs: number;
}

/** After a closed 1-minute bar. A bar that traded at more than one price has moved, wherever it closed. */
export function afterBar(trail: FeedTrail, { bar, now, lateMs }: BarNews): FeedTrail {
  const isOnePrice = bar.high === bar.low;
  const stood = isOnePrice && bar.close === trail.price;
  // The first price of all has none before it to have moved from.
  const moved = !isOnePrice || (trail.price !== undefined && bar.close !== trail.price);
  const close = after(bar.at, MINUTE);
  const latenessMs = Math.max(0, now - close);
  const isLate = latenessMs > lateMs;
  const isEmpty = bar.volume === 0;
  return {
    heardAt: now,
    movedAt: stood ? trail.movedAt : now,
    price: bar.close,
    // A bar of the past says nothing of now.
    hasMoved: trail.hasMoved || (!isLate && moved),
    empty: isEmpty ? trail.empty + 1 : 0,
    emptySince: isEmpty ? (trail.emptySince ?? close) : undefined,
    tellsVolume: trail.tellsVolume || bar.volume > 0,
    lateSince: isLate ? (trail.lateSince ?? now) : undefined,
    lateBars: isLate ? trail.lateBars + 1 : 0,
    latenessMs,
  };
}

export type FrozenKind = 'silent' | 'unchanged' | 'no-volume' | 'late';

/** Evidence that a feed stands still although its market is open. */
export interface Frozen {
  readonly kind: FrozenKind;
  readonly since: EpochMs;
  readonly text: string;
  readonly facts: Readonly<Record<string, number | string>>;
}

/** Bars that a reconnect brings all at once are old, not late: lateness counts when it lasts. */
const LATE_FOR_MS = 2 * MINUTE;
const LATE_BARS_MIN = 3;

export interface FrozenQuestion {
  readonly root: string;
  readonly calendar: SessionCalendar;
  readonly now: EpochMs;
}

/** Whether the feed stands still at `now`; undefined while its market is shut, and for a feed that is well. */
export function frozenAt(trail: FeedTrail, { root, calendar, now }: FrozenQuestion): Frozen | undefined {
  const silentSince = openSince(trail.heardAt, now, calendar);
  if (silentSince === undefined) return undefined;
  const bounds = frozenBounds(root, now, calendar);
  if (now - silentSince >= bounds.silentMs)
    return {
      kind: 'silent',
      since: silentSince,
      text: `neither a bar nor a price since ${etWhen(silentSince, now)} ET`,
      facts: { since: iso(silentSince), silent_s: seconds(now - silentSince), bound_s: seconds(bounds.silentMs) },
    };
  const stoodSince = openSince(trail.movedAt, now, calendar) ?? now;
  if (now - stoodSince >= bounds.unchangedMs)
    return {
      kind: 'unchanged',
      since: stoodSince,
      text: `the price has not moved since ${etWhen(stoodSince, now)} ET`,
      facts: { since: iso(stoodSince), unchanged_s: seconds(now - stoodSince), bound_s: seconds(bounds.unchangedMs) },
    };
  return withoutVolume(trail, bounds.emptyBars) ?? late(trail, now);
}

function withoutVolume({ empty, emptySince, tellsVolume }: FeedTrail, bound: number): Frozen | undefined {
  if (!tellsVolume || emptySince === undefined || empty < bound) return undefined;
  return {
    kind: 'no-volume',
    since: emptySince,
    text: `${empty} bars in a row without a trade`,
    facts: { since: iso(emptySince), bars: empty, bound_bars: bound },
  };
}

function late({ lateSince, lateBars, latenessMs }: FeedTrail, now: EpochMs): Frozen | undefined {
  if (lateSince === undefined || lateBars < LATE_BARS_MIN || now - lateSince < LATE_FOR_MS) return undefined;
  return {
    kind: 'late',
    since: lateSince,
    text: `bars arrive ${seconds(latenessMs)} s after their close`,
    facts: { since: iso(lateSince), late_s: seconds(latenessMs), bars: lateBars },
  };
}

const seconds = (ms: number): number => Math.round(ms / SECOND);
