import { EXTREME_OVER } from '../../../domain/volatility/extreme.js';
import { VOLATILITY_DAYS_NEEDED } from '../../../domain/volatility/percentile.js';
import type { FocusAsset } from '../../../messages/focus-plan.js';
import { fixed } from '../format.js';
import { row, type WhySection } from './card-section.js';
import { barWords, directionWords, fine, NOT_YET } from './card-words.js';
import type { ViewContext } from './panel.js';

/** Which waves are stronger, and how far the running one has come. */
export function waveWhy(asset: FocusAsset, { now }: ViewContext): WhySection {
  const { dominant_ratio, wave_ratio, wave_direction, current_ratio, bar_at } = asset;
  const head = { id: 'wave', title: 'Wave' };
  if (dominant_ratio === null || wave_direction === null) return { ...head, says: 'needs 30 bars', groups: [] };
  return {
    ...head,
    says: `${fixed(dominant_ratio, 2)}x ${directionWords(wave_direction)}`,
    at: barWords(bar_at, '5m', now),
    groups: [
      {
        rows: [
          row('up to down', `${fixed(wave_ratio, 2)}x`, 'means of the last 200 waves each'),
          row('dominant', `${fixed(dominant_ratio, 2)}x`, 'the stronger side; neutral to 1.1x'),
          row(
            'current',
            current_ratio === null ? NOT_YET : `${fixed(current_ratio, 2)}x`,
            'of a mean wave of its side',
          ),
        ],
      },
    ],
  };
}

/** Where the ranges of the last bars stand, and among which. */
export function volatilityWhy(asset: FocusAsset, { now }: ViewContext): WhySection {
  const { vol_percentile, vol_basis, vol_days, vol_regime, atr, bar_at, symbol } = asset;
  const head = { id: 'volatility', title: 'Volatility' };
  if (vol_percentile === null || vol_basis === null) return { ...head, says: 'needs 14 bars', groups: [] };
  const days = vol_days ?? 0;
  const among =
    vol_basis === 'time-of-day'
      ? row('ranked among', `${days} days`, 'same time of day, ± 30 min')
      : row('ranked among', 'recent bars', `${days} of ${VOLATILITY_DAYS_NEEDED} days at this time of day`);
  return {
    ...head,
    says: `${shownRank(vol_percentile)} of 100, ${vol_regime ?? NOT_YET}`,
    at: barWords(bar_at, '5m', now),
    groups: [
      {
        rows: [
          row('rank', shownRank(vol_percentile), `extreme over ${EXTREME_OVER}`),
          among,
          row('word', vol_regime ?? NOT_YET, 'steps at 20, 40, 60 and 80'),
          row('ATR 14', fine(atr, symbol), 'points, 5-minute bars'),
        ],
      },
    ],
  };
}

/** Whole, but 88.4 must not look like the 88 it is over. */
export function shownRank(percentile: number | null): string {
  if (percentile === null) return fixed(null, 0);
  return fixed(percentile > EXTREME_OVER ? Math.ceil(percentile) : Math.min(percentile, EXTREME_OVER), 0);
}
