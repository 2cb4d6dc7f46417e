import type { ContractSpec } from '../../domain/instruments/contract.js';
import type { FrontAt } from '../../domain/instruments/roll.js';
import { frontContract } from '../../domain/instruments/roll.js';
import { tradingDayEnd, tradingDayOf } from '../../domain/sessions/trading-day.js';
import { type EpochMs, epochMs, type TradingDay } from '../../kernel/units.js';
import type { FeedBar } from '../../ports/feed.js';

/**
 * Which contract to ask for: that in which a trading day is recorded for the most part, else the calendar's. A day is filled up
 * in its own month, also where volume or the trader's chart had moved to another than the calendar: two months in one day are
 * two prices.
 */
export function recordedMonths(bars: readonly FeedBar[], until: EpochMs): FrontAt {
  const months = monthsByDay(bars);
  const leader = (spec: ContractSpec, day: TradingDay, at: EpochMs): string =>
    months.get(day) ?? frontContract(spec, at).symbol;
  return (spec, at) => {
    if (months.size === 0) return frontContract(spec, at);
    const symbol = leader(spec, tradingDayOf(at), at);
    let end = tradingDayEnd(tradingDayOf(at));
    while (end < until && leader(spec, tradingDayOf(end), end) === symbol) end = tradingDayEnd(tradingDayOf(end));
    return { symbol, rollsAt: epochMs(end) };
  };
}

function monthsByDay(bars: readonly FeedBar[]): ReadonlyMap<TradingDay, string> {
  const months = new Map<TradingDay, string>();
  let counts = new Map<string, number>();
  let day: TradingDay | undefined;
  let dayEnd = Number.NEGATIVE_INFINITY;
  for (const { contract, bar } of bars) {
    if (bar.at >= dayEnd) {
      day = tradingDayOf(bar.at);
      dayEnd = tradingDayEnd(day);
      counts = new Map();
    }
    const count = (counts.get(contract) ?? 0) + 1;
    counts.set(contract, count);
    if (day !== undefined && count >= Math.max(...counts.values())) months.set(day, contract);
  }
  return months;
}
