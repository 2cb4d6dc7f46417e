import type { AtrDay } from './percentile.js';

/** A full Globex day has 276 five-minute bars; only a day with trades at odd hours grows further. */
const ROOM = 288;

export interface AtrDayBuilder {
  add(minute: number, atr: number): void;
  view(): AtrDay;
}

/** Collects the ATR values of one trading day. */
export function createAtrDay(): AtrDayBuilder {
  let minutes: Float64Array = new Float64Array(ROOM);
  let values: Float64Array = new Float64Array(ROOM);
  let count = 0;
  return {
    add(minute, atr) {
      if (count === values.length) [minutes, values] = [grown(minutes), grown(values)];
      minutes[count] = minute;
      values[count] = atr;
      count += 1;
    },
    view: () => ({ minutes, values, count }),
  };
}

function grown(column: Float64Array): Float64Array {
  const wider = new Float64Array(column.length * 2);
  wider.set(column);
  return wider;
}
