import { assert } from '../../kernel/assert.js';
import { type MicroUsd, microUsd, type TradingDay } from '../../kernel/units.js';
import { instrument } from '../instruments/catalogue/index.js';
import { tradingDayOf } from '../sessions/trading-day.js';
import type { Execution } from './execution.js';
import type { Trade } from './journal.js';

/** What one fill did to the result: opening costs its fee, closing realises. */
export interface FillResult {
  readonly day: TradingDay;
  readonly gross: MicroUsd | undefined;
  readonly fee: MicroUsd;
}

export interface ClosedTrade {
  readonly trade: Trade;
  readonly day: TradingDay;
  readonly closedBy: Execution;
}

/** The fills of one contract of one account, and what follows from them first in, first out. */
export interface ContractBook {
  readonly fills: readonly Execution[];
  readonly results: readonly FillResult[];
  readonly trades: readonly ClosedTrade[];
  /** Contracts held, above zero when long. */
  readonly net: number;
}

interface Lot {
  quantity: number;
  readonly value: MicroUsd | undefined;
}

/** A round trip on its way. */
interface Trip {
  readonly openedBy: Execution;
  readonly lots: Lot[];
  held: number;
  most: number;
  readonly entry: { quantity: number; points: number };
  readonly exit: { quantity: number; points: number };
  gross: MicroUsd | undefined;
  fees: number;
}

/** A platform's names of one contract are one book; a contract outside the catalogue goes by its name. */
export const contractKey = ({ contract, symbol }: { contract: string | undefined; symbol: string }): string =>
  contract ?? symbol.trim().toUpperCase();

/** By time, then by id: ids of one platform count up, so of two the longer one is the later. */
export const inOrder = (a: Execution, b: Execution): number =>
  a.at - b.at ||
  a.executionId.length - b.executionId.length ||
  (a.executionId < b.executionId ? -1 : Number(a.executionId > b.executionId));

/** Folds fills that stand in order. */
export function contractBook(fills: readonly Execution[]): ContractBook {
  const results: FillResult[] = [];
  const trades: ClosedTrade[] = [];
  let trip: Trip | undefined;
  for (const fill of fills) {
    const day = tradingDayOf(fill.at);
    const closing = trip && trip.openedBy.side !== fill.side ? Math.min(fill.quantity, trip.held) : 0;
    const opening = fill.quantity - closing;
    // A reversal closes one trade and opens the next: each bears its share of the fee, and together all of it.
    const closingFee = Math.round((fill.commission * closing) / fill.quantity);
    let gross: MicroUsd | undefined = microUsd(0);
    if (trip && closing > 0) {
      gross = closePart(trip, fill, closing);
      trip.fees += closingFee;
      if (trip.held === 0) {
        trades.push({ trade: tradeOf(trip, fill), day, closedBy: fill });
        trip = undefined;
      }
    }
    if (opening > 0) {
      trip ??= newTrip(fill);
      openPart(trip, fill, opening);
      trip.fees += fill.commission - closingFee;
    }
    results.push({ day, gross, fee: fill.commission });
  }
  return { fills, results, trades, net: trip ? signOf(trip.openedBy) * trip.held : 0 };
}

/** How many of the first fills may be forgotten: up to the last one before `before` that left the account flat. */
export function flatUntil(fills: readonly Execution[], before: number): number {
  let [net, count] = [0, 0];
  for (const [index, fill] of fills.entries()) {
    if (fill.at >= before) break;
    net += signOf(fill) * fill.quantity;
    if (net === 0) count = index + 1;
  }
  return count;
}

const signOf = ({ side }: Execution): 1 | -1 => (side === 'BUY' ? 1 : -1);

const newTrip = (fill: Execution): Trip => ({
  openedBy: fill,
  lots: [],
  held: 0,
  most: 0,
  entry: { quantity: 0, points: 0 },
  exit: { quantity: 0, points: 0 },
  gross: microUsd(0),
  fees: 0,
});

/**
 * What one contract is worth at the fill's price, rounded to a micro-dollar once. All results are whole multiples of such
 * values, so the parts always add up, also at a price off the grid.
 */
function worthOfOne({ root, price }: Execution): MicroUsd | undefined {
  const spec = root === undefined ? undefined : instrument(root);
  return spec && microUsd(Math.round(price * spec.ticksPerPoint * spec.microUsdPerTick));
}

function openPart(trip: Trip, fill: Execution, quantity: number): void {
  trip.lots.push({ quantity, value: worthOfOne(fill) });
  trip.held += quantity;
  trip.most = Math.max(trip.most, trip.held);
  trip.entry.quantity += quantity;
  trip.entry.points += quantity * fill.price;
}

/** Closes the oldest lots; answers what that realised before fees. */
function closePart(trip: Trip, fill: Execution, quantity: number): MicroUsd | undefined {
  const value = worthOfOne(fill);
  let gross: number | undefined = 0;
  let left = quantity;
  while (left > 0) {
    const lot = trip.lots[0];
    assert(lot !== undefined, 'a trade holds more than its lots');
    const part = Math.min(left, lot.quantity);
    if (value === undefined || lot.value === undefined) gross = undefined;
    else if (gross !== undefined) gross += signOf(trip.openedBy) * (value - lot.value) * part;
    lot.quantity -= part;
    left -= part;
    if (lot.quantity === 0) trip.lots.shift();
  }
  trip.held -= quantity;
  trip.exit.quantity += quantity;
  trip.exit.points += quantity * fill.price;
  trip.gross = gross === undefined || trip.gross === undefined ? undefined : microUsd(trip.gross + gross);
  // Adding zero turns the -0 of a short's scratch into 0.
  return gross === undefined ? undefined : microUsd(gross + 0);
}

function tradeOf({ openedBy, entry, exit, most, gross, fees }: Trip, closedBy: Execution): Trade {
  return {
    id: `${openedBy.account}/${openedBy.executionId}`,
    account: openedBy.account,
    symbol: openedBy.symbol,
    root: openedBy.root,
    side: openedBy.side === 'BUY' ? 'LONG' : 'SHORT',
    quantity: most,
    openedAt: openedBy.at,
    closedAt: closedBy.at,
    entryPrice: average(entry),
    exitPrice: average(exit),
    gross,
    fees: microUsd(fees),
    net: gross === undefined ? undefined : microUsd(gross - fees),
  };
}

/** Finer than any tick, and free of the dust of binary fractions. */
const average = ({ points, quantity }: { points: number; quantity: number }): number =>
  Math.round((points / quantity) * 1e8) / 1e8;
