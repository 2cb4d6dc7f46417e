import { tradingDayOf } from '../../../domain/sessions/trading-day.js';
import { after, type EpochMs, epochMs, MINUTE, SECOND, type TradingDay } from '../../../kernel/units.js';
import type { FeedBar } from '../../../ports/feed.js';
import { createPending, type PendingMinute } from './pending.js';
import { createReturns } from './returns.js';
import { type Instant, isAlive, type Patience, type SourceView, type Standing, toldState, whyOf } from './standing.js';

/** Which source decides the bars of a root. */
export interface Charge {
  readonly source: string;
  /** The close from which on it decides; undefined when it has from the beginning. */
  readonly since: EpochMs | undefined;
  /** Why it is not, or is again, the first of the order. */
  readonly reason: string | undefined;
}

export interface Switch {
  readonly root: string;
  readonly from: string;
  readonly to: string;
  /** Close of the first bar that the other source decides. */
  readonly since: EpochMs;
  readonly reason: string;
  /** When it was decided. */
  readonly at: EpochMs;
}

/** What became of a bar: it waits to be chosen, came too late, came twice, or is of another delivery month. */
export type Taken = 'waits' | 'late' | 'repeated' | 'other-month';

/** Decides, minute by minute, whose bar of one root counts. */
export interface RootLine {
  readonly root: string;
  take(source: string, bar: FeedBar, at: Instant): Taken;
  /** Bars that are decided now, oldest first. What is not decided waits. */
  settle(at: Instant): readonly FeedBar[];
  /** No bar closing at or before this will be given out any more. */
  through(at: Instant): EpochMs;
  charge(): Charge;
  hasDecided(): boolean;
  waiting(): number;
}

export interface LineOptions {
  readonly root: string;
  /** Sources in order of trust, at least one. */
  readonly order: readonly string[];
  readonly from: EpochMs;
  readonly view: SourceView;
  readonly patience: Patience;
  readonly onSwitch: (to: Switch) => void;
}

/** Minutes in a row that the source in charge may lack although it says it is complete: thin markets are seen differently. */
const FILLS_MAX = 3;
/** A bar that comes later than this after its close is a report of the past, and earns no trust. Market milliseconds. */
const IN_TIME_MS = 30 * SECOND;

export function createLine({ root, order, from, view, patience, onSwitch }: LineOptions): RootLine {
  const pending = createPending();
  const returns = createReturns(patience.returnMinutes);
  const heardAt = new Map<string, number>();
  const newest = new Map<string, EpochMs>();
  let charge: Charge = { source: order[0] ?? '', since: undefined, reason: undefined };
  let sealed = from;
  let fills = 0;
  let month: { readonly contract: string; readonly day: TradingDay } | undefined;

  const isFrozen = (source: string): boolean => view.frozen(source, root) !== undefined;

  const isOtherMonth = ({ contract, bar }: FeedBar): boolean =>
    month !== undefined && contract !== month.contract && tradingDayOf(bar.at) <= month.day;

  const switchTo = (to: string, { since, at, reason }: Pick<Switch, 'since' | 'at' | 'reason'>): void => {
    onSwitch({ root, from: charge.source, to, since, at, reason });
    charge = { source: to, since, reason };
    fills = 0;
    returns.forget(to);
  };

  /** Whether a source that has no bar of this minute may yet bring one. */
  const isComing = (
    source: string,
    minute: Pick<PendingMinute, 'close' | 'heardAt'>,
    { elapsed }: Instant,
  ): boolean => {
    const standing = view.standing(source);
    const { state, promised, startedAt, downSince } = standing;
    if (promised >= minute.close || isFrozen(source) || state === 'failed' || state === 'finished') return false;
    const graceMs = source === charge.source ? patience.failOverMs : patience.fillMs;
    // One that works its way up to the minute is waited for as long as it moves.
    const isBehind = (newest.get(source) ?? 0) < minute.close;
    const movedMs = elapsed - (heardAt.get(source) ?? Number.NEGATIVE_INFINITY);
    if (isBehind && movedMs < graceMs) return true;
    if (isAlive(standing)) return elapsed - minute.heardAt < graceMs;
    // A lost connection is mostly back within a moment.
    return downSince === undefined ? elapsed - startedAt < patience.startMs : elapsed - downSince < graceMs;
  };

  /** The source whose bar counts; undefined while that is open. */
  const chosen = (minute: PendingMinute, at: Instant): string | undefined => {
    const has = (source: string): boolean => minute.bars.has(source);
    const mine = charge.source;
    if (has(mine) && !isFrozen(mine)) return mine;
    if (!has(mine) && isComing(mine, minute, at)) return undefined;
    const sound = order.find((it) => has(it) && !isFrozen(it));
    // A bar of a source that stands still is better than none, and worse than any other that may yet come.
    const better = sound === undefined ? order : order.slice(0, order.indexOf(sound));
    if (better.some((it) => !has(it) && isComing(it, minute, at))) return undefined;
    return sound ?? (has(mine) ? mine : order.find(has));
  };

  /** What choosing another source than the one in charge means: a minute filled in, or another in charge from here on. */
  const account = (source: string, close: EpochMs, at: EpochMs): void => {
    if (source === charge.source) {
      fills = 0;
      return;
    }
    const standing = view.standing(charge.source);
    const why = view.frozen(charge.source, root);
    const isComplete = isAlive(standing) && standing.promised >= close && why === undefined;
    fills += 1;
    if (isComplete && fills < FILLS_MAX) return;
    switchTo(source, { since: close, at, reason: `${charge.source} ${why ?? wordsOf(standing)}` });
  };

  /** A better source that has proved itself decides from the next minute on. */
  const giveBack = (close: EpochMs, at: EpochMs): void => {
    const better = order
      .slice(0, Math.max(0, order.indexOf(charge.source)))
      .find((it) => returns.isProved(it) && isAlive(view.standing(it)) && !isFrozen(it));
    if (better === undefined) return;
    const reason = `${better} brought ${patience.returnMinutes} minutes in a row`;
    switchTo(better, { since: after(close, MINUTE), at, reason });
  };

  return {
    root,
    charge: () => charge,
    hasDecided: () => month !== undefined,
    waiting: pending.size,
    take(source, bar, at) {
      const close = after(bar.bar.at, bar.lengthMs ?? MINUTE);
      if (isOtherMonth(bar)) return 'other-month';
      heardAt.set(source, at.elapsed);
      if (close > (newest.get(source) ?? 0)) newest.set(source, close);
      returns.brought(source, close, at.now - close <= IN_TIME_MS && !isFrozen(source));
      if (close <= sealed) {
        giveBack(sealed, at.now);
        return 'late';
      }
      return pending.add(source, { close, bar, heardAt: at.elapsed }) ? 'waits' : 'repeated';
    },
    settle(at) {
      const settled: FeedBar[] = [];
      for (let minute = pending.oldest(); minute; minute = pending.oldest()) {
        for (const [source, bar] of minute.bars) if (isOtherMonth(bar)) minute.bars.delete(source);
        const source = minute.bars.size === 0 ? undefined : chosen(minute, at);
        const bar = source === undefined ? undefined : minute.bars.get(source);
        if (minute.bars.size > 0 && (source === undefined || !bar)) break;
        pending.drop(minute.close);
        if (source === undefined || !bar) continue;
        account(source, minute.close, at.now);
        sealed = minute.close;
        month = { contract: bar.contract, day: tradingDayOf(bar.bar.at) };
        returns.passed(minute.close);
        settled.push(bar);
        giveBack(minute.close, at.now);
      }
      return settled;
    },
    through(at) {
      const claim = order.map(view.standing).reduce<Claim | undefined>(latest, undefined);
      if (!claim || claim.promised <= sealed) return sealed;
      const close = epochMs(claim.promised);
      if (order.some((it) => isComing(it, { close, heardAt: claim.promisedAt }, at))) return sealed;
      const open = pending.oldest();
      sealed = open && open.close <= close ? epochMs(Math.max(sealed, open.close - MINUTE)) : close;
      return sealed;
    },
  };
}

type Claim = { readonly promised: number; readonly promisedAt: number };
const latest = (best: Claim | undefined, next: Claim): Claim | undefined =>
  best && best.promised >= next.promised ? best : next;

function wordsOf(standing: Standing): string {
  const [state, why] = [toldState(standing), whyOf(standing)];
  return state === 'live' ? 'silent' : `${state}${why === undefined ? '' : `: ${why}`}`;
}
