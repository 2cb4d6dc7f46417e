import type { FieldError } from './fields.js';
import { LIMITS, type LimitField } from './panels/limit-words.js';

/** Fields that a form sends as text and the command holds as a number. */
export const NUMBERS: readonly LimitField[] = LIMITS.filter(({ unit }) => unit !== 'time').map(({ field }) => field);
export const WANTED: Readonly<Record<string, string>> = {
  ...Object.fromEntries(LIMITS.map(({ field, wanted }) => [field, wanted])),
  body: 'must name at least one limit to change',
};

const HINTS = { usd: '$', percent: '%', count: '', time: 'ET' } as const;

export interface LimitFormState {
  readonly typed?: Readonly<Record<string, string>>;
  readonly errors?: readonly FieldError[];
  /** What was sent, one line a limit. */
  readonly sent?: readonly string[];
  readonly fault?: string;
}

/** The form for new limits: empty fields stay as they are, refused ones say why beside them. */
export function limitFormView({ typed = {}, errors = [], sent = [], fault }: LimitFormState) {
  const problemOf = (field: string): string => errors.find((error) => error.field === field)?.problem ?? '';
  const known = new Set<string>(LIMITS.map(({ field }) => field));
  return {
    fields: LIMITS.map(({ field, name, what, unit }) => ({
      field,
      name,
      what,
      hint: HINTS[unit],
      tighter: unit === 'time' ? 'earlier is tighter' : 'lower is tighter',
      mode: unit === 'count' ? 'numeric' : unit === 'time' ? 'text' : 'decimal',
      value: typed[field] ?? '',
      problem: problemOf(field),
    })),
    problems: errors
      .filter(({ field }) => !known.has(field))
      .map(({ field, problem }) => (field === 'body' ? problem : `${field} ${problem}`)),
    isRefused: errors.length > 0,
    sent,
    fault,
  };
}
