import { type EpochMs, FIVE_MINUTES } from '../../kernel/units.js';
import type { Bar } from '../bars/bar.js';
import { createResampler } from '../bars/resample.js';
import { createBollinger } from '../indicators/bollinger.js';
import { indicators } from '../indicators/index.js';
import { tradingDayOf } from '../sessions/trading-day.js';
import type { RecordedBars } from './from-bars.js';
import { FOCUS_DAYS } from './window.js';

export interface WindowIndicators {
  /** Open of the 5-minute bar they were read at. */
  readonly barAt: EpochMs;
  readonly bars: number;
  /** By name, prices in points; undefined is not warm. */
  readonly values: Readonly<Record<string, number | undefined>>;
}

/** Measured in themselves; everything else is a price or a distance. */
const UNITLESS: ReadonlySet<string> = new Set(['rsi14', 'adx14']);

/** Every indicator over the 5-minute bars of the focus days, the VWAP over those of the current trading day. */
export function indicatorsOf(recorded: RecordedBars): WindowIndicators | undefined {
  const bars = focusBars(recorded);
  const newest = bars.at(-1);
  if (!newest) return undefined;
  const today = bars.filter(({ at }) => tradingDayOf(at) === tradingDayOf(newest.at));
  const points = (value: number | undefined) => value && value / recorded.spec.ticksPerPoint;
  const values = indicators.map(({ id, create }) => {
    const indicator = create();
    let value: number | undefined;
    for (const bar of id === 'vwap' ? today : bars) value = indicator.push(bar);
    return [id, UNITLESS.has(id) ? value : points(value)] as const;
  });
  const bands = createBollinger(20, 2);
  let band: ReturnType<typeof bands.push>;
  for (const bar of bars) band = bands.push(bar.close);
  const rest = { 'bollinger-middle': points(band?.middle), 'bollinger-lower': points(band?.lower) };
  return { barAt: newest.at, bars: bars.length, values: { ...Object.fromEntries(values), ...rest } };
}

/** The closed 5-minute bars of the newest focus days with bars. */
function focusBars({ bars, barMs, at }: RecordedBars): readonly Bar[] {
  const resampler = createResampler(FIVE_MINUTES, barMs);
  const closed = bars.flatMap((bar) => resampler.push(bar));
  closed.push(...resampler.closeThrough(at));
  const days = [...new Set(closed.map((bar) => tradingDayOf(bar.at)))].slice(-FOCUS_DAYS);
  return closed.filter((bar) => days.includes(tradingDayOf(bar.at)));
}
