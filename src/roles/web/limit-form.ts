import type { FieldError } from './fields.js';
import { ceilingText } from './limit-ceilings.js';
import { silenceText } from './limit-effects.js';
import { LIMITS, type LimitField } from './panels/limit-words.js';
import type { ViewContext } from './panels/panel.js';

/** Fields that a form sends as text and the command holds as a number. */
export const NUMBERS: readonly LimitField[] = LIMITS.filter(({ unit }) => unit !== 'time').map(({ field }) => field);
export const WANTED: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    LIMITS.map(({ field, wanted, unit }) => [
      field,
      unit === 'count' || unit === 'percent' ? `${wanted}, ${ceilingText(field, undefined)}` : wanted,
    ]),
  ),
  body: 'must name at least one limit to change',
};

const TIMES: readonly string[] = LIMITS.filter(({ unit }) => unit === 'time').map(({ field }) => field);
const EARLY = /^\d:[0-5]\d$/;

/** A form's morning hour as a person types it: `9:30` for 09:30. */
export const withWholeTimes = (body: unknown): unknown =>
  typeof body === 'object' && body !== null
    ? Object.fromEntries(
        Object.entries(body).map(([name, value]) => [
          name,
          TIMES.includes(name) && typeof value === 'string' && EARLY.test(value) ? `0${value}` : value,
        ]),
      )
    : body;

const HINTS = { usd: '$', percent: '%', count: '', time: 'ET' } as const;

export interface LimitFormState {
  readonly typed?: Readonly<Record<string, string>>;
  readonly errors?: readonly FieldError[];
  /** What was sent, one line a limit. */
  readonly sent?: readonly string[];
  readonly fault?: string;
}

/** The form for new limits: empty fields stay as they are, refused ones say why beside them. */
export function limitFormView({ typed = {}, errors = [], sent = [], fault }: LimitFormState, context: ViewContext) {
  const problemOf = (field: string): string => errors.find((error) => error.field === field)?.problem ?? '';
  const accountUsd = context.state.risk?.facts.account_size;
  const known = new Set<string>(LIMITS.map(({ field }) => field));
  return {
    fields: LIMITS.map(({ field, name, what, unit }) => ({
      field,
      name,
      what,
      hint: HINTS[unit],
      ceiling: ceilingText(field, accountUsd),
      mode: unit === 'count' ? 'numeric' : unit === 'time' ? 'text' : 'decimal',
      value: typed[field] ?? '',
      problem: problemOf(field),
    })),
    problems: errors
      .filter(({ field }) => !known.has(field))
      .map(({ field, problem }) => (field === 'body' ? problem : `${field} ${problem}`)),
    isRefused: errors.length > 0,
    sent,
    silence: silenceText(context),
    fault,
  };
}
