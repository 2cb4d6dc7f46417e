import { etDate } from '../../../domain/sessions/session.js';
import { after, type EpochMs, FIVE_MINUTES, HOUR, MINUTE } from '../../../kernel/units.js';
import { averagePrice, dayLabel, etMinute, fixed, instant } from '../format.js';

/** What stands where an indicator is not warm. */
export const NOT_YET = 'not known yet';

type Direction = 'BULLISH' | 'BEARISH' | 'NEUTRAL';
export const MARKS = { BULLISH: '▲', BEARISH: '▼', NEUTRAL: '■' } as const;
export const directionWords = (direction: Direction): string => `${MARKS[direction]} ${direction.toLowerCase()}`;
export type Tone = 'bullish' | 'bearish' | 'neutral';
const TONES = { BULLISH: 'bullish', BEARISH: 'bearish', NEUTRAL: 'neutral' } as const;
export const markOf = (direction: Direction): { readonly sign: string; readonly tone: Tone } => ({
  sign: MARKS[direction],
  tone: TONES[direction],
});

const FRAME_MS: Readonly<Record<string, number>> = {
  '1m': MINUTE,
  '5m': FIVE_MINUTES,
  '15m': 15 * MINUTE,
  '1h': HOUR,
};

/** `bar 09:30 to 09:35`, with its date when that is not today's. */
export function barWords(openedAt: string | null, frame: string, now: EpochMs): string {
  if (openedAt === null) return '';
  const opened = instant(openedAt);
  const day = etDate(opened) === etDate(now) ? '' : `${dayLabel(etDate(opened))} `;
  return `bar ${day}${etMinute(opened)} to ${etMinute(after(opened, FRAME_MS[frame] ?? 0))}`;
}

/** A price between ticks, as averages and sums of ATR are. */
export const fine = (value: number | null | undefined, symbol: string): string =>
  value === null || value === undefined ? NOT_YET : averagePrice(value, symbol);
export const shown = (value: number | null | undefined, digits: number): string =>
  value === null || value === undefined ? NOT_YET : fixed(value, digits);
