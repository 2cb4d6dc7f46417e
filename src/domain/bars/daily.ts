import { epochMs, MINUTE, type Ticks, type TradingDay, ticks } from '../../kernel/units.js';
import { tradingDayEnd, tradingDayOf } from '../sessions/trading-day.js';
import { type BarColumns, eachRun } from './columns.js';

/** One trading day of one contract, from 18:00 New York to 18:00, made of its minutes. */
export interface DailyBar {
  readonly day: TradingDay;
  readonly contract: string;
  readonly open: Ticks;
  readonly high: Ticks;
  readonly low: Ticks;
  readonly close: Ticks;
  readonly volume: number;
  /** Minutes it was made of. */
  readonly minutes: number;
}

/**
 * The trading days of a run of 1-minute bars, oldest first. Where the contract changed within a day, the day is that of the
 * contract with more minutes (the later one of two equals): prices of two delivery months make no bar together. Bars longer
 * than a minute are left out.
 */
export function dailyBars(columns: BarColumns): readonly DailyBar[] {
  const days: DailyBar[] = [];
  for (const part of daysByContract(columns)) {
    const last = days.at(-1);
    if (last?.day !== part.day) days.push(part);
    else if (part.minutes >= last.minutes) days[days.length - 1] = part;
  }
  return days;
}

/** One row for each day and contract; a contract that comes back within a day goes on with its row. */
function daysByContract(columns: BarColumns): readonly DailyBar[] {
  const rows = new Map<string, DailyBar>();
  const { at } = columns;
  eachRun(columns, ({ contract, lengthMs }, from, until) => {
    if (lengthMs !== MINUTE) return;
    for (let first = from; first < until; ) {
      const day = tradingDayOf(epochMs(at[first] ?? 0));
      const dayEnd = tradingDayEnd(day);
      let end = first + 1;
      while (end < until && (at[end] ?? 0) < dayEnd) end += 1;
      const key = `${day} ${contract}`;
      const part = { day, contract, ...summary(columns, first, end) };
      const before = rows.get(key);
      rows.set(key, before ? joined(before, part) : part);
      first = end;
    }
  });
  return [...rows.values()].sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
}

function summary({ open, high, low, close, volume }: BarColumns, from: number, end: number) {
  let [highest, lowest, total] = [high[from] ?? 0, low[from] ?? 0, 0];
  for (let i = from; i < end; i += 1) {
    highest = Math.max(highest, high[i] ?? 0);
    lowest = Math.min(lowest, low[i] ?? 0);
    total += volume[i] ?? 0;
  }
  return {
    open: ticks(open[from] ?? 0),
    high: ticks(highest),
    low: ticks(lowest),
    close: ticks(close[end - 1] ?? 0),
    volume: total,
    minutes: end - from,
  };
}

const joined = (before: DailyBar, part: DailyBar): DailyBar => ({
  ...before,
  high: ticks(Math.max(before.high, part.high)),
  low: ticks(Math.min(before.low, part.low)),
  close: part.close,
  volume: before.volume + part.volume,
  minutes: before.minutes + part.minutes,
});
