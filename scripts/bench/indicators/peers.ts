import * as debut from '@debut/indicators';

// Its ES build is published without saying that it is one; Node reads only the CommonJS build.
import fast = require('fast-technical-indicators');

import * as classic from 'technicalindicators';
import * as signals from 'trading-signals';
import { DAY_BARS, type Series } from './series.js';
import { type Bands, SKIPPED, SUM, SUMS, sumBands, sumInto, ZEROS } from './sums.js';

type ArrayLibrary = Pick<
  typeof classic,
  'ema' | 'atr' | 'awesomeoscillator' | 'vwap' | 'highest' | 'lowest' | 'rsi'
> & {
  adx(input: { period: number; high: number[]; low: number[]; close: number[] }): readonly { adx?: number }[];
  bollingerbands(input: { period: number; stdDev: number; values: number[] }): readonly Partial<Bands>[];
};

export const fastBulk = (series: Series): Float64Array => arrays(fast, series);
export const classicBulk = (series: Series): Float64Array => arrays(classic, series);

/** The two libraries share their names and forms; neither anchors its VWAP, so it is called day by day. */
function arrays(library: ArrayLibrary, { high, low, close, days }: Series): Float64Array {
  const sums = new Float64Array(SUMS);
  const n = close.length;
  sumInto(sums, SUM.EMA, library.ema({ period: 20, values: close }), n);
  sumInto(sums, SUM.ATR, library.atr({ period: 14, high, low, close }), n);
  sumBands(sums, library.bollingerbands({ period: 20, stdDev: 2, values: close }), n);
  const ao = { fastPeriod: 5, slowPeriod: 34, format: (value: number) => value };
  sumInto(sums, SUM.AO, library.awesomeoscillator({ ...ao, high, low }), n);
  const adx = library.adx({ period: 14, high, low, close });
  sumInto(
    sums,
    SUM.ADX,
    adx.map((answer) => answer.adx),
    n,
  );
  sumInto(
    sums,
    SUM.VWAP,
    days.flatMap((day) => library.vwap(day)),
    n,
  );
  sumInto(sums, SUM.MAX, library.highest({ period: 20, values: high }), n);
  sumInto(sums, SUM.MIN, library.lowest({ period: 20, values: low }), n);
  sumInto(sums, SUM.RSI, library.rsi({ period: 14, values: close }), n);
  return sums;
}

export function signalsBulk({ bars, close, days }: Series): Float64Array {
  const sums = new Float64Array(SUMS);
  const n = bars.length;
  const inputs = bars.slice();
  sumInto(sums, SUM.EMA, new signals.EMA(20).updates(close), n);
  sumInto(sums, SUM.ATR, new signals.ATR(14).updates(inputs), n);
  sumBands(sums, new signals.BollingerBands(20, 2).updates(close), n);
  sumInto(sums, SUM.AO, new signals.AO(5, 34).updates(inputs), n);
  sumInto(sums, SUM.ADX, new signals.ADX(14).updates(inputs), n);
  sumInto(
    sums,
    SUM.VWAP,
    days.flatMap((day) => new signals.VWAP().updates(day.bars.slice())),
    n,
  );
  const channels = new signals.DonchianChannels(20).updates(inputs);
  sumInto(
    sums,
    SUM.MAX,
    channels.map((answer) => answer?.upper),
    n,
  );
  sumInto(
    sums,
    SUM.MIN,
    channels.map((answer) => answer?.lower),
    n,
  );
  sumInto(sums, SUM.RSI, new signals.RSI(14).updates(close), n);
  return sums;
}

export function signalsStream({ bars }: Series): Float64Array {
  let [emas, atrs, lowers, middles, uppers, aos, adxs, vwaps, maxes, mins, rsis] = ZEROS;
  const [ema, atr, bands] = [new signals.EMA(20), new signals.ATR(14), new signals.BollingerBands(20, 2)];
  const [ao, adx, channels] = [new signals.AO(5, 34), new signals.ADX(14), new signals.DonchianChannels(20)];
  const rsi = new signals.RSI(14);
  let vwap = new signals.VWAP();
  for (let i = 0; i < bars.length; i += 1) {
    const bar = bars[i];
    if (!bar) continue;
    const [e, a, b, o, x] = [ema.add(bar.close), atr.add(bar), bands.add(bar.close), ao.add(bar), adx.add(bar)];
    const [c, r] = [channels.add(bar), rsi.add(bar.close)];
    if (i % DAY_BARS === 0) vwap = new signals.VWAP();
    const w = vwap.add(bar);
    if (i < SKIPPED) continue;
    emas += e ?? Number.NaN;
    atrs += a ?? Number.NaN;
    lowers += b?.lower ?? Number.NaN;
    middles += b?.middle ?? Number.NaN;
    uppers += b?.upper ?? Number.NaN;
    aos += o ?? Number.NaN;
    adxs += x ?? Number.NaN;
    vwaps += w ?? Number.NaN;
    maxes += c?.upper ?? Number.NaN;
    mins += c?.lower ?? Number.NaN;
    rsis += r ?? Number.NaN;
  }
  return Float64Array.of(emas, atrs, lowers, middles, uppers, aos, adxs, vwaps, maxes, mins, rsis);
}

/** Has no VWAP. */
export function debutStream({ bars }: Series): Float64Array {
  let [emas, atrs, lowers, middles, uppers, aos, adxs, maxes, mins, rsis] = ZEROS;
  const [ema, atr, bands] = [new debut.EMA(20), new debut.ATR(14), new debut.BollingerBands(20, 2)];
  const [ao, adx, channels, rsi] = [new debut.AO(5, 34), new debut.ADX(14), new debut.DC(20), new debut.RSI(14)];
  for (let i = 0; i < bars.length; i += 1) {
    const bar = bars[i];
    if (!bar) continue;
    const { high, low, close } = bar;
    const [e, a, b] = [ema.nextValue(close), atr.nextValue(high, low, close), bands.nextValue(close)];
    const [o, x, c] = [ao.nextValue(high, low), adx.nextValue(high, low, close), channels.nextValue(high, low)];
    const r = rsi.nextValue(close);
    if (i < SKIPPED) continue;
    emas += e ?? Number.NaN;
    atrs += a ?? Number.NaN;
    lowers += b?.lower ?? Number.NaN;
    middles += b?.middle ?? Number.NaN;
    uppers += b?.upper ?? Number.NaN;
    aos += o ?? Number.NaN;
    adxs += x?.adx ?? Number.NaN;
    maxes += c.upper ?? Number.NaN;
    mins += c.lower ?? Number.NaN;
    rsis += r ?? Number.NaN;
  }
  return Float64Array.of(emas, atrs, lowers, middles, uppers, aos, adxs, 0, maxes, mins, rsis);
}
