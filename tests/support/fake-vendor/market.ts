import { instrument } from '../../../src/domain/instruments/catalogue/index.js';
import { priceOf } from '../../../src/domain/instruments/contract.js';
import { frontContract } from '../../../src/domain/instruments/roll.js';
import { sessionCalendar } from '../../../src/domain/sessions/calendar.js';
import { shiftTradingDay, tradingDayEnd, tradingDayStart } from '../../../src/domain/sessions/trading-day.js';
import { after, type EpochMs, epochMs, MINUTE, type TradingDay, ticks } from '../../../src/kernel/units.js';
import type { FeedBar } from '../../../src/ports/feed.js';
import { type HandClock, handClock } from '../test-clock.js';

/** A trade of the fake market, as decimals, the way vendors send them. */
export interface FakeTrade {
  readonly root: string;
  readonly contract: string;
  readonly at: EpochMs;
  readonly price: number;
  readonly size: number;
}

/**
 * A market that is a function of root and minute, with a clock that is moved by hand. Fake vendors serve it over their own
 * wire: what has closed by the market's time is history, what closes as the clock moves is live.
 */
export interface FakeMarket {
  readonly clock: HandClock;
  readonly roots: readonly string[];
  /** The month that is traded. */
  contractOf(root: string, at: EpochMs): string;
  /** What a month trades in all on a trading day; undefined as long as that is not told. */
  volumeOf(contract: string, day: TradingDay): number | undefined;
  /** Undefined where the market is shut, or did not trade in that minute. */
  barOf(root: string, open: EpochMs): FeedBar | undefined;
  /** Bars with `from <= open < to` that have closed by now, oldest first. */
  past(root: string, from: EpochMs, to: EpochMs): readonly FeedBar[];
  /** The trades that make up a bar, oldest first; their volumes add up to its volume. */
  tradesOf(bar: FeedBar): readonly FakeTrade[];
  /** Called after the clock has moved from `before` to `now`. */
  onMove(listener: (before: EpochMs, now: EpochMs) => void): () => void;
  /** Moves the clock. */
  moveTo(at: EpochMs): void;
}

export interface FakeMarketOptions {
  readonly roots: readonly string[];
  readonly start: EpochMs;
  /** Roots that do not trade in every third minute. */
  readonly thin?: readonly string[];
  /** The trading day from which on the next month is traded, ahead of the calendar. */
  readonly moved?: ReadonlyMap<string, TradingDay>;
  /** How many trading days volume goes ahead of the month that is traded; two unless told. */
  readonly volumeAhead?: number;
  /** How long after the end of a trading day its volume is told, by contract; at once unless told. */
  readonly counted?: ReadonlyMap<string, number>;
}

export function fakeMarket(options: FakeMarketOptions): FakeMarket {
  const { roots, start, thin = [], moved = new Map(), volumeAhead = 2, counted = new Map() } = options;
  // Fast, so that whatever waits for market time looks again within milliseconds.
  const clock = handClock(start, 1_000);
  const listeners = new Set<(before: EpochMs, now: EpochMs) => void>();
  const contractOf = (root: string, at: EpochMs): string => {
    const spec = instrument(root);
    if (!spec) throw new Error(`${root} is not in the catalogue`);
    const day = moved.get(root);
    const front = frontContract(spec, at);
    if (day === undefined || at < tradingDayStart(day)) return front.symbol;
    const left = frontContract(spec, tradingDayStart(day));
    return at < left.rollsAt ? frontContract(spec, left.rollsAt).symbol : front.symbol;
  };
  const barOf = (root: string, open: EpochMs): FeedBar | undefined => {
    const spec = instrument(root);
    const index = Math.round(open / MINUTE);
    if (!spec || !sessionCalendar(spec.calendar).isOpen(open)) return undefined;
    if (thin.includes(root) && index % 3 === 1) return undefined;
    const middle = 2_000 * spec.ticksPerPoint + (index % 97) + root.charCodeAt(1);
    const [low, high] = [middle - 1 - (index % 5), middle + 1 + (index % 7)];
    const [first, last] = [middle - (index % 2), middle + (index % 3) - 1];
    const bar = {
      at: open,
      open: ticks(first),
      high: ticks(high),
      low: ticks(low),
      close: ticks(last),
      volume: 8 + (index % 50),
    };
    return { root, contract: contractOf(root, open), bar };
  };
  return {
    clock,
    roots,
    contractOf,
    volumeOf(contract, day) {
      const countedAt = after(tradingDayEnd(day), counted.get(contract) ?? Number.NEGATIVE_INFINITY);
      if (clock.now() < countedAt) return undefined;
      const root = contract.slice(0, -2);
      const leads = contractOf(root, tradingDayStart(shiftTradingDay(day, volumeAhead)));
      return contract === leads ? 900_000 : 400_000;
    },
    barOf,
    past(root, from, to) {
      const until = Math.min(to, clock.now() - MINUTE + 1);
      const bars: FeedBar[] = [];
      for (let open = Math.ceil(from / MINUTE) * MINUTE; open < until; open += MINUTE) {
        const bar = barOf(root, epochMs(open));
        if (bar) bars.push(bar);
      }
      return bars;
    },
    tradesOf({ root, contract, bar }) {
      const spec = instrument(root);
      if (!spec) return [];
      const quarter = Math.floor(bar.volume / 4);
      const at = (seconds: number) => after(bar.at, seconds * 1_000);
      return [
        { root, contract, at: at(1), price: priceOf(bar.open, spec), size: quarter },
        { root, contract, at: at(14), price: priceOf(bar.high, spec), size: quarter },
        { root, contract, at: at(31), price: priceOf(bar.low, spec), size: quarter },
        { root, contract, at: at(58), price: priceOf(bar.close, spec), size: bar.volume - 3 * quarter },
      ];
    },
    onMove(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    moveTo(at) {
      const before = clock.now();
      clock.set(at);
      for (const listener of listeners) listener(before, at);
    },
  };
}

/** Opens of the minutes that closed in `before < close <= now`. */
export function minutesClosedBetween(before: EpochMs, now: EpochMs): readonly EpochMs[] {
  const opens: EpochMs[] = [];
  for (let close = (Math.floor(before / MINUTE) + 1) * MINUTE; close <= now; close += MINUTE)
    opens.push(epochMs(close - MINUTE));
  return opens;
}

/** Trades in `before < at <= now` of all markets, oldest first. */
export function tradesBetween(market: FakeMarket, before: EpochMs, now: EpochMs): readonly FakeTrade[] {
  const trades: FakeTrade[] = [];
  for (let open = Math.floor(before / MINUTE) * MINUTE; open <= now; open += MINUTE)
    for (const root of market.roots) {
      const bar = market.barOf(root, epochMs(open));
      if (bar) trades.push(...market.tradesOf(bar).filter(({ at }) => at > before && at <= now));
    }
  return trades.sort((a, b) => a.at - b.at);
}
