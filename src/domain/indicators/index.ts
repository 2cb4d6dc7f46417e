import { createAdx } from './adx.js';
import { createAo } from './ao.js';
import { createAtr } from './atr.js';
import { createBollinger } from './bollinger.js';
import { createEma } from './ema.js';
import { createMax, createMin } from './extreme.js';
import { createHull } from './hull.js';
import type { Indicator, Range } from './indicator.js';
import { createRsi } from './rsi.js';
import { createSma } from './sma.js';
import { createVwap } from './vwap.js';

export type IndicatorBar = Range & { readonly volume: number };

/** Every indicator in its usual length, fed with bars. The laws of the indicator suite hold for each row. */
export const indicators: readonly { readonly id: string; create(): Indicator<IndicatorBar> }[] = [
  { id: 'ema20', create: () => fed(createEma(20), (bar) => bar.close) },
  { id: 'sma20', create: () => fed(createSma(20), (bar) => bar.close) },
  { id: 'max20', create: () => fed(createMax(20), (bar) => bar.high) },
  { id: 'min20', create: () => fed(createMin(20), (bar) => bar.low) },
  { id: 'atr14', create: () => createAtr(14) },
  { id: 'rsi14', create: () => fed(createRsi(14), (bar) => bar.close) },
  { id: 'adx14', create: () => createAdx(14) },
  { id: 'ao', create: () => createAo() },
  { id: 'hull5', create: () => fed(createHull(5), (bar) => bar.close) },
  { id: 'vwap', create: () => createVwap() },
  { id: 'bollinger-upper', create: () => upperBand() },
];

const fed = (inner: Indicator, of: (bar: IndicatorBar) => number): Indicator<IndicatorBar> => ({
  warmup: inner.warmup,
  push: (bar) => inner.push(of(bar)),
});

function upperBand(): Indicator<IndicatorBar> {
  const bands = createBollinger(20, 2);
  return { warmup: bands.warmup, push: (bar) => bands.push(bar.close)?.upper };
}
