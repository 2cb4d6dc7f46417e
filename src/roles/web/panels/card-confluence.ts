import { RSI_BEAR_UNDER, RSI_BULL_OVER } from '../../../domain/confluence/entry-layer.js';
import { RSI_BEAR, RSI_BULL, SETUP_POINTS } from '../../../domain/confluence/setup-layer.js';
import type { ConfluenceLayerJson, FocusAsset } from '../../../messages/focus-plan.js';
import { type FaceLine, row, type WhyGroup, type WhyRow, type WhySection } from './card-section.js';
import { barWords, directionWords, fine, MARKS, markOf, shown } from './card-words.js';
import type { ViewContext } from './panel.js';

const LAYERS_MAX = 3;
type Evidence = ConfluenceLayerJson['evidence'];

/** How many time frames agree, on what, and what each one says. */
export function confluenceFace(asset: FocusAsset): FaceLine {
  const head = { key: 'confluence', label: 'confluence' };
  const layers = asset.confluence_layers ?? [];
  if (layers.length === 0) return { ...head, says: 'not counted yet', mood: 'quiet', detail: [] };
  const direction = directionOf(asset);
  const frames = layers.map((layer) => `${layer.frame} ${isWarm(layer) ? MARKS[layer.direction] : '–'}`);
  return {
    ...head,
    mark: markOf(direction),
    says: `${asset.confluence} of ${LAYERS_MAX} ${direction.toLowerCase()}`,
    detail: layers.every(isWarm) ? frames : [...frames, 'warming up'],
  };
}

export function confluenceWhy(asset: FocusAsset, { now }: ViewContext): WhySection {
  const layers = asset.confluence_layers ?? [];
  return {
    id: 'confluence',
    title: 'Confluence',
    says:
      layers.length === 0
        ? 'not counted yet'
        : asset.confluence === 0
          ? 'neutral: as many layers for as against'
          : `${asset.confluence} of ${LAYERS_MAX} layers say ${directionOf(asset).toLowerCase()}`,
    groups: layers.map(
      (layer): WhyGroup => ({
        title: `${layer.layer} layer, ${layer.frame}`,
        says: isWarm(layer) ? directionWords(layer.direction) : 'neutral while it warms up',
        at: barWords(layer.bar_at, layer.frame, now),
        rows: isWarm(layer)
          ? evidenceRows(layer, asset.symbol)
          : [row('bars', `${layer.bars} of ${layer.needs}`, 'too few to say anything')],
      }),
    ),
  };
}

const isWarm = ({ bars, needs }: ConfluenceLayerJson): boolean => bars >= needs;

/** The direction most layers say, as the score counts it. */
function directionOf({ confluence, confluence_layers }: FocusAsset): ConfluenceLayerJson['direction'] {
  if (confluence === 0) return 'NEUTRAL';
  const bulls = (confluence_layers ?? []).filter(({ direction }) => direction === 'BULLISH').length;
  return bulls === confluence ? 'BULLISH' : 'BEARISH';
}

function evidenceRows({ layer, direction, evidence }: ConfluenceLayerJson, symbol: string): readonly WhyRow[] {
  switch (layer) {
    case 'bias':
      return averageRows(evidence, [10, 20, 50], symbol);
    case 'setup':
      return [...averageRows(evidence, [10, 20], symbol), ...setupRows(direction, evidence)];
    case 'entry':
      return [...averageRows(evidence, [9, 21], symbol), ...entryRows(direction, evidence)];
  }
}

/** Averages fast to slow, each with where it stands to the next slower one. */
const averageRows = (evidence: Evidence, lengths: readonly number[], symbol: string): readonly WhyRow[] =>
  lengths.map((length, i) => {
    const value = number(evidence, `ema${length}`);
    const slower = lengths[i + 1];
    const than = slower === undefined ? null : number(evidence, `ema${slower}`);
    const stands = value === null || than === null ? '' : value > than ? 'over' : value < than ? 'under' : 'level with';
    return row(`EMA ${length}`, fine(value, symbol), stands === '' ? '' : `${stands} EMA ${slower}`);
  });

function setupRows(direction: ConfluenceLayerJson['direction'], evidence: Evidence): readonly WhyRow[] {
  const quality = number(evidence, 'quality') ?? 0;
  const part = (name: string): string => `${name} ${number(evidence, `part_${name}`) ?? 0}`;
  const bands = direction === 'BEARISH' ? RSI_BEAR : RSI_BULL;
  return [
    row('RSI 14', shown(number(evidence, 'rsi'), 1), `band ${bands.from} to ${bands.to}`),
    {
      ...row('setup quality', quality.toFixed(2), `of 1: ${Object.keys(SETUP_POINTS).map(part).join(', ')}`),
      meter: { value: quality, max: 1 },
    },
  ];
}

function entryRows(direction: ConfluenceLayerJson['direction'], evidence: Evidence): readonly WhyRow[] {
  const { trigger } = evidence;
  const wanted =
    direction === 'BEARISH'
      ? `under ${RSI_BEAR_UNDER}`
      : direction === 'BULLISH'
        ? `over ${RSI_BULL_OVER}`
        : `bullish needs over ${RSI_BULL_OVER}, bearish under ${RSI_BEAR_UNDER}`;
  return [
    row('RSI 14', shown(number(evidence, 'rsi'), 1), wanted),
    row('trigger', typeof trigger === 'string' ? trigger : 'none', 'cross or reversal with volume'),
    row('volume', shown(number(evidence, 'volume'), 0), `mean of 20 bars ${shown(number(evidence, 'mean_volume'), 0)}`),
  ];
}

function number(evidence: Evidence, key: string): number | null {
  const value = evidence[key];
  return typeof value === 'number' ? value : null;
}
