import { err, ok, type Result } from '../../kernel/result.js';
import type { EpochMs } from '../../kernel/units.js';
import { instrument } from '../instruments/catalogue/index.js';
import { etDate, etMinuteOfDay, wallClock } from '../sessions/session.js';
import { type DateRange, mayBackfill, mayBackfillFrom, rangeFault, usualRange } from './backfill.js';

/** What a person asks for; what is left out is the usual. */
export interface BackfillWish {
  readonly by: 'night' | 'page' | 'command';
  readonly roots: readonly string[];
  readonly range: Partial<DateRange>;
  /** A vendor that was named; undefined leaves the choice to whoever plans it. */
  readonly source: string | undefined;
  /** May run in live hours too. */
  readonly isForced: boolean;
}

export interface BackfillAsk extends BackfillWish {
  /** Made from its meaning: `night-2026-11-20`, `page-1763740000000`. */
  readonly id: string;
  readonly range: DateRange;
  /** Market time. */
  readonly at: EpochMs;
}

/** Said of a run that had nothing to ask for. */
export const NOTHING_MISSING = 'nothing is missing';

/** The ask of a wish, or the sentence why it cannot be. `mark` tells asks of one market instant apart. */
export function askOf(wish: BackfillWish, now: EpochMs, mark: number = now): Result<BackfillAsk, string> {
  const stranger = wish.roots.find((root) => instrument(root) === undefined);
  if (stranger !== undefined) return err(`${stranger} is not an instrument we know`);
  const range = usualRange(now, wish.range);
  const fault = rangeFault(range, now);
  if (fault !== undefined) return err(fault);
  if (!wish.isForced && !mayBackfill(now)) return err(liveHoursText(now));
  return ok({ ...wish, range, id: `${wish.by}-${mark}`, at: now });
}

export function liveHoursText(now: EpochMs): string {
  const from = mayBackfillFrom(now);
  return `it is ${wallClock(etMinuteOfDay(now))} in New York: bars of the past are loaded in off-hours only, next from 12:00 ET on ${etDate(from)}`;
}
