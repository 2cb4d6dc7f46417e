import { z } from 'zod';
import type { Bar } from '../../../domain/bars/bar.js';
import type { FeedBar } from '../../../domain/bars/feed-bar.js';
import { createResampler } from '../../../domain/bars/resample.js';
import { createVwap } from '../../../domain/indicators/vwap.js';
import { type ContractSpec, priceOf } from '../../../domain/instruments/contract.js';
import { tradingDayOf } from '../../../domain/sessions/trading-day.js';
import {
  after,
  type EpochMs,
  epochMs,
  FIVE_MINUTES,
  iso,
  MINUTE,
  SECOND,
  type Ticks,
  type TradingDay,
} from '../../../kernel/units.js';

/** The bars of one trading day with their VWAP. Prices are whole ticks. */
export interface DayChart {
  readonly spec: ContractSpec;
  readonly day: TradingDay;
  /** Of the newest bar; undefined while there is none. */
  readonly contract: string | undefined;
  /** Closed 5-minute bars, oldest first. */
  readonly bars: readonly Bar[];
  /** One value a bar; undefined until something traded. */
  readonly vwap: readonly (number | undefined)[];
  /** What is known of the bar that is still running. */
  readonly forming: Bar | undefined;
}

export interface ChartMoment {
  readonly day: TradingDay;
  /** No bar that closes at or before it is still to come: the close of the bar the card was made of. */
  readonly closedThrough: EpochMs | undefined;
}

/** Made with the resampler and the VWAP of the analysis, so the chart shows the bars that the card was computed from. */
export function dayChart(
  spec: ContractSpec,
  stored: readonly FeedBar[],
  { day, closedThrough }: ChartMoment,
): DayChart {
  const ofDay = stored.filter(({ bar }) => tradingDayOf(bar.at) === day);
  const barMs = ofDay[0]?.lengthMs ?? MINUTE;
  const resampler = createResampler(FIVE_MINUTES, barMs);
  const bars = ofDay.flatMap(({ bar }) => resampler.push(bar));
  // A coarse bar that is still running opened before that instant and may yet belong to a 5-minute bar.
  if (closedThrough !== undefined)
    bars.push(...resampler.closeThrough(epochMs(Math.floor(closedThrough / barMs) * barMs)));
  const vwap = createVwap();
  return {
    spec,
    day,
    contract: ofDay.at(-1)?.contract,
    bars,
    vwap: bars.map((bar) => vwap.push(bar)),
    forming: resampler.open(),
  };
}

/** Highest and lowest price of the day so far, as decimals. */
export interface DayRange {
  readonly day: TradingDay;
  readonly low: number;
  readonly high: number;
}

export function rangeOf({ spec, day, bars, forming }: DayChart): DayRange | undefined {
  const all = forming ? [...bars, forming] : bars;
  const [first] = all;
  if (!first) return undefined;
  const reduced = all.reduce<{ low: Ticks; high: Ticks }>(
    ({ low, high }, bar) => ({ low: bar.low < low ? bar.low : low, high: bar.high > high ? bar.high : high }),
    first,
  );
  return { day, low: priceOf(reduced.low, spec), high: priceOf(reduced.high, spec) };
}

/** Opens in seconds since 1970 UTC, as the chart library counts, then prices as decimals and the volume. */
const barRow = z.tuple([z.number(), z.number(), z.number(), z.number(), z.number(), z.number()]);
export const chartSchema = z.object({
  symbol: z.string(),
  contract: z.string().nullable(),
  trading_day: z.string(),
  /** Close of the newest bar; null while the day has none. */
  as_of: z.string().nullable(),
  /** `[open time, open, high, low, close, volume]` of each closed 5-minute bar, oldest first. */
  bars: z.array(barRow),
  /** The bar that is still running, as far as its closed minutes tell. */
  forming: barRow.nullable(),
  /** `[open time of the bar, VWAP since 18:00 New York]`. */
  vwap: z.array(z.tuple([z.number(), z.number()])),
});
export type ChartJson = z.infer<typeof chartSchema>;

export function chartJson({ spec, day, contract, bars, vwap, forming }: DayChart): ChartJson {
  const newest = bars.at(-1);
  const row = (bar: Bar): ChartJson['bars'][number] => [
    bar.at / SECOND,
    priceOf(bar.open, spec),
    priceOf(bar.high, spec),
    priceOf(bar.low, spec),
    priceOf(bar.close, spec),
    bar.volume,
  ];
  return {
    symbol: spec.root,
    contract: contract ?? null,
    trading_day: day,
    as_of: newest ? iso(after(newest.at, FIVE_MINUTES)) : null,
    bars: bars.map(row),
    forming: forming ? row(forming) : null,
    vwap: bars.flatMap(({ at }, i): [number, number][] => {
      const value = vwap[i];
      return value === undefined ? [] : [[at / SECOND, rounded(value / spec.ticksPerPoint, spec)]];
    }),
  };
}

/** Two decimals more than the tick has: a hundredth of what can be traded, and a quarter of the bytes. */
const rounded = (value: number, { decimals }: ContractSpec): number => Number(value.toFixed(decimals + 2));
