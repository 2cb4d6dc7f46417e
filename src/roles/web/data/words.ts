import { etDate } from '../../../domain/sessions/new-york.js';
import type { EpochMs } from '../../../kernel/units.js';
import { etMinute, plural, UNKNOWN, weekdayLabel } from '../format.js';
import { lackingOf, type ReportedDay, shadeOf } from './day.js';

/** A day in one sentence. */
export function summaryOf(quality: ReportedDay): string {
  const { expected, present, outside, outliers, repeated, late, refused, sources, isArchived, unreadable } = quality;
  const lacking = lackingOf(quality);
  if (lacking === undefined)
    return `${whole(present)} of ${whole(expected)} minutes counted, the rest is unknown: ${unreadable}`;
  const holiday = quality.holiday === undefined ? [] : [quality.holiday];
  if (expected === 0 && present === 0 && outside === 0) return ['market shut', ...holiday].join(': ');
  return [
    `${whole(present)} of ${whole(expected)} minutes`,
    ...holiday,
    ...(lacking > 0 ? [`${whole(lacking)} missing`] : []),
    ...(outside > 0 ? [`${whole(outside)} while the market was shut`] : []),
    ...(outliers && outliers.length > 0 ? [plural(outliers.length, 'outlier')] : []),
    ...(repeated > 0 ? [`${plural(repeated, 'duplicate')} refused`] : []),
    ...(late > 0 ? [`${late} late`] : []),
    ...(refused > 0 ? [`${refused} refused`] : []),
    ...(repeated + late + refused > 0 ? [`not taken from ${notTakenFrom(quality)}`] : []),
    ...(sources.length > 0 ? [`bars from ${sources.join(', ')}`] : []),
    ...(isArchived ? ['in the archive'] : []),
  ].join(', ');
}

/** How a count stands on the page. Nothing is the rule, and stays in the background. */
export interface Figure {
  readonly text: string;
  readonly tone: 'is-nothing' | 'is-finding' | '';
}

/** Undefined where it is not known. */
export function figureOf(count: number | undefined, { isFinding = false } = {}): Figure {
  if (count === undefined) return { text: UNKNOWN, tone: 'is-nothing' };
  const tone = isFinding ? 'is-finding' : '';
  return { text: whole(count), tone: count === 0 ? 'is-nothing' : tone };
}

export const isLacking = (quality: ReportedDay): boolean => ['holes', 'none'].includes(shadeOf(quality));

/** Of a day without a bar there is nothing to say. */
export const outlierCount = ({ outliers, present, outside }: ReportedDay): number | undefined =>
  present + outside === 0 ? undefined : outliers?.length;

export const notTakenFrom = ({ tallies }: ReportedDay): string =>
  [...new Set(tallies.map(({ source }) => source))].sort().join(', ');

/** `Wed 18 Nov 2026 18:00 ET`: a trading day begins the evening before. */
export const etMoment = (at: EpochMs): string =>
  `${weekdayLabel(etDate(at))} ${etDate(at).slice(0, 4)} ${etMinute(at)} ET`;

export const whole = (count: number): string => count.toLocaleString('en-US');
