import type { Bar } from '../../../../src/domain/bars/bar.js';
import { tradingDayStart } from '../../../../src/domain/sessions/trading-day.js';
import { createRng } from '../../../../src/kernel/rng.js';
import { epochMs, HOUR, MINUTE, type TradingDay, ticks } from '../../../../src/kernel/units.js';

interface MarketFacts {
  readonly seed: string;
  readonly days: readonly string[];
  /** One-minute bars from 08:00 New York of each trading day. */
  readonly minutes: number;
}

/** A seeded random walk of one-minute bars in ticks, one stretch a trading day. */
export function market({ seed, days, minutes }: MarketFacts): readonly Bar[] {
  const rng = createRng(seed);
  let price = 27_000;
  return days.flatMap((day) => {
    const open = tradingDayStart(day as TradingDay) + 14 * HOUR;
    return Array.from({ length: minutes }, (_, i) => {
      const [from, to] = [price, price + Math.round(4 * rng.normal())];
      price = to;
      return {
        at: epochMs(open + i * MINUTE),
        open: ticks(from),
        high: ticks(Math.max(from, to) + Math.floor(3 * rng.next())),
        low: ticks(Math.min(from, to) - Math.floor(3 * rng.next())),
        close: ticks(to),
        volume: 1 + Math.floor(100 * rng.next()),
      };
    });
  });
}

/** The weekdays from a date on, holidays or not: the bars are synthetic. */
export function weekdays(from: string, count: number): readonly string[] {
  const days: string[] = [];
  for (let at = Date.parse(from); days.length < count; at += 24 * HOUR) {
    const date = new Date(at);
    if (date.getUTCDay() % 6 !== 0) days.push(date.toISOString().slice(0, 10));
  }
  return days;
}
