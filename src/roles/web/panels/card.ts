import type { FocusAsset } from '../../../messages/focus-plan.js';
import { age, contractMonth, etTime, fixed, instant, price, UNKNOWN } from '../format.js';
import { staleText } from './believed.js';
import { isActionable } from './card-actionable.js';
import { chartView } from './card-chart.js';
import { confluenceFace } from './card-confluence.js';
import { gateFace } from './card-gate.js';
import { hintChip } from './card-hint.js';
import { ictFaces } from './card-ict.js';
import { levelsView } from './card-levels.js';
import { shownRank } from './card-market.js';
import { openingRangeFace } from './card-opening-range.js';
import { regimeFace } from './card-regime.js';
import type { FaceLine } from './card-section.js';
import { sizeView } from './card-size.js';
import { whyView } from './card-why.js';
import { MARKS } from './card-words.js';
import { heldView } from './held.js';
import { closeFirst } from './open-in.js';
import type { ViewContext } from './panel.js';

const ARROWS = { LONG: '▲', SHORT: '▼', NEUTRAL: '■' } as const;

export const cardId = (symbol: string): string => `card-${symbol.toLowerCase()}`;

/** One focus card: the numbers to act on, then the evidence in one line each, then what every value rests on. */
export function cardView(asset: FocusAsset, context: ViewContext) {
  const { symbol, bias } = asset;
  const stale = staleText(asset, context);
  const isStale = stale !== undefined;
  return {
    id: cardId(symbol),
    symbol,
    name: asset.name,
    month: contractLine(asset, context),
    bias,
    arrow: ARROWS[bias],
    tradeable: isActionable(asset, context),
    held: heldView(symbol, context),
    note: [closeFirst(asset, context.state), asset.note].filter(Boolean).join(' · ') || null,
    // Rounded down: 54.6 must not look like the 55 it did not reach.
    quality: asset.quality === null ? UNKNOWN : String(Math.floor(asset.quality)),
    qualityData: asset.quality === null ? '' : String(asset.quality),
    price: price(asset.last_price, symbol),
    priceAt: asset.price_at ?? '',
    priceTime: etTime(asset.price_at),
    age: asset.price_at === null ? UNKNOWN : age(context.now - instant(asset.price_at)),
    wave: asset.dominant_ratio === null ? UNKNOWN : `${fixed(asset.dominant_ratio, 2)}x`,
    waveArrow: asset.wave_direction === null ? '' : MARKS[asset.wave_direction],
    waveWord: asset.wave_direction === null ? 'warming up' : asset.wave_direction.toLowerCase(),
    waveData: asset.dominant_ratio === null ? '' : String(asset.dominant_ratio),
    volatility: shownRank(asset.vol_percentile),
    hint: hintChip(asset),
    chart: chartView(asset, context),
    levels: levelsView(asset),
    size: sizeView(asset, context),
    face: faceLines(asset, context),
    why: whyView(asset, context),
    stale: isStale,
    staleText: stale ?? '',
  };
}

/** `Dec 26`, and in the week before the roll when it ends. */
const contractLine = ({ contract, roll }: FocusAsset, { now }: ViewContext): string =>
  roll ? `${contractMonth(contract, now)}, ${roll.text}` : contractMonth(contract, now);

const faceLines = (asset: FocusAsset, context: ViewContext): readonly FaceLine[] => [
  confluenceFace(asset),
  gateFace(asset, context),
  openingRangeFace(asset, context),
  ...ictFaces(asset),
  regimeFace(asset),
];
