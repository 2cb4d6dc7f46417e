import { createAdx } from '../../../src/domain/indicators/adx.js';
import { createAo } from '../../../src/domain/indicators/ao.js';
import { createAtr } from '../../../src/domain/indicators/atr.js';
import { createBollinger } from '../../../src/domain/indicators/bollinger.js';
import { createEma } from '../../../src/domain/indicators/ema.js';
import { createMax, createMin } from '../../../src/domain/indicators/extreme.js';
import { cell } from '../../../src/domain/indicators/indicator.js';
import { createRsi } from '../../../src/domain/indicators/rsi.js';
import { createVwap } from '../../../src/domain/indicators/vwap.js';
import { DAY_BARS, type Series } from './series.js';
import { SKIPPED, ZEROS } from './sums.js';

/** All answers to a whole series kept as columns, then summed; one call site an indicator, so each is compiled in place. */
export function ownBulk({ bars }: Series): Float64Array {
  const [emas, atrs, lowers, middles, uppers, aos, adxs, vwaps, maxes, mins, rsis] = columnsOf(bars.length);
  const [ema, atr, bands, ao, adx] = [createEma(20), createAtr(14), createBollinger(20, 2), createAo(), createAdx(14)];
  const [max, min, rsi] = [createMax(20), createMin(20), createRsi(14)];
  let vwap = createVwap();
  for (let i = 0; i < bars.length; i += 1) {
    const bar = bars[i];
    if (!bar) continue;
    if (i % DAY_BARS === 0) vwap = createVwap();
    const band = bands.push(bar.close);
    emas[i] = ema.push(bar.close) ?? Number.NaN;
    atrs[i] = atr.push(bar) ?? Number.NaN;
    lowers[i] = band?.lower ?? Number.NaN;
    middles[i] = band?.middle ?? Number.NaN;
    uppers[i] = band?.upper ?? Number.NaN;
    aos[i] = ao.push(bar) ?? Number.NaN;
    adxs[i] = adx.push(bar) ?? Number.NaN;
    vwaps[i] = vwap.push(bar) ?? Number.NaN;
    maxes[i] = max.push(bar.high) ?? Number.NaN;
    mins[i] = min.push(bar.low) ?? Number.NaN;
    rsis[i] = rsi.push(bar.close) ?? Number.NaN;
  }
  // In the order of SUM.
  return Float64Array.from([emas, atrs, lowers, middles, uppers, aos, adxs, vwaps, maxes, mins, rsis], total);
}

type Columns = readonly [
  ...[Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array],
  ...[Float64Array, Float64Array, Float64Array, Float64Array, Float64Array],
];
const held = new Map<number, Columns>();

/** Kept from run to run, as one who computes in bulk keeps them: 88 MB anew each time measures the collector. */
function columnsOf(length: number): Columns {
  const column = () => new Float64Array(length);
  const columns: Columns = held.get(length) ?? [
    ...([column(), column(), column(), column(), column(), column()] as const),
    ...([column(), column(), column(), column(), column()] as const),
  ];
  held.set(length, columns);
  return columns;
}

function total(answers: Float64Array): number {
  let sum = 0;
  for (let i = SKIPPED; i < answers.length; i += 1) sum += cell(answers, i);
  return sum;
}

export const ownStream = (series: Series): Float64Array => stream(series, true);
export const ownStreamWithoutVwap = (series: Series): Float64Array => stream(series, false);

/** Every indicator on each bar as it comes, nothing kept. */
function stream({ bars }: Series, withVwap: boolean): Float64Array {
  const [ema, atr, bands, ao, adx] = [createEma(20), createAtr(14), createBollinger(20, 2), createAo(), createAdx(14)];
  const [max, min, rsi] = [createMax(20), createMin(20), createRsi(14)];
  let vwap = createVwap();
  let [emas, atrs, lowers, middles, uppers, aos, adxs, vwaps, maxes, mins, rsis] = ZEROS;
  for (let i = 0; i < bars.length; i += 1) {
    const bar = bars[i];
    if (!bar) continue;
    const [e, a, b, o, x] = [ema.push(bar.close), atr.push(bar), bands.push(bar.close), ao.push(bar), adx.push(bar)];
    const [hi, lo, r] = [max.push(bar.high), min.push(bar.low), rsi.push(bar.close)];
    if (withVwap && i % DAY_BARS === 0) vwap = createVwap();
    const w = withVwap ? vwap.push(bar) : 0;
    if (i < SKIPPED) continue;
    emas += e ?? Number.NaN;
    atrs += a ?? Number.NaN;
    lowers += b?.lower ?? Number.NaN;
    middles += b?.middle ?? Number.NaN;
    uppers += b?.upper ?? Number.NaN;
    aos += o ?? Number.NaN;
    adxs += x ?? Number.NaN;
    vwaps += w ?? Number.NaN;
    maxes += hi ?? Number.NaN;
    mins += lo ?? Number.NaN;
    rsis += r ?? Number.NaN;
  }
  return Float64Array.of(emas, atrs, lowers, middles, uppers, aos, adxs, vwaps, maxes, mins, rsis);
}
