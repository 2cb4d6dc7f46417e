import { mayBackfill, usualRange } from '../../../domain/bars/backfill.js';
import { liveHoursText, NOTHING_MISSING } from '../../../domain/bars/backfill-wish.js';
import { type Standing, standingOf } from '../../../domain/bars/standing.js';
import { etDate } from '../../../domain/sessions/session.js';
import type { EpochMs } from '../../../kernel/units.js';
import type { BackfillPart, BackfillRun, RunState } from '../../../ports/backfill-store.js';
import { duration, etMinute, UNKNOWN, weekdayLabel } from '../format.js';

/** What the list of jobs shows, newest first. */
export const jobsView = (runs: readonly BackfillRun[]): object => ({
  runs: runs.map(runView),
  isMoving: runs.some(({ state }) => isOpen(state)),
});

/** What the form offers. */
export function formView(symbols: readonly string[], now: EpochMs): object {
  return { symbols, range: usualRange(now), closed: mayBackfill(now) ? undefined : liveHoursText(now) };
}

const BY: Readonly<Record<BackfillRun['by'], string>> = {
  night: 'nightly',
  page: 'asked for here',
  command: 'from the command line',
};
const STATES: Readonly<Record<RunState, string>> = {
  asked: 'waiting for a worker',
  waiting: 'waiting',
  running: 'running',
  done: 'done',
  failed: 'incomplete',
  stopped: 'stopped',
};

/** It came to its end, but there was something that nobody could be asked for. */
const isShort = ({ state, reason }: BackfillRun): boolean =>
  state === 'done' && reason !== undefined && reason !== NOTHING_MISSING;
const isOpen = (state: RunState): boolean => state === 'asked' || state === 'waiting' || state === 'running';
const whole = (n: number): string => n.toLocaleString('en-US');

function runView(run: BackfillRun): object {
  const standing = standingOf(run);
  const state = isShort(run) ? 'failed' : run.state;
  return {
    id: run.id,
    state,
    stateText: STATES[state],
    title: `${run.roots.join(', ')}: ${run.range.from} to ${run.range.to}`,
    about: `${BY[run.by]}, ${weekdayLabel(etDate(run.at))} ${etMinute(run.at)} ET${run.isForced ? ', in live hours too' : ''}`,
    reason: run.reason,
    canStop: isOpen(run.state),
    hasParts: run.parts.length > 0,
    ...progressOf(standing),
    figures: figuresOf(run, standing),
    parts: run.parts.map(partView),
  };
}

const partView = (part: BackfillPart): object => ({
  root: part.root,
  state: part.state,
  stateText: STATES[part.state],
  ...progressOf(part),
  bars: `${whole(part.bars)} bars`,
  reasons: part.reasons,
});

/** Whole percent, rounded down: 100 % is everything. */
const progressOf = ({ minutes, minutesDone }: { minutes: number; minutesDone: number }) => ({
  minutes: Math.max(1, minutes),
  minutesDone,
  percent: `${minutes === 0 ? 0 : Math.floor((100 * minutesDone) / minutes)} %`,
});

function figuresOf(run: BackfillRun, { bars, perSecond, leftMs }: Standing): string {
  const rate = perSecond === undefined ? UNKNOWN : `${whole(Math.round(perSecond))} minutes of market a second`;
  const left = run.state === 'running' ? `, ${leftMs === undefined ? UNKNOWN : duration(leftMs)} left` : '';
  return `${whole(bars)} bars, ${rate}${left}`;
}
