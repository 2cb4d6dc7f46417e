import { MINUTE, type TradingDay } from '../../kernel/units.js';
import type { Bar } from '../bars/bar.js';
import { createEntryLayer } from '../confluence/entry-layer.js';
import type { EntryLayer } from '../confluence/layer.js';
import { createOpeningRange, type OpeningRange } from '../opening-range/opening-range.js';
import { tradingDayOf } from '../sessions/trading-day.js';

/** What is read from the 1-minute bars themselves. */
export interface Minutes {
  /** The next minute, with the ATR in ticks of the 5-minute bars closed with it. */
  push(bar: Bar, atr: number | undefined): void;
  /** The entry layer of the minutes before an instant, which only moves forward. */
  entryBefore(until: number): EntryLayer;
  /** As of the newest minute. */
  openingRange(): OpeningRange | undefined;
}

/**
 * Follows the 1-minute bars of the current trading day. It begins anew with the day, so that a process that was started
 * in the day and was given its bars says what one that lived through the night says; the averages have long forgotten
 * their beginning when the active session opens. A source with longer bars has no minutes, and what needs them stays cold.
 */
export function createMinutes(barMs: number): Minutes {
  const openingRange = createOpeningRange();
  let newestDay: TradingDay | undefined;
  let entryDay: TradingDay | undefined;
  let entry = createEntryLayer(MINUTE);
  let waiting: Bar[] = [];
  return {
    push(bar, atr) {
      if (barMs !== MINUTE) return;
      const day = tradingDayOf(bar.at);
      if (day !== newestDay) {
        // The day that ended may still be asked about until the new one has closed its first 5-minute bar.
        waiting = waiting.filter(({ at }) => tradingDayOf(at) === newestDay);
        newestDay = day;
      }
      waiting.push(bar);
      openingRange.push(bar, atr);
    },
    entryBefore(until) {
      const later = waiting.findIndex((bar) => bar.at >= until);
      const due = later < 0 ? waiting.length : later;
      for (const bar of waiting.splice(0, due)) {
        const day = tradingDayOf(bar.at);
        if (day !== entryDay) entry = createEntryLayer(MINUTE);
        entryDay = day;
        entry.push(bar);
      }
      return entry.read();
    },
    openingRange: () => openingRange.read(),
  };
}
