import { after, type EpochMs, epochMs, MINUTE, type Ticks, ticks } from '../../kernel/units.js';
import type { Bar } from '../bars/bar.js';
import type { Levels } from '../focus/types.js';
import { etClockInstant } from '../sessions/session.js';
import { tradingDayOf } from '../sessions/trading-day.js';

/** What became of a plan nobody waited for long enough, or of one that was entered. */
export type Outcome = { readonly kind: 'not-filled'; readonly endedAt: EpochMs } | FilledOutcome;

export interface FilledOutcome {
  readonly kind: 'filled';
  /** `time`: neither target nor stop by noon New York. */
  readonly ending: 'tp1' | 'stop' | 'time';
  readonly filledAt: EpochMs;
  readonly fill: Ticks;
  readonly exit: Ticks;
  /** Result in multiples of the distance from fill to stop, before fees and slippage. */
  readonly r: number;
  /** Close of the bar that ended it. */
  readonly endedAt: EpochMs;
}

export interface OutcomeFollower {
  /** The next 1-minute bar; the outcome as soon as it is certain. Not asked again after that. */
  push(bar: Bar): Outcome | undefined;
}

/** An entry is waited for this long, then the plan is too old to be entered. */
export const FILL_WITHIN_MS = 30 * MINUTE;
const CLOSES_AT_ET = '12:00';

/** A position is closed at noon New York of the plan's trading day, so a plan from noon on has no outcome. */
export const closesAt = (plannedAt: EpochMs): EpochMs => etClockInstant(tradingDayOf(plannedAt), CLOSES_AT_ET);

/** Fill and stop must lie apart, and the target beyond every fill; in a dead market the tick grid may forbid it. */
export function leavesRoom({ side, entryLow, entryHigh, stop, tp1 }: Levels): boolean {
  return side === 'LONG' ? stop < entryLow && tp1 > entryHigh : stop > entryHigh && tp1 < entryLow;
}

/** The levels as a long trade sees them: a short one is its mirror image in negated prices. */
interface Seen {
  readonly sign: 1 | -1;
  readonly bottom: number;
  readonly top: number;
  readonly stop: number;
  readonly target: number;
}

interface Entered {
  readonly fill: number;
  readonly filledAt: EpochMs;
}

/**
 * Follows one plan through the minutes after it. Bars that open before `plannedAt` must not be pushed: nothing here looks
 * back or ahead. What a minute bar leaves open is decided against the trade.
 */
export function followPlan(levels: Levels, plannedAt: EpochMs): OutcomeFollower {
  const seen = seenBy(levels);
  const deadline = closesAt(plannedAt);
  const waitsUntil = epochMs(Math.min(after(plannedAt, FILL_WITHIN_MS), deadline));
  let entered: Entered | undefined;
  let newest: Bar | undefined;

  const ended = (ending: FilledOutcome['ending'], exit: number, endedAt: EpochMs): Outcome => {
    const { fill, filledAt } = entered ?? { fill: exit, filledAt: endedAt };
    return {
      kind: 'filled',
      ending,
      filledAt,
      fill: inTicks(seen.sign * fill),
      exit: inTicks(seen.sign * exit),
      r: (exit - fill) / (fill - seen.stop),
      endedAt,
    };
  };

  const judged = (bar: Bar, isFillBar: boolean): Outcome | undefined => {
    const closed = after(bar.at, MINUTE);
    const { open, high, low, close } = seenBar(bar, seen.sign);
    // Both in one bar counts as the stop. A market that opens beyond the stop is left at that open.
    if (low <= seen.stop) return ended('stop', isFillBar ? seen.stop : Math.min(open, seen.stop), closed);
    // A bar that fell into the zone from above may have had its high before the fill.
    const mayCount = !isFillBar || open <= seen.top;
    if (mayCount && high >= seen.target) return ended('tp1', seen.target, closed);
    return closed >= deadline ? ended('time', close, closed) : undefined;
  };

  return {
    push(bar) {
      const before = newest;
      newest = bar;
      if (entered) {
        if (bar.at < deadline) return judged(bar, false);
        return ended('time', seen.sign * (before?.close ?? bar.open), before ? after(before.at, MINUTE) : deadline);
      }
      if (bar.at >= waitsUntil) return { kind: 'not-filled', endedAt: waitsUntil };
      const fill = fillOf(seenBar(bar, seen.sign), seen);
      if (fill !== undefined) {
        entered = { fill, filledAt: bar.at };
        return judged(bar, true);
      }
      return after(bar.at, MINUTE) >= waitsUntil ? { kind: 'not-filled', endedAt: waitsUntil } : undefined;
    },
  };
}

function seenBy({ side, entryLow, entryHigh, stop, tp1 }: Levels): Seen {
  if (side === 'LONG') return { sign: 1, bottom: entryLow, top: entryHigh, stop, target: tp1 };
  return { sign: -1, bottom: -entryHigh, top: -entryLow, stop: -stop, target: -tp1 };
}

function seenBar(bar: Bar, sign: 1 | -1): { open: number; high: number; low: number; close: number } {
  const { open, high, low, close } = bar;
  return sign === 1 ? { open, high, low, close } : { open: -open, high: -low, low: -high, close: -close };
}

/** The open when it lies in the zone, else the edge the bar reached first; undefined when it never was in the zone. */
function fillOf({ open, high, low }: { open: number; high: number; low: number }, { bottom, top }: Seen) {
  if (open > top) return low <= top ? top : undefined;
  if (open < bottom) return high >= bottom ? bottom : undefined;
  return open;
}

/** Adding 0 turns the -0 of a negated zero into 0. */
const inTicks = (price: number): Ticks => ticks(price + 0);
