import { MINUTE, type TradingDay } from '../../kernel/units.js';
import type { Bar } from '../bars/bar.js';
import { createEntryLayer } from '../confluence/entry-layer.js';
import type { EntryLayer } from '../confluence/layer.js';
import { createOpeningRange, type OpeningRange } from '../opening-range/opening-range.js';
import { tradingDayOf } from '../sessions/trading-day.js';

/** What is read from the 1-minute bars themselves. */
export interface MinuteReading {
  readonly entry: EntryLayer;
  readonly openingRange: OpeningRange | undefined;
}

export interface Minutes {
  /** The next minute, with the ATR in ticks of the 5-minute bars closed with it. */
  push(bar: Bar, atr: number | undefined): void;
  read(): MinuteReading;
}

/**
 * Follows the 1-minute bars of the current trading day. It begins anew with the day, so that a process that was started
 * in the day and was given its bars says what one that lived through the night says; the averages have long forgotten
 * their beginning when the active session opens. A source with longer bars has no minutes, and what needs them stays cold.
 */
export function createMinutes(barMs: number): Minutes {
  let day: TradingDay | undefined;
  let entry = createEntryLayer(MINUTE);
  const openingRange = createOpeningRange();
  return {
    push(bar, atr) {
      if (barMs !== MINUTE) return;
      const its = tradingDayOf(bar.at);
      if (its !== day) {
        day = its;
        entry = createEntryLayer(MINUTE);
      }
      entry.push(bar);
      openingRange.push(bar, atr);
    },
    read: () => ({ entry: entry.read(), openingRange: openingRange.read() }),
  };
}
