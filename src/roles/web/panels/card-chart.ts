import { instrument } from '../../../domain/instruments/catalogue/index.js';
import { OPENS } from '../../../domain/opening-range/opening-range.js';
import { etClockInstant, wallClock } from '../../../domain/sessions/session.js';
import { tradingDayOf } from '../../../domain/sessions/trading-day.js';
import { FIVE_MINUTES, SECOND } from '../../../kernel/units.js';
import type { FocusAsset, IctLevelJson } from '../../../messages/focus-plan.js';
import { dayLabel, instant, price } from '../format.js';
import { isActionable } from './card-actionable.js';
import type { ViewContext } from './panel.js';

/** One thing drawn at a price. The browser knows how each tone looks and where `from` (seconds, UTC) lies. */
export interface ChartLevel {
  readonly kind: 'stop' | 'target' | 'entry' | 'opening' | 'ict';
  readonly label: string;
  readonly side: 'LONG' | 'SHORT' | null;
  readonly price?: number;
  /** A band instead of a line. */
  readonly low?: number;
  readonly high?: number;
  readonly from?: number;
  readonly tone: 'stop' | 'target' | 'entry' | 'quiet';
}

const KINDS = { gap: 'gap', 'order-block': 'block', breaker: 'breaker', sweep: 'sweep' } as const;
const SIGNS = { LONG: '▲', SHORT: '▼' } as const;

/** What the browser needs to draw a card's chart, and the same in words for everybody who does not see it drawn. */
export function chartView(asset: FocusAsset, context: ViewContext) {
  const { symbol, bar_at, last_price, price_at } = asset;
  const spec = instrument(symbol);
  return {
    id: `chart-${symbol.toLowerCase()}`,
    symbol,
    levels: JSON.stringify([...orderLevels(asset, context), ...openingLevels(asset, context), ...ictLevels(asset)]),
    barAt: bar_at ?? '',
    price: last_price === null ? '' : String(last_price),
    // The bar that the price belongs to; a price of the very end of a bar is its close.
    priceBar:
      price_at === null ? '' : String((Math.floor((instant(price_at) - 1) / FIVE_MINUTES) * FIVE_MINUTES) / SECOND),
    decimals: String(spec?.decimals ?? 2),
    tick: String(spec ? 1 / spec.ticksPerPoint : 0.01),
    words: wordsOf(asset, context),
  };
}

/** Entry, stop and targets, in the colours of an order only where there may be one. */
function orderLevels(asset: FocusAsset, context: ViewContext): readonly ChartLevel[] {
  const { entry_low: low, entry_high: high, stop, tp1, tp2, side } = asset;
  if (side === null || low === null || high === null) return [];
  const isLive = isActionable(asset, context);
  const tone = (live: ChartLevel['tone']): ChartLevel['tone'] => (isLive ? live : 'quiet');
  const target = (label: string, at: number | null): ChartLevel[] =>
    at === null ? [] : [{ kind: 'target', label, side, price: at, tone: tone('target') }];
  return [
    { kind: 'entry', label: 'entry', side, low, high, tone: tone('entry') },
    ...(stop === null ? [] : [{ kind: 'stop' as const, label: 'stop', side, price: stop, tone: tone('stop') }]),
    ...target('tp1', tp1),
    ...target('tp2', tp2),
  ];
}

/** The first half hour of today; of no day before. */
function openingLevels({ opening_range, bar_at }: FocusAsset, { now }: ViewContext): readonly ChartLevel[] {
  const day = tradingDayOf(now);
  if (!opening_range || bar_at === null || tradingDayOf(instant(bar_at)) !== day) return [];
  const from = etClockInstant(day, wallClock(OPENS)) / SECOND;
  const line = (label: string, at: number): ChartLevel => ({
    kind: 'opening',
    label,
    side: null,
    price: at,
    from,
    tone: 'quiet',
  });
  return [line('OR high', opening_range.high), line('OR low', opening_range.low)];
}

/** The nearest level on each side, at the edge that the price would reach first. One that was passed holds nothing. */
const ictLevels = (asset: FocusAsset): readonly ChartLevel[] =>
  [asset.ict_above, asset.ict_below].flatMap((level): ChartLevel[] => {
    if (!level || isPassed(level, asset.last_price)) return [];
    const { side, kind, low, high, at } = level;
    const near = side === 'LONG' ? high : low;
    const from = instant(at) / SECOND;
    return [{ kind: 'ict', label: `${SIGNS[side]} ${KINDS[kind]}`, side, price: near, from, tone: 'quiet' }];
  });

const isPassed = ({ side, low, high }: IctLevelJson, last: number | null): boolean =>
  last !== null && (side === 'LONG' ? last < low : last > high);

/** The chart in pieces that a narrow card may break between. */
function wordsOf(asset: FocusAsset, { now, range }: ViewContext): readonly string[] {
  const { symbol, bar_at, gate, last_price } = asset;
  const day = tradingDayOf(now);
  const isToday = bar_at !== null && tradingDayOf(instant(bar_at)) === day;
  const known = range?.(symbol);
  const spans = known?.day === day ? [known.low, known.high] : [];
  const all = last_price === null || !isToday ? spans : [...spans, last_price];
  const span =
    spans.length === 0 ? [] : [`range ${price(Math.min(...all), symbol)} – ${price(Math.max(...all), symbol)}`];
  const vwap = isToday && typeof gate?.vwap === 'number' ? [`VWAP ${price(gate.vwap, symbol)}`] : [];
  return [`5m bars, ${dayLabel(day)}`, ...span, ...vwap, ...place(asset)];
}

/** Where the price stands between the stop and the second target. */
function place({ last_price, side, stop, entry_low, entry_high, tp1, tp2 }: FocusAsset): readonly string[] {
  if (last_price === null || side === null || stop === null || entry_low === null || entry_high === null) return [];
  const toward = side === 'LONG' ? 1 : -1;
  const [begin, end] = side === 'LONG' ? [entry_low, entry_high] : [entry_high, entry_low];
  const isPast = (level: number | null): boolean => level !== null && (last_price - level) * toward >= 0;
  if (!isPast(stop) || last_price === stop) return ['price at or through the stop'];
  if (!isPast(begin)) return ['price between stop and entry'];
  if (!isPast(end) || last_price === end) return ['price in the entry zone'];
  if (tp1 === null) return ['price past the entry'];
  if (!isPast(tp1)) return ['price between entry and tp1'];
  if (tp2 === null) return ['price past tp1'];
  return [isPast(tp2) ? 'price past tp2' : 'price between tp1 and tp2'];
}
