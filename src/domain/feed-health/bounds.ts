import { type EpochMs, epochMs, MINUTE, SECOND } from '../../kernel/units.js';
import { openStretches } from '../bars/gaps.js';
import type { SessionCalendar } from '../sessions/calendar.js';
import { sessionAt } from '../sessions/session.js';

/** How long what is usual may last before a feed counts as frozen. Milliseconds of open market, and bars in a row. */
export interface FrozenBounds {
  /** Neither a bar nor a last price. */
  readonly silentMs: number;
  /** Bars or last prices that all say the same price. */
  readonly unchangedMs: number;
  /** Bars without a trade in a row. */
  readonly emptyBars: number;
  /** From a bar's close to its arrival. */
  readonly lateMs: number;
}

/**
 * The recorded week of October 2013 holds no longer stretch of one price than 5 minutes in ES and 3 in GC, and no longer
 * pause than 4 minutes but for an exchange stop: outside the active session the bounds leave at least twice that.
 */
const ACTIVE: FrozenBounds = { silentMs: 4 * MINUTE, unchangedMs: 10 * MINUTE, emptyBars: 5, lateMs: 20 * SECOND };
const QUIET: FrozenBounds = { silentMs: 10 * MINUTE, unchangedMs: 20 * MINUTE, emptyBars: 10, lateMs: 20 * SECOND };

/** How much longer than an index future an instrument may stand still; copper's micro trades a few times an hour at noon. */
const PATIENCE: Readonly<Record<string, number>> = {
  MES: 1,
  ES: 1,
  MNQ: 1,
  NQ: 1,
  MGC: 1,
  GC: 1,
  MCL: 1,
  CL: 1,
  MHG: 4,
};
const USUAL_PATIENCE = 2;
/** A holiday's short session is as quiet as a night. */
const HOLIDAY_PATIENCE = 2;

/** The bounds of an instrument at an instant, by the trader's session and the calendar's own words about the day. */
export function frozenBounds(root: string, at: EpochMs, calendar: SessionCalendar): FrozenBounds {
  const isHoliday = calendar.stateAt(at).note !== undefined;
  const usual = sessionAt(at) === 'active' && !isHoliday ? ACTIVE : QUIET;
  const times = (PATIENCE[root] ?? USUAL_PATIENCE) * (isHoliday ? HOLIDAY_PATIENCE : 1);
  return {
    silentMs: usual.silentMs * times,
    unchangedMs: usual.unchangedMs * times,
    emptyBars: usual.emptyBars * times,
    lateMs: usual.lateMs,
  };
}

/** Longer than any bound: what lies further back need not be looked at. */
const LOOK_BACK_MS = 6 * 60 * MINUTE;

/** The later of an instant and the market's last opening: closed hours are no standstill. Undefined while it is shut. */
export function openSince(since: EpochMs, now: EpochMs, calendar: SessionCalendar): EpochMs | undefined {
  if (!calendar.isOpen(now)) return undefined;
  const from = epochMs(Math.max(since, now - LOOK_BACK_MS));
  return openStretches(from, now, calendar).at(-1)?.from ?? now;
}
