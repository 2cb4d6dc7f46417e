import { instrument } from '../../../domain/instruments/catalogue/index.js';
import type { FocusAsset } from '../../../messages/focus-plan.js';
import { age, contractMonth, fixed, instant, plural, price, UNKNOWN, usd } from '../format.js';
import { staleText } from './believed.js';
import { levelsView } from './card-levels.js';
import { whyView } from './card-why.js';
import { heldView } from './held.js';
import type { ViewContext } from './panel.js';

const ARROWS = { LONG: '▲', SHORT: '▼', NEUTRAL: '■' } as const;
const WAVE_ARROWS = { BULLISH: '▲', BEARISH: '▼', NEUTRAL: '■' } as const;

export const cardId = (symbol: string): string => `card-${symbol.toLowerCase()}`;

/** One focus card: the numbers to act on, then the evidence. */
export function cardView(asset: FocusAsset, context: ViewContext) {
  const { symbol, bias } = asset;
  const stale = staleText(asset, context);
  const isStale = stale !== undefined;
  return {
    id: cardId(symbol),
    symbol,
    name: asset.name,
    month: contractMonth(asset.contract, context.now),
    bias,
    arrow: ARROWS[bias],
    tradeable: asset.tradeable && !isStale,
    held: heldView(symbol, context),
    note: asset.note,
    // Rounded down: 54.6 must not look like the 55 it did not reach.
    quality: asset.quality === null ? UNKNOWN : String(Math.floor(asset.quality)),
    qualityData: asset.quality === null ? '' : String(asset.quality),
    price: price(asset.last_price, symbol),
    priceAt: asset.price_at ?? '',
    age: asset.price_at === null ? UNKNOWN : age(context.now - instant(asset.price_at)),
    wave: asset.dominant_ratio === null ? UNKNOWN : `${fixed(asset.dominant_ratio, 2)}x`,
    waveArrow: asset.wave_direction === null ? '' : WAVE_ARROWS[asset.wave_direction],
    waveWord: asset.wave_direction === null ? 'warming up' : asset.wave_direction.toLowerCase(),
    waveData: asset.dominant_ratio === null ? '' : String(asset.dominant_ratio),
    volatility: fixed(asset.vol_percentile, 0),
    confluence: asset.confluence_note ?? `${asset.confluence} of 3`,
    levels: levelsView(asset),
    size: sizeView(asset, context),
    why: whyView(asset),
    stale: isStale,
    staleText: stale ?? '',
  };
}

function sizeView(asset: FocusAsset, { state }: ViewContext) {
  const cap = state.plan?.account.risk_cap ?? null;
  const perContract = asset.risk_per_contract;
  const spec = instrument(asset.symbol);
  return {
    lots: asset.position_size,
    text: plural(asset.position_size, 'contract'),
    risk: `${usd(asset.risk_dollars)} of ${usd(cap)}`,
    each: perContract === null ? '' : `${usd(perContract)} per contract`,
    // Said once: the note at the head of a card that cannot be sized holds the same sentence.
    problem: asset.position_size === 0 && !asset.note?.includes(asset.max_loss_text ?? '') ? asset.max_loss_text : null,
    tick: spec ? `${usd(spec.microUsdPerTick / 1_000_000)} a tick` : '',
  };
}
