import { worth } from '../../../domain/instruments/contract.js';
import { etMinuteOfDay } from '../../../domain/sessions/session.js';
import { tradingDayOf } from '../../../domain/sessions/trading-day.js';
import { createRng, type Rng } from '../../../kernel/rng.js';
import {
  after,
  type EpochMs,
  fromUsd,
  MINUTE,
  type MicroUsd,
  microUsd,
  type Ticks,
  type TradingDay,
  ticks,
} from '../../../kernel/units.js';
import type { FeedBar } from '../../../ports/feed.js';
import { filledInside, specOf, withFill } from './fill.js';
import type { SimAccount } from './standing.js';

/**
 * The demo's trader: takes a micro or two now and then, with a stop and a target, and knows when to stop for the day. Every
 * decision falls on a closed bar, so the same bars make the same trades; last prices only move the open result and may
 * fill an exit early.
 */
export interface Trader {
  readonly seed: number;
  readonly position: OpenTrade | undefined;
  readonly trades: number;
  readonly day: TradingDay | undefined;
  /** Result of the closed trades of `day` before fees. */
  readonly realized: MicroUsd;
  /** What its platform has filled since the beginning, oldest first. */
  readonly account: SimAccount;
  /** No entry before this instant. */
  readonly restsUntil: EpochMs | undefined;
}

export interface OpenTrade {
  readonly id: string;
  readonly root: string;
  readonly contract: string;
  readonly side: 'LONG' | 'SHORT';
  readonly quantity: number;
  readonly entry: Ticks;
  readonly stop: Ticks;
  readonly target: Ticks;
  readonly last: Ticks;
  /** Closed by hand at this instant if neither order was filled. */
  readonly until: EpochMs;
}

/** Usual distance of the stop in ticks, about two 5-minute ranges: $80, $100, $50, $30 and $75 a contract. */
const STOP_TICKS: Readonly<Record<string, number>> = { MGC: 80, MNQ: 200, MES: 40, MCL: 30, MHG: 60 };
const TARGET_MULTIPLE = 1.5;
const FIRST_REST_MS = MINUTE;
/** Loss of the day after which the trader goes home. */
const DAY_LOSS = fromUsd(-200);
/** The trader's own rule, and the co-pilot's: no entries from 10:00 to the evening, all flat by 11:30 New York. */
const ENTRY_CUTOFF_MINUTE = 10 * 60;
const FLAT_BY_MINUTE = 11 * 60 + 30;
const EVENING_MINUTE = 18 * 60;
const NIGHT_ENDS_MINUTE = 4 * 60;

export const newTrader = (seed: number, cash: MicroUsd): Trader => ({
  seed,
  position: undefined,
  trades: 0,
  day: undefined,
  realized: microUsd(0),
  account: { name: SIM_ACCOUNT, cash, fills: [] },
  restsUntil: undefined,
});

export const SIM_ACCOUNT = 'Sim101';

/** Open result at the last price seen. */
export function openResult(trade: OpenTrade): MicroUsd {
  const spec = specOf(trade.root);
  return worth(trade.side === 'LONG' ? trade.last - trade.entry : trade.entry - trade.last, trade.quantity, spec);
}

/** What the trader does when the bars of one minute have closed. */
export function onBars(trader: Trader, bars: readonly FeedBar[]): Trader {
  const first = bars[0];
  if (!first) return trader;
  const now = after(first.bar.at, MINUTE);
  const today = onDay(trader, now);
  const rested = today.restsUntil === undefined ? { ...today, restsUntil: after(now, FIRST_REST_MS) } : today;
  return rested.position ? manage(rested, bars, now) : maybeEnter(rested, bars, now);
}

/** A last price: moves the open result, and fills the stop or the target when it reaches them. */
export function onPrice(trader: Trader, of: { root: string; price: Ticks; at: EpochMs }): Trader {
  const trade = trader.position;
  if (trade?.root !== of.root || trade.last === of.price) return trader;
  const moved = { ...trade, last: of.price };
  if (isPast(moved, of.price, 'stop')) return exit(trader, { trade: moved, order: 'stop', at: of.at });
  if (isPast(moved, of.price, 'target')) return exit(trader, { trade: moved, order: 'target', at: of.at });
  return { ...trader, position: moved };
}

function onDay(trader: Trader, now: EpochMs): Trader {
  const day = tradingDayOf(now);
  return day === trader.day ? trader : { ...trader, day, realized: microUsd(0) };
}

function manage(trader: Trader, bars: readonly FeedBar[], now: EpochMs): Trader {
  const trade = trader.position;
  const its = bars.find(({ root }) => root === trade?.root);
  if (!trade || !its) return trader;
  const { bar } = its;
  const [worst, best] = trade.side === 'LONG' ? [bar.low, bar.high] : [bar.high, bar.low];
  // Inside one bar the order of the prices is not known: the stop counts first.
  if (isPast(trade, worst, 'stop')) return exit(trader, { trade, order: 'stop', at: now });
  if (isPast(trade, best, 'target')) return exit(trader, { trade, order: 'target', at: now });
  const minute = etMinuteOfDay(now);
  const mustBeFlat = now >= trade.until || (minute >= FLAT_BY_MINUTE && minute < EVENING_MINUTE);
  const seen = { ...trade, last: bar.close };
  return mustBeFlat ? exit(trader, { trade: seen, order: 'close', at: now }) : { ...trader, position: seen };
}

function isPast(trade: OpenTrade, price: Ticks, order: 'stop' | 'target'): boolean {
  const isBelow = (trade.side === 'LONG') === (order === 'stop');
  return isBelow ? price <= trade[order] : price >= trade[order];
}

interface Exit {
  readonly trade: OpenTrade;
  readonly order: 'stop' | 'target' | 'close';
  readonly at: EpochMs;
}

function exit(trader: Trader, { trade, order, at }: Exit): Trader {
  const price = order === 'close' ? trade.last : trade[order];
  const result = openResult({ ...trade, last: price });
  const chance = chanceOf(trader);
  const filled = {
    id: `${trade.id}-out`,
    orderId: `${trade.id}-${order}`,
    root: trade.root,
    contract: trade.contract,
    side: trade.side === 'LONG' ? 'SELL' : 'BUY',
    quantity: trade.quantity,
    price,
    at: order === 'close' ? at : filledInside(at),
  } as const;
  return {
    ...trader,
    position: undefined,
    trades: trader.trades + 1,
    realized: microUsd(trader.realized + result),
    account: withFill(trader.account, filled),
    // Whole minutes, so an exit inside a bar rests as long as one at its end.
    restsUntil: after(at, Math.round(4 + 10 * chance.next()) * MINUTE),
  };
}

function maybeEnter(trader: Trader, bars: readonly FeedBar[], now: EpochMs): Trader {
  if (trader.restsUntil === undefined || now < trader.restsUntil || trader.realized <= DAY_LOSS) return trader;
  const minute = etMinuteOfDay(now);
  const isEntryTime = minute >= NIGHT_ENDS_MINUTE && minute < ENTRY_CUTOFF_MINUTE;
  // The first trade of a demo waits for no clock: the page should show a position soon after the start.
  if (!isEntryTime && trader.trades > 0) return trader;
  const chance = chanceOf(trader).fork('entry');
  const tradable = bars.filter(({ root }) => STOP_TICKS[root] !== undefined);
  const pick = tradable[Math.floor(chance.next() * tradable.length)];
  if (!pick) return trader;
  const position = openTrade(trader, pick, { chance, now });
  const { id, root, contract, quantity, entry: price } = position;
  const side = position.side === 'LONG' ? 'BUY' : 'SELL';
  const entry = { id: `${id}-in`, orderId: id, root, contract, side, quantity, price, at: now } as const;
  return { ...trader, position, account: withFill(trader.account, entry) };
}

function openTrade(trader: Trader, { root, contract, bar }: FeedBar, at: { chance: Rng; now: EpochMs }): OpenTrade {
  const isWithBar = at.chance.next() < 0.6;
  const side = bar.close >= bar.open === isWithBar ? 'LONG' : 'SHORT';
  const sign = side === 'LONG' ? 1 : -1;
  const stopTicks = STOP_TICKS[root] ?? 0;
  return {
    id: `sim-${trader.seed}-${trader.trades + 1}`,
    root,
    contract,
    side,
    quantity: at.chance.next() < 0.5 ? 1 : 2,
    entry: bar.close,
    stop: ticks(bar.close - sign * stopTicks),
    target: ticks(bar.close + sign * Math.round(stopTicks * TARGET_MULTIPLE)),
    last: bar.close,
    until: after(at.now, Math.round(15 + 30 * at.chance.next()) * MINUTE),
  };
}

/** Chance that depends on the seed and on how many trades came before, never on how often it was asked. */
const chanceOf = ({ seed, trades }: Trader): Rng => createRng(`${seed}/trader/${trades}`);
