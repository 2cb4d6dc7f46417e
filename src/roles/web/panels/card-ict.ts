import { instrument } from '../../../domain/instruments/catalogue/index.js';
import type { FocusAsset, IctLevelJson } from '../../../messages/focus-plan.js';
import { fixed, plural, price } from '../format.js';
import { type FaceLine, row, type WhyGroup, type WhySection } from './card-section.js';
import { barWords } from './card-words.js';
import type { ViewContext } from './panel.js';

const KINDS = { gap: 'gap', 'order-block': 'order block', breaker: 'breaker', sweep: 'sweep' } as const;
/** Why a level of this kind is thought to hold. */
const REASONS = {
  gap: 'prices at which nothing traded between three bars',
  'order-block': 'last bar against a move of 1.5 ATR',
  breaker: 'an order block that a bar closed through',
  sweep: 'a swing was traded through and won back',
} as const;

type Place = 'above' | 'below';

/** The levels nearest on each side of the price when the last bar closed. */
export const ictFaces = (asset: FocusAsset): readonly FaceLine[] => [
  levelFace('above', asset.ict_above, asset),
  levelFace('below', asset.ict_below, asset),
];

export function ictWhy(asset: FocusAsset, context: ViewContext): WhySection {
  const groups = (['above', 'below'] as const).flatMap((place): WhyGroup[] => {
    const level = place === 'above' ? asset.ict_above : asset.ict_below;
    return level ? [levelGroup(place, level, { asset, context })] : [];
  });
  return {
    id: 'ict',
    title: 'Levels around the price',
    says: groups.length === 0 ? 'none live within three trading days' : 'nearest live ones on 5-minute bars',
    groups,
  };
}

function levelFace(place: Place, level: IctLevelJson | null | undefined, asset: FocusAsset): FaceLine {
  const head = { key: `ict-${place}`, label: place };
  if (!level) return { ...head, says: 'no live level', mood: 'quiet', detail: [] };
  const stands = standing(level, asset);
  const shown = { price: price(nearEdge(level), asset.symbol), says: KINDS[level.kind] };
  if (stands.at === 'beyond')
    return { ...head, ...shown, label: 'passed', isDim: true, detail: [`was ${place}`, age(level)] };
  // A level the price stands in is no longer untouched, whatever the closed bar says of it.
  const states = stands.at === 'inside' && level.state === 'fresh' ? [] : [state(level)];
  const label = stands.at === 'inside' ? 'in' : place;
  return { ...head, ...shown, label, detail: [stands.words, ...states, age(level)] };
}

function levelGroup(
  place: Place,
  level: IctLevelJson,
  { asset, context }: { readonly asset: FocusAsset; readonly context: ViewContext },
): WhyGroup {
  const { symbol } = asset;
  const stands = standing(level, asset);
  const isReached = stands.at === 'inside' || stands.at === 'beyond';
  return {
    title: `${TITLES[stands.at](place)}: ${KINDS[level.kind]}`,
    says: REASONS[level.kind],
    at: barWords(level.at, '5m', context.now),
    rows: [
      row('high', price(level.high, symbol), level.side === 'LONG' ? 'near edge: carries the price' : 'far edge'),
      row('low', price(level.low, symbol), level.side === 'LONG' ? 'far edge' : 'near edge: caps the price'),
      row('distance', stands.words, 'last price to the near edge'),
      row(
        'state',
        isReached && level.state === 'fresh' ? stands.words : state(level),
        level.kind === 'gap' ? 'ends when filled' : 'ends with a close beyond it',
      ),
      row('age', age(level), 'forgotten after 3 trading days'),
    ],
  };
}

/** Where a level was found by the closed bar is no longer where it is once the price has come to it. */
const TITLES: Readonly<Record<Standing['at'], (place: Place) => string>> = {
  away: (place) => place,
  unknown: (place) => place,
  inside: () => 'in',
  beyond: (place) => `passed, was ${place}`,
};

const nearEdge = ({ side, low, high }: IctLevelJson): number => (side === 'LONG' ? high : low);

interface Standing {
  readonly at: 'away' | 'inside' | 'beyond' | 'unknown';
  readonly words: string;
}

/** The level is that of the closed bar; the price goes on and may have come into the zone or gone through it since. */
function standing(level: IctLevelJson, { last_price, symbol }: FocusAsset): Standing {
  const spec = instrument(symbol);
  if (last_price === null || !spec) return { at: 'unknown', words: 'distance not known' };
  const away = level.side === 'LONG' ? last_price - level.high : level.low - last_price;
  if (away > 0) return { at: 'away', words: `${Math.round(away * spec.ticksPerPoint)} t` };
  const isThrough = level.side === 'LONG' ? last_price < level.low : last_price > level.high;
  return isThrough ? { at: 'beyond', words: 'passed' } : { at: 'inside', words: 'price is in it' };
}

function state({ state: reached, fill }: IctLevelJson): string {
  if (reached === 'part-filled') return fill === null ? 'part filled' : `${fixed(100 * fill, 0)} % filled`;
  return reached;
}

const age = ({ age_bars }: IctLevelJson): string => plural(age_bars, 'bar');
