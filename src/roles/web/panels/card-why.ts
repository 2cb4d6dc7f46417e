import { BIAS_FROM, BIAS_WEIGHT, QUALITY_MIN } from '../../../domain/focus/bias.js';
import type { FocusAsset } from '../../../messages/focus-plan.js';
import { fixed, signed } from '../format.js';
import { confluenceWhy } from './card-confluence.js';
import { gateWhy } from './card-gate.js';
import { hintWhy } from './card-hint.js';
import { ictWhy } from './card-ict.js';
import { levelsWhy } from './card-levels.js';
import { volatilityWhy, waveWhy } from './card-market.js';
import { openingRangeWhy } from './card-opening-range.js';
import { regimeWhy } from './card-regime.js';
import { row, type WhySection } from './card-section.js';
import { sizeWhy } from './card-size.js';
import { barWords } from './card-words.js';
import type { ViewContext } from './panel.js';

const COLD = 'not enough bars yet';
/** A part of the quality in words; the points themselves come from the engine. */
interface Part {
  readonly label: string;
  readonly max: number;
  /** What earns the points in a trend, and in a range. */
  readonly trend: string;
  readonly range?: string;
}
const QUALITY_PARTS: Readonly<Record<string, Part>> = {
  volatility: { label: 'volatility', max: 1.5, trend: 'full for rank 20 to 70', range: 'full for rank under 30' },
  momentum: { label: 'momentum', max: 1, trend: '3 bars with the context', range: '3 bars nearly flat' },
  impulse: { label: 'impulse', max: 0.5, trend: 'speeding up, or a long wave', range: 'steady, or a long wave' },
  candle: {
    label: 'last bar’s shape',
    max: 0.5,
    trend: 'hammer or engulfing with it',
    range: 'counts in a trend only',
  },
  higher_frame: { label: '15-minute wave', max: 0.5, trend: 'agrees with the context', range: 'has a direction' },
};
const POINTS_MAX = 4;
const BIAS_PARTS: Readonly<Record<string, { readonly label: string; readonly weight: number }>> = {
  wave: { label: 'wave', weight: BIAS_WEIGHT.wave },
  ao: { label: 'momentum (AO)', weight: BIAS_WEIGHT.ao },
  confluence: { label: 'confluence', weight: BIAS_WEIGHT.confluence },
};

/** What each value of the card rests on: its parts, their thresholds and the bar they were read from. */
export const whyView = (asset: FocusAsset, context: ViewContext): readonly WhySection[] => [
  biasWhy(asset, context),
  qualityWhy(asset, context),
  waveWhy(asset, context),
  volatilityWhy(asset, context),
  confluenceWhy(asset, context),
  gateWhy(asset, context),
  openingRangeWhy(asset, context),
  ictWhy(asset, context),
  regimeWhy(asset, context),
  hintWhy(asset),
  levelsWhy(asset, context),
  sizeWhy(asset, context),
];

function biasWhy({ bias, bias_parts, bar_at }: FocusAsset, { now }: ViewContext): WhySection {
  const { score } = bias_parts;
  const head = { id: 'bias', title: 'Bias' };
  if (score === undefined) return { ...head, says: COLD, groups: [] };
  const parts = Object.entries(bias_parts).flatMap(([key, value]) => {
    const known = BIAS_PARTS[key];
    if (!known) return [];
    return [row(known.label, signed(value, 2), `× ${known.weight} = ${signed(value * known.weight, 2)}`)];
  });
  const rule = `LONG from +${BIAS_FROM}, SHORT from −${BIAS_FROM}, with the wave`;
  return {
    ...head,
    says: `${bias}, score ${signed(score, 2)}`,
    at: barWords(bar_at, '5m', now),
    groups: [{ rows: [...parts, row('score', signed(score, 2), rule)] }],
  };
}

function qualityWhy({ quality, quality_parts, context, bar_at }: FocusAsset, { now }: ViewContext): WhySection {
  const link = { href: '/research/quality', text: 'does quality sort outcomes?' };
  const head = { id: 'quality', title: 'Quality', link };
  if (quality === null) return { ...head, says: COLD, groups: [] };
  const parts = Object.entries(quality_parts).map(([key, points]) => {
    const {
      label,
      max,
      trend,
      range = trend,
    } = QUALITY_PARTS[key] ?? { label: key.replace('_', ' '), max: 1, trend: '' };
    const rule = context === 'RANGING' ? range : trend;
    return { ...row(label, fixed(points, 2), `of ${max}, ${rule}`), meter: { value: points, max } };
  });
  const sum = Object.values(quality_parts).reduce((points, part) => points + part, 0);
  return {
    ...head,
    says: `${fixed(quality, 1)} of 100, tradeable from ${QUALITY_MIN}`,
    at: barWords(bar_at, '5m', now),
    groups: [
      {
        rows: [
          ...parts,
          row('points', fixed(sum, 2), `of ${POINTS_MAX}`),
          row('context', context?.toLowerCase() ?? COLD, 'close, EMA 20, AO, RSI 14'),
        ],
      },
    ],
  };
}
