import type { VolatilityReading } from './percentile.js';

/** Percentile over which a market is not traded; about one bar in eight by construction of a rank. */
export const EXTREME_OVER = 88;

/** Over the line, whatever the rank rests on. */
export const looksExtreme = (volatility: VolatilityReading | undefined): boolean =>
  (volatility?.percentile ?? 0) > EXTREME_OVER;

/** A rank among the newest values calls every open extreme; only one among the same time of day is believed. */
export const isExtreme = (volatility: VolatilityReading | undefined): boolean =>
  looksExtreme(volatility) && volatility?.basis === 'time-of-day';

/** One decimal, upwards: 88.04 must not read as "88, over 88". */
export const shownPercentile = ({ percentile }: VolatilityReading): number => Math.ceil(percentile * 10) / 10;
