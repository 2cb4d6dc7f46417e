import { ENDS, MARGIN_ATR, OPENS, OVER, RANGE_MINUTES } from '../../../domain/opening-range/opening-range.js';
import { etDate, etMinuteOfDay, wallClock } from '../../../domain/sessions/session.js';
import { tradingDayOf } from '../../../domain/sessions/trading-day.js';
import { after, type EpochMs, FIVE_MINUTES } from '../../../kernel/units.js';
import type { FocusAsset, OpeningRangeJson } from '../../../messages/focus-plan.js';
import { etMinute, instant, plural, price } from '../format.js';
import { type FaceLine, row, type WhyRow, type WhySection } from './card-section.js';
import { fine, markOf } from './card-words.js';
import type { ViewContext } from './panel.js';

const FROM = wallClock(OPENS);
const UNTIL = wallClock(OVER);
const NOON = wallClock(ENDS);

/** The first half hour's range and what became of it. */
export function openingRangeFace(asset: FocusAsset, { now }: ViewContext): FaceLine {
  const head = { key: 'opening-range', label: 'opening' };
  const range = todaysRange(asset, now);
  if (!range) return { ...head, says: awaited(asset, now), mood: 'quiet', detail: [] };
  const span = `${price(range.low, asset.symbol)} – ${price(range.high, asset.symbol)}`;
  const holes = range.over && range.missing > 0 ? [`${plural(range.missing, 'minute')} missing`] : [];
  return { ...head, ...outcome(range, asset), detail: [span, ...holes] };
}

export function openingRangeWhy(asset: FocusAsset, { now }: ViewContext): WhySection {
  const head = { id: 'opening-range', title: 'Opening range' };
  const range = todaysRange(asset, now);
  if (!range) return { ...head, says: awaited(asset, now), groups: [] };
  const { symbol } = asset;
  const seen = range.over ? RANGE_MINUTES - range.missing : minutesSeen(range, asset);
  return {
    ...head,
    says: outcome(range, asset).says,
    at: `${FROM} to ${UNTIL} ET`,
    groups: [
      {
        rows: [
          row('high', price(range.high, symbol), 'of the 1-minute bars'),
          row('low', price(range.low, symbol)),
          row('minutes', `${seen} of ${RANGE_MINUTES}`, minutesRule(range)),
          ...(range.signal ? signalRows(range.signal, symbol) : thresholdRows(range, asset)),
        ],
      },
    ],
  };
}

/** The range counts for its own trading day only. */
function todaysRange({ opening_range, bar_at }: FocusAsset, now: EpochMs): OpeningRangeJson | undefined {
  if (!opening_range || bar_at === null) return undefined;
  return tradingDayOf(instant(bar_at)) === tradingDayOf(now) ? opening_range : undefined;
}

function awaited({ bar_at }: FocusAsset, now: EpochMs): string {
  const day = tradingDayOf(now);
  const known = bar_at === null ? undefined : after(instant(bar_at), FIVE_MINUTES);
  const isMorning = etDate(now) === day && etMinuteOfDay(now) >= OPENS;
  if (!isMorning) return `from ${FROM} ET`;
  const isPast = known !== undefined && etDate(known) === day && etMinuteOfDay(known) >= OVER;
  return isPast ? `no bars from ${FROM} to ${UNTIL}` : 'forming, no bar yet';
}

function outcome(range: OpeningRangeJson, asset: FocusAsset): Pick<FaceLine, 'says' | 'mark' | 'mood'> {
  const { signal, over } = range;
  if (signal) {
    const { direction, trigger_price, timestamp } = signal;
    return {
      mark: markOf(direction === 'LONG' ? 'BULLISH' : 'BEARISH'),
      says: `${direction} break at ${price(trigger_price, asset.symbol)} ${etMinute(timestamp)}`,
    };
  }
  if (!over) return { says: `forming, ${minutesSeen(range, asset)} of ${RANGE_MINUTES} min`, mood: 'quiet' };
  return { says: closedAtMinute(asset) >= ENDS ? `no break by ${NOON}` : 'no break yet', mood: 'quiet' };
}

/** Minutes of the half hour with a bar, up to the close of the card's bar. */
function minutesSeen({ missing }: OpeningRangeJson, asset: FocusAsset): number {
  const past = Math.min(RANGE_MINUTES, closedAtMinute(asset) - OPENS);
  return Math.max(0, past - missing);
}

const closedAtMinute = ({ bar_at }: FocusAsset): number =>
  bar_at === null ? 0 : etMinuteOfDay(after(instant(bar_at), FIVE_MINUTES));

function minutesRule({ over, missing }: OpeningRangeJson): string {
  if (missing > 0) return `${plural(missing, 'minute')} without a trade`;
  return over ? 'complete' : 'so far';
}

const signalRows = (signal: NonNullable<OpeningRangeJson['signal']>, symbol: string): readonly WhyRow[] => [
  row('trigger', price(signal.trigger_price, symbol), `1-minute close at ${etMinute(signal.timestamp)}`),
  row(
    'had to pass',
    fine(
      signal.direction === 'LONG' ? signal.or_high + MARGIN_ATR * signal.atr : signal.or_low - MARGIN_ATR * signal.atr,
      symbol,
    ),
    signal.direction === 'LONG' ? `high + ${MARGIN_ATR} ATR` : `low − ${MARGIN_ATR} ATR`,
  ),
  row('ATR then', fine(signal.atr, symbol), '14 × 5 min, as of that minute'),
];

/** The margin goes with the ATR of the minute; these are the marks of the newest one. */
function thresholdRows({ high, low, over }: OpeningRangeJson, { atr, symbol }: FocusAsset): readonly WhyRow[] {
  if (atr === null || !over) return [row('breaks', `${UNTIL} to ${NOON}`, `1-minute close ${MARGIN_ATR} ATR beyond`)];
  return [
    row('LONG over', fine(high + MARGIN_ATR * atr, symbol), `1-minute close, high + ${MARGIN_ATR} ATR`),
    row('SHORT under', fine(low - MARGIN_ATR * atr, symbol), `1-minute close, low − ${MARGIN_ATR} ATR, until ${NOON}`),
  ];
}
