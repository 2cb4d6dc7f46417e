import { type EpochMs, epochMs, FIVE_MINUTES, type TradingDay } from '../../kernel/units.js';
import type { Bar } from '../bars/bar.js';
import { createSymbolAnalysis } from '../focus/analysis.js';
import { focusCard } from '../focus/card.js';
import type { AccountSize, Bias, FocusCard } from '../focus/types.js';
import type { ContractSpec } from '../instruments/contract.js';
import { frontContract } from '../instruments/roll.js';
import { sessionCalendar } from '../sessions/calendar.js';
import { sessionAt } from '../sessions/session.js';
import { tradingDayOf } from '../sessions/trading-day.js';
import { closesAt, followPlan, leavesRoom, type Outcome, type OutcomeFollower } from './outcome.js';

/** One plan of one instrument and what became of it. */
export interface Sample {
  readonly root: string;
  readonly day: TradingDay;
  readonly plannedAt: EpochMs;
  readonly bias: Bias;
  /** The side of the levels: of a NEUTRAL card the one it leans to. */
  readonly side: 'LONG' | 'SHORT';
  readonly quality: number;
  readonly outcome: Outcome;
}

export interface SamplerOptions {
  readonly account: AccountSize;
  /** Plans of the active session alone, or of every hour before noon. */
  readonly hours: 'active' | 'all';
  /** Earlier plans are no samples; their bars still warm the analysis. */
  readonly since: EpochMs | undefined;
}

export interface Sampler {
  /** The next 1-minute bar of the instrument; the samples that it, or the silence before it, ended: none, one or two. */
  push(bar: Bar): readonly Sample[];
  /** A plan was still running when the bars ended: it is no sample. */
  isRunning(): boolean;
}

const NONE: readonly Sample[] = [];

/**
 * Replays one instrument and samples its plans, one after another: each begins at the first closed 5-minute bar after the
 * one before has ended, so no two share a minute. The card is the very one the plan shows; it is read before the bar that
 * opens at its instant is known.
 */
export function createSampler(spec: ContractSpec, options: SamplerOptions): Sampler {
  const analysis = createSymbolAnalysis(spec);
  const { isOpen } = sessionCalendar(spec.calendar);
  let running: { readonly sample: Omit<Sample, 'outcome'>; readonly follower: OutcomeFollower } | undefined;
  let endedAt = Number.NEGATIVE_INFINITY;
  let newestAt = Number.NEGATIVE_INFINITY;

  const cardAt = (now: EpochMs): FocusCard | undefined => {
    const reading = analysis.reading();
    // After a gap the newest reading is old; the plan of this instant would say "stale" or soon will.
    if (!reading || reading.barAt + FIVE_MINUTES !== now) return undefined;
    const contract = frontContract(spec, now).symbol;
    const { account } = options;
    return focusCard({ reading, last: analysis.last(), contract, spec, account, now, marketOpen: isOpen(now) });
  };

  const begin = (now: EpochMs): void => {
    if (now < (options.since ?? now) || !isSampled(now, options.hours)) return;
    const card = cardAt(now);
    const quality = card?.reading.quality?.score;
    if (!card?.levels || quality === undefined || !leavesRoom(card.levels)) return;
    const { root, bias, levels } = card;
    running = {
      sample: { root, day: tradingDayOf(now), plannedAt: now, bias, side: levels.side, quality },
      follower: followPlan(levels, now),
    };
  };

  const settle = (bar: Bar): readonly Sample[] => {
    const outcome = running?.follower.push(bar);
    if (!running || !outcome) return NONE;
    const sample = { ...running.sample, outcome };
    running = undefined;
    endedAt = outcome.endedAt;
    return [sample];
  };

  return {
    push(bar) {
      if (bar.at <= newestAt) return NONE;
      const instant = epochMs(Math.floor(bar.at / FIVE_MINUTES) * FIVE_MINUTES);
      const isNewInstant = instant > newestAt;
      newestAt = bar.at;
      // No bar that closes by this instant is still to come: they arrive in order.
      if (isNewInstant) analysis.closeThrough(instant);
      let done = settle(bar);
      if (isNewInstant && !running && endedAt <= instant) {
        begin(instant);
        done = [...done, ...settle(bar)];
      }
      analysis.push(bar);
      return done;
    },
    isRunning: () => running !== undefined,
  };
}

const isSampled = (now: EpochMs, hours: SamplerOptions['hours']): boolean =>
  hours === 'active' ? sessionAt(now) === 'active' : now < closesAt(now);
