import type { TradingDay } from '../../kernel/units.js';
import type { Bar } from '../bars/bar.js';
import { createAtr } from '../indicators/atr.js';
import { etMinuteOfDay } from '../sessions/session.js';
import { tradingDayOf } from '../sessions/trading-day.js';
import { type AtrDayBuilder, createAtrDay } from '../volatility/atr-day.js';
import { type VolatilityReading, volatilityOf } from '../volatility/percentile.js';

/** Trading days with bars that the indicators see: today and the four before it. */
export const FOCUS_DAYS = 5;
/** Earlier trading days whose ATR values rank the current one. */
export const VOLATILITY_DAYS = 20;
/**
 * Trading days with bars to load at a start, today included. The oldest ranked day was itself measured with the four
 * days before it, so with these days a fresh process and one that ran for months say the same to the last bit.
 */
export const HISTORY_DAYS = VOLATILITY_DAYS + FOCUS_DAYS;

interface Day {
  readonly day: TradingDay;
  readonly bars: Bar[];
  readonly atr: AtrDayBuilder;
}

/** The 5-minute bars and ATR values the focus of one symbol rests on; a pure function of the last HISTORY_DAYS days. */
export interface FocusWindow {
  push(bar: Bar): void;
  /**
   * Another contract follows. Its prices are another series: no bar of the one before counts any more. What volatility each
   * time of day had is no price, and stays.
   */
  rollOver(): void;
  /** Trading day of the newest bar. */
  day(): TradingDay | undefined;
  /** Bars of the focus days, oldest day first; the inner arrays are the live ones, not copies. */
  focusDays(): readonly (readonly Bar[])[];
  today(): readonly Bar[];
  /** ATR14 in ticks. */
  atr(): number | undefined;
  volatility(): VolatilityReading | undefined;
}

/**
 * At the roll of the trading day the ATR starts afresh from the bars of the four days before, and each day's table
 * keeps the values as they were read on that day. Nothing older than the window can then leave a trace in an answer.
 */
export function createFocusWindow(): FocusWindow {
  let earlier: readonly Day[] = [];
  let current: Day | undefined;
  let atr = createAtr(14);
  let newestAtr: number | undefined;

  const roll = (day: TradingDay): Day => {
    if (current) earlier = [...earlier, current].slice(-VOLATILITY_DAYS);
    for (const old of earlier.slice(0, 1 - FOCUS_DAYS)) old.bars.length = 0;
    atr = createAtr(14);
    for (const { bars } of earlier.slice(1 - FOCUS_DAYS)) for (const bar of bars) atr.push(bar);
    return { day, bars: [], atr: createAtrDay() };
  };

  return {
    push(bar) {
      const day = tradingDayOf(bar.at);
      if (current?.day !== day) current = roll(day);
      current.bars.push(bar);
      newestAtr = atr.push(bar);
      if (newestAtr !== undefined) current.atr.add(etMinuteOfDay(bar.at), newestAtr);
    },
    rollOver() {
      for (const old of earlier) old.bars.length = 0;
      if (current) current = { ...current, bars: [] };
      atr = createAtr(14);
      newestAtr = undefined;
    },
    day: () => current?.day,
    focusDays: () => [...earlier.slice(1 - FOCUS_DAYS), ...(current ? [current] : [])].map(({ bars }) => bars),
    today: () => current?.bars ?? [],
    atr: () => newestAtr,
    volatility() {
      const newest = current?.bars.at(-1);
      if (!current || !newest || newestAtr === undefined) return undefined;
      const days = { earlier: earlier.map((old) => old.atr.view()), today: current.atr.view() };
      return volatilityOf(newestAtr, etMinuteOfDay(newest.at), days);
    },
  };
}
