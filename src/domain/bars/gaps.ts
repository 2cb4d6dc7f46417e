import { after, type EpochMs, epochMs, MINUTE } from '../../kernel/units.js';
import type { SessionCalendar } from '../sessions/calendar.js';
import type { Bar } from './bar.js';

/** A stretch of open market without bars. */
export interface Gap {
  readonly from: EpochMs;
  readonly until: EpochMs;
  readonly minutes: number;
}

/**
 * The open-market stretches of `from <= t < until`, each without its closed hours: where `until` lies behind a weekend,
 * the weekend is no part of any gap.
 */
export function openStretches(from: EpochMs, until: EpochMs, calendar: SessionCalendar): readonly Gap[] {
  const stretches: Gap[] = [];
  for (let at = from; at < until; ) {
    const state = calendar.stateAt(at);
    const end = epochMs(Math.min(state.changesAt, until));
    if (state.isOpen) stretches.push({ from: at, until: end, minutes: Math.round((end - at) / MINUTE) });
    at = end;
  }
  return stretches;
}

/**
 * Minutes without a bar while the market was open, between consecutive bars of one symbol. A quiet minute is one too:
 * the caller decides from what length on a gap is news.
 */
export function gapsIn(bars: readonly Bar[], calendar: SessionCalendar, barMs: number = MINUTE): readonly Gap[] {
  return bars.slice(1).flatMap((bar, i) => {
    const before = bars[i];
    return before && bar.at > before.at + barMs ? openStretches(after(before.at, barMs), bar.at, calendar) : [];
  });
}

/** Open-market minutes between the close of the last bar and an instant. */
export const missingMinutes = (lastClose: EpochMs, at: EpochMs, calendar: SessionCalendar): number =>
  openStretches(lastClose, at, calendar).reduce((sum, { minutes }) => sum + minutes, 0);
