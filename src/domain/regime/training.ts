import { err, ok, type Result } from '../../kernel/result.js';
import { type EpochMs, FIVE_MINUTES, MINUTE, type TradingDay } from '../../kernel/units.js';
import type { Bar } from '../bars/bar.js';
import { createResampler } from '../bars/resample.js';
import type { SessionCalendar } from '../sessions/calendar.js';
import { etClockInstant } from '../sessions/session.js';
import { tradingDayOf, tradingDayStart } from '../sessions/trading-day.js';
import { type RegimeModel, trainRegime } from './model.js';

/** A model with the open of the newest 5-minute bar it has seen. */
export interface TrainedRegime extends RegimeModel {
  readonly trainedThrough: EpochMs;
}

/** One training: of which trading day, and from which bars. */
export interface TrainingDue {
  readonly day: TradingDay;
  /** The first bar opens here or later, and the last one has closed by `through`. */
  readonly from: EpochMs;
  readonly through: EpochMs;
}

/** Trading days a model is trained on, the one of the training included. */
export const REGIME_DAYS = 20;
/** New York time at which a day's training is due: the active session is over, and the evening has not begun. */
const DUE = '12:05';

/**
 * The newest training that is due once the market has come to an instant. It follows from the bars' own time, so that it
 * is the same for a live market, a recorded one and a process that was away for days.
 */
export function trainingDue(marketTime: EpochMs, calendar: SessionCalendar): TrainingDue {
  const today = tradingDayOf(marketTime);
  const recent = calendar.lastTradingDays(today, 2);
  return trainingOf(recent.findLast((each) => etClockInstant(each, DUE) <= marketTime) ?? today, calendar);
}

export function trainingOf(day: TradingDay, calendar: SessionCalendar): TrainingDue {
  const [first = day] = calendar.lastTradingDays(day, REGIME_DAYS);
  return { day, from: tradingDayStart(first), through: etClockInstant(day, DUE) };
}

export interface TrainingBars {
  readonly root: string;
  readonly due: TrainingDue;
  /** Closed bars, oldest first; those outside the training are left out. */
  readonly bars: readonly Bar[];
  /** Length of the source's bars. */
  readonly barMs?: number;
  /** Opens of the bars with which another contract begins: from one to the next there is no return. */
  readonly rolls?: readonly EpochMs[];
}

/** Trains one instrument's model for one day. Same bars, same model; an error says what they lack. */
export function trainFor({ root, due, bars, barMs = MINUTE, rolls = [] }: TrainingBars): Result<TrainedRegime, string> {
  const resampler = createResampler(FIVE_MINUTES, barMs);
  const closed: Bar[] = [];
  const breaks = new Set<number>();
  for (const bar of bars) {
    if (bar.at < due.from || bar.at + barMs > due.through) continue;
    if (rolls.includes(bar.at)) breaks.add(closed.push(...resampler.flush()));
    closed.push(...resampler.push(bar));
  }
  closed.push(...resampler.closeThrough(due.through));
  const newest = closed.at(-1);
  if (!newest) return err(`no 5-minute bar in the ${REGIME_DAYS} trading days to ${due.day}`);
  const trained = trainRegime(closed, `${root}/${due.day}`, breaks);
  return trained.ok ? ok({ ...trained.value, trainedThrough: newest.at }) : trained;
}
