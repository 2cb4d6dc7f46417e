import type { JobName } from '../../domain/copilot/event.js';
import type { RiskLimits } from '../../domain/risk/limits.js';
import type { Session } from '../../domain/sessions/session.js';
import { etMinuteOfDay, sessionAt } from '../../domain/sessions/session.js';
import { type EpochMs, epochMs, iso, MINUTE } from '../../kernel/units.js';
import type { DueJob } from '../../ports/jobs.js';

interface Row {
  readonly job: JobName;
  readonly sessions: readonly Session[];
  /** Every n minutes of the clock, once at this New York minute of the day, or at the one the trader has set. */
  readonly when:
    | { readonly everyMinutes: number }
    | { readonly etMinute: number }
    | { readonly limit: keyof TraderTimes };
}

/** The trader's own times, in New York minutes of the day. */
export type TraderTimes = Pick<RiskLimits, 'entryCutoffMinute' | 'overnightWarningMinute'>;

const ALWAYS: readonly Session[] = ['pre-market', 'active', 'off-hours'];
const at = (hour: number, minute: number) => ({ etMinute: hour * 60 + minute });

/**
 * The one schedule. It is asked which jobs fell due between two instants, so it works the same on the live clock, on a
 * simulated one and at any speed. Rows of one minute run in this order.
 */
export const SCHEDULE: readonly Row[] = [
  { job: 'session-change', sessions: ['pre-market'], when: at(0, 0) },
  { job: 'session-change', sessions: ['active'], when: at(5, 0) },
  { job: 'session-change', sessions: ['off-hours'], when: at(12, 0) },
  // The plan is due on the closed 5-minute bar. Outside the active session it only keeps the page from ageing.
  { job: 'focus', sessions: ALWAYS, when: { everyMinutes: 5 } },
  { job: 'risk-sweep', sessions: ['active'], when: { everyMinutes: 1 } },
  // Sweeps at the very minute, also where none is due: a time may be set outside the active session.
  { job: 'entry-cutoff', sessions: ALWAYS, when: { limit: 'entryCutoffMinute' } },
  { job: 'overnight-warning', sessions: ALWAYS, when: { limit: 'overnightWarningMinute' } },
];

/** After a longer silence (a laptop asleep, a weekend in a replay) a missed recurring job is run once, at its newest time. */
const CATCH_UP_MINUTES_MAX = 3 * 24 * 60;

/** Jobs due after `after` and at or before `through`, in order of time. */
export function dueBetween(after: EpochMs, through: EpochMs, times: TraderTimes): readonly DueJob[] {
  const earliest = through - CATCH_UP_MINUTES_MAX * MINUTE;
  const first = Math.max(Math.floor(after / MINUTE) * MINUTE + MINUTE, Math.ceil(earliest / MINUTE) * MINUTE);
  const due: DueJob[] = [];
  for (let minute = first; minute <= through; minute += MINUTE) due.push(...dueAt(epochMs(minute), times));
  const newest = new Map<JobName, number>();
  for (const [index, job] of due.entries()) newest.set(job.name, index);
  return due.filter((job, index) => !isRecurring(job.name) || newest.get(job.name) === index);
}

const isRecurring = (name: JobName): boolean => SCHEDULE.some((row) => row.job === name && 'everyMinutes' in row.when);

/** Jobs due at one minute. */
function dueAt(minute: EpochMs, times: TraderTimes): readonly DueJob[] {
  const session = sessionAt(minute);
  const ofDay = etMinuteOfDay(minute);
  const isDue = ({ when }: Row): boolean => {
    if ('everyMinutes' in when) return (minute / MINUTE) % when.everyMinutes === 0;
    return ('etMinute' in when ? when.etMinute : times[when.limit]) === ofDay;
  };
  return SCHEDULE.filter((row) => row.sessions.includes(session) && isDue(row)).map(({ job }) => dueJob(job, minute));
}

/** BullMQ forbids ':' in ids, so the time is written with dashes. */
export const dueJob = (name: JobName, minute: EpochMs): DueJob => ({
  id: `${name}-${iso(minute).slice(0, 16).replace(':', '-')}`,
  name,
  at: minute,
});
