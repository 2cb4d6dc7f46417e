import { cell } from '../../../src/domain/indicators/indicator.js';
import { DAY_BARS } from './series.js';
import { SKIPPED, SUM, SUMS } from './sums.js';

/** Columns as a C program would hold them. */
export interface Columns {
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
}

/**
 * The same answers with nothing around them: one pass a group of indicators, lengths written in, state in locals, no calls
 * and nothing kept.
 */
export function loop(columns: Columns): Float64Array {
  const sums = new Float64Array(SUMS);
  averages(columns, sums);
  directions(columns, sums);
  windows(columns, sums);
  return sums;
}

function averages({ high, low, close, volume }: Columns, sums: Float64Array): void {
  let [ema, atr, gain, loss, traded, paid, before] = [0, 0, 0, 0, 0, 0, 0];
  let [emas, atrs, rsis, vwaps] = [0, 0, 0, 0];
  for (let i = 0; i < close.length; i += 1) {
    const [h, l, c, v] = [cell(high, i), cell(low, i), cell(close, i), cell(volume, i)];
    ema = i === 0 ? c : ema + (2 / 21) * (c - ema);
    const range = i === 0 ? h - l : Math.max(h - l, Math.abs(h - before), Math.abs(l - before));
    atr = i < 14 ? atr + range / 14 : (13 * atr + range) / 14;
    const move = i === 0 ? 0 : c - before;
    const kept = i > 14 ? 13 / 14 : 1;
    gain = gain * kept + (move > 0 ? move : 0) / 14;
    loss = loss * kept + (move < 0 ? -move : 0) / 14;
    if (i % DAY_BARS === 0) {
      traded = 0;
      paid = 0;
    }
    paid += ((h + l + c) / 3) * v;
    traded += v;
    before = c;
    if (i < SKIPPED) continue;
    emas += ema;
    atrs += atr;
    rsis += 50 + (50 * (gain - loss)) / (gain + loss);
    vwaps += paid / traded;
  }
  sums.set([emas, atrs]);
  sums[SUM.RSI] = rsis;
  sums[SUM.VWAP] = vwaps;
}

function directions({ high, low, close }: Columns, sums: Float64Array): void {
  let [up, down, adx, adxs] = [0, 0, 0, 0];
  for (let i = 1; i < close.length; i += 1) {
    const rise = cell(high, i) - cell(high, i - 1);
    const fall = cell(low, i - 1) - cell(low, i);
    const kept = i > 14 ? 13 / 14 : 1;
    up = up * kept + (rise > fall && rise > 0 ? rise : 0);
    down = down * kept + (fall > rise && fall > 0 ? fall : 0);
    const index = (100 * Math.abs(up - down)) / (up + down);
    if (i > 27) adx = (13 * adx + index) / 14;
    else if (i >= 14) adx += index / 14;
    if (i >= SKIPPED) adxs += adx;
  }
  sums[SUM.ADX] = adxs;
}

function windows({ high, low, close }: Columns, sums: Float64Array): void {
  let [quick, calm, aos, lowers, middles, uppers, maxes, mins] = [0, 0, 0, 0, 0, 0, 0, 0];
  // Squares of the distance to one price stay small, so running sums of whole ticks round nothing.
  const origin = cell(close, 0);
  let [total, squares, highest, lowest] = [0, 0, 0, 0];
  for (let i = 0; i < close.length; i += 1) {
    const middle = (cell(high, i) + cell(low, i)) / 2;
    quick += middle - (i < 5 ? 0 : (cell(high, i - 5) + cell(low, i - 5)) / 2);
    calm += middle - (i < 34 ? 0 : (cell(high, i - 34) + cell(low, i - 34)) / 2);
    const [come, gone] = [cell(close, i) - origin, i < 20 ? 0 : cell(close, i - 20) - origin];
    total += come - gone;
    squares += come * come - gone * gone;
    if (cell(high, i) >= cell(high, highest)) highest = i;
    else if (highest <= i - 20) highest = bestOf(high, i, 1);
    if (cell(low, i) <= cell(low, lowest)) lowest = i;
    else if (lowest <= i - 20) lowest = bestOf(low, i, -1);
    if (i < SKIPPED) continue;
    aos += quick / 5 - calm / 34;
    const mean = total / 20;
    const reach = 2 * Math.sqrt(squares / 20 - mean * mean);
    lowers += origin + mean - reach;
    middles += origin + mean;
    uppers += origin + mean + reach;
    maxes += cell(high, highest);
    mins += cell(low, lowest);
  }
  sums.set([lowers, middles, uppers, aos], SUM.LOWER);
  sums[SUM.MAX] = maxes;
  sums[SUM.MIN] = mins;
}

/** Where the best of the last twenty stands, looked for anew only when the old one left. */
function bestOf(values: Float64Array, last: number, sign: 1 | -1): number {
  let best = last;
  for (let j = last - 19; j < last; j += 1) if (sign * cell(values, j) > sign * cell(values, best)) best = j;
  return best;
}
