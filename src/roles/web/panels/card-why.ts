import { BIAS_FROM, BIAS_WEIGHT, QUALITY_MIN } from '../../../domain/focus/bias.js';
import { EXTREME_OVER } from '../../../domain/no-trade/guards/extreme-volatility.js';
import { after, FIVE_MINUTES } from '../../../kernel/units.js';
import type { FocusAsset } from '../../../messages/focus-plan.js';
import { etMinute, etTime, fixed, instant, signed } from '../format.js';

// Thresholds and weights of the focus card as the trader reads them; the numbers themselves come from the engine.
const QUALITY_LABELS: Readonly<Record<string, { label: string; max: number }>> = {
  volatility: { label: 'volatility', max: 1.5 },
  momentum: { label: 'momentum', max: 1 },
  impulse: { label: 'impulse', max: 0.5 },
  candle: { label: 'last bar’s shape', max: 0.5 },
  higher_frame: { label: '15-minute wave', max: 0.5 },
};
const BIAS_LABELS: Readonly<Record<string, { label: string; weight: number }>> = {
  wave: { label: 'wave', weight: BIAS_WEIGHT.wave },
  ao: { label: 'momentum (AO)', weight: BIAS_WEIGHT.ao },
  confluence: { label: 'confluence', weight: BIAS_WEIGHT.confluence },
};

/** The parts behind bias and quality, with their thresholds and the bar they were read from. */
export function whyView(asset: FocusAsset) {
  const { quality, bias_parts, vol_percentile } = asset;
  const score = bias_parts.score;
  return {
    quality: {
      head:
        quality === null
          ? 'Quality: not enough bars yet'
          : `Quality ${fixed(quality, 1)} of 100, tradeable from ${QUALITY_MIN}`,
      rows: Object.entries(asset.quality_parts).map(([key, points]) => {
        const known = QUALITY_LABELS[key];
        return {
          label: known?.label ?? key.replace('_', ' '),
          value: fixed(points, 2),
          of: known ? `of ${known.max}` : '',
          points,
          max: known?.max ?? 1,
        };
      }),
    },
    bias: {
      head:
        score === undefined
          ? 'Bias: not enough bars yet'
          : `Bias ${signed(score, 2)}, LONG from +${BIAS_FROM}, SHORT from −${BIAS_FROM}`,
      rows: Object.entries(bias_parts).flatMap(([key, value]) => {
        const known = BIAS_LABELS[key];
        return known ? [{ label: known.label, value: signed(value, 2), of: `× ${known.weight}` }] : [];
      }),
    },
    facts: [
      {
        label: 'volatility',
        value: vol_percentile === null ? 'not known yet' : `${fixed(vol_percentile, 0)} of 100, limit ${EXTREME_OVER}`,
      },
      { label: 'ranked against', value: basisText(asset) },
      { label: 'regime', value: asset.vol_regime ?? 'not known yet' },
      {
        label: 'ATR (14 × 5 min)',
        value: asset.atr === null ? 'not known yet' : `${Number(asset.atr.toPrecision(4))} points`,
      },
      { label: 'context', value: asset.context?.toLowerCase() ?? 'not known yet' },
      {
        label: 'current wave',
        value: asset.current_ratio === null ? 'not known yet' : `${fixed(asset.current_ratio, 2)}x of the mean`,
      },
      { label: 'bar', value: barText(asset) },
    ],
  };
}

function basisText({ vol_basis, vol_days }: FocusAsset): string {
  if (vol_basis === 'time-of-day') return `this time of day, ${vol_days ?? 0} trading days`;
  if (vol_basis === 'recent') return `recent bars (${vol_days ?? 0} of 5 days for this time of day)`;
  return 'not known yet';
}

function barText({ bar_at, price_at }: FocusAsset): string {
  if (bar_at === null) return 'none closed yet';
  const opened = instant(bar_at);
  const span = `${etMinute(opened)} to ${etMinute(after(opened, FIVE_MINUTES))}`;
  return price_at === null ? span : `${span}, price of ${etTime(price_at)}`;
}
