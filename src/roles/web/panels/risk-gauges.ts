import { minuteOf } from '../../../domain/sessions/new-york.js';
import { etMinuteOfDay, nextEtMinute } from '../../../domain/sessions/session.js';
import { type EpochMs, iso } from '../../../kernel/units.js';
import type { HeadroomJson, RiskStatus } from '../../../messages/dashboard.js';
import { duration, UNKNOWN, usd } from '../format.js';
import type { Tone } from './panel.js';

/** Half used is a warning, all of it a stop. */
export function shareTone(used: number | null, limit: number): Tone {
  if (used === null) return 'unknown';
  if (used >= limit) return 'stop';
  return used >= limit / 2 ? 'warning' : 'calm';
}

export interface GaugeFacts {
  readonly risk: RiskStatus;
  readonly now: EpochMs;
  /** Open positions that the open risk leaves out. */
  readonly uncounted: number;
}

/** A rule's limit as a bar: what is used, of what, and what is left. Not known is neither zero nor full. */
export function gaugeView(room: HeadroomJson, { risk, now, uncounted }: GaugeFacts) {
  const { rule, label } = room;
  if (rule === 'total-risk' && uncounted > 0)
    return { rule, label, note: noteOf(room, risk), ...floorGauge(room, uncounted) };
  return room.unit === 'minutes'
    ? { rule, label, note: '', ...timeGauge(rule, risk, now) }
    : { rule, label, note: noteOf(room, risk), ...amountGauge(room) };
}

function amountGauge(room: HeadroomJson) {
  const { used, limit, unit } = room;
  return {
    ...barOf(used === null ? undefined : limit > 0 ? used / limit : 1),
    tone: toneOf(room),
    used: `${amount(used, unit)} of ${amount(limit, unit)}${unit === 'usd' ? ' lost' : ''}`,
    left: leftOf(room),
    until: '',
  };
}

/** What is counted is only a floor, so what is left is not known. */
function floorGauge({ used, limit, unit }: HeadroomJson, uncounted: number) {
  return {
    ...barOf(undefined),
    tone: 'stop',
    used:
      used === null
        ? `not known, of ${amount(limit, unit)}`
        : `at least ${amount(used, unit)} of ${amount(limit, unit)}`,
    left: `${uncounted} not counted`,
    until: '',
  };
}

/** A limit on the clock runs on between two reports, so it is counted here and goes on ticking in the browser. */
function timeGauge(rule: string, { limits }: RiskStatus, now: EpochMs) {
  const at = rule === 'entry-cutoff' ? limits.entry_cutoff_et : limits.overnight_warning_et;
  const minute = minuteOf(at);
  const isOver = etMinuteOfDay(now) >= minute;
  const until = nextEtMinute(now, minute);
  return {
    ...barOf(isOver ? 1 : etMinuteOfDay(now) / minute),
    tone: isOver ? 'warning' : 'calm',
    used: isOver ? `ended at ${at}` : `until ${at}`,
    left: isOver ? 'closed' : duration(until - now),
    until: isOver ? '' : iso(until),
  };
}

const barOf = (share: number | undefined) => ({
  share: share === undefined ? 'unknown' : share.toFixed(2),
  width: share === undefined ? undefined : (Math.min(1, Math.max(0, share)) * 100).toFixed(1),
});

function toneOf({ used, limit, unit }: HeadroomJson): Tone {
  if (unit !== 'count' || used === null) return shareTone(used, limit);
  // Counts are small: the last one is a warning, and only one too many a stop.
  return used > limit ? 'stop' : used === limit ? 'warning' : 'calm';
}

function amount(value: number | null, unit: HeadroomJson['unit']): string {
  if (value === null) return UNKNOWN;
  if (unit === 'usd') return usd(value);
  return unit === 'percent' ? `${Number(value.toFixed(1))} %` : String(value);
}

function leftOf({ used, limit, unit }: HeadroomJson): string {
  if (used === null) return 'not known';
  const left = Math.round((limit - used) * 100) / 100;
  if (left < 0) return `${amount(-left, unit)} over`;
  return left === 0 ? 'none left' : `${amount(left, unit)} left`;
}

function noteOf({ rule }: HeadroomJson, risk: RiskStatus): string {
  return rule === 'total-risk' && risk.open_risk_dollars !== null ? usd(risk.open_risk_dollars) : '';
}
