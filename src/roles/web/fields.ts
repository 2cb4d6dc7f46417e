import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';

/** One refused field and what it must be. */
export interface FieldError {
  readonly field: string;
  readonly problem: string;
}

const FORM = 'application/x-www-form-urlencoded';
/** `4199.8`, `$4,199.80`: as a person types or pastes a number. */
const TYPED_NUMBER = /^\$?(-?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?)$/;

/** The body as JSON would have brought it: in a form all is text, and an empty field was not filled in. */
export function bodyOf({ body, headers }: FastifyRequest, numbers: readonly string[]): unknown {
  const isForm = headers['content-type']?.toLowerCase().startsWith(FORM) ?? false;
  if (!isForm || typeof body !== 'object' || body === null) return body ?? {};
  const filled = typedOf(body).filter(([, text]) => text !== '');
  return Object.fromEntries(
    filled.map(([name, text]) => [name, numbers.includes(name) ? (numberOf(text) ?? text) : text]),
  );
}

/** What was typed, to stand in the form again. */
export const typedOf = (body: unknown): readonly (readonly [string, string])[] =>
  typeof body === 'object' && body !== null
    ? Object.entries(body).map(([name, value]) => [name, String(value).trim()] as const)
    : [];

function numberOf(text: string): number | undefined {
  const digits = TYPED_NUMBER.exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits.replaceAll(',', ''));
}

/** Each refused field once, in the trader's words where there are some. */
export function fieldErrors(error: z.ZodError, wanted: Readonly<Record<string, string>>): readonly FieldError[] {
  const found = new Map<string, string>();
  const add = (field: string, problem: string): void => void (found.has(field) || found.set(field, problem));
  for (const issue of error.issues) {
    if (issue.code === 'unrecognized_keys') for (const key of issue.keys) add(key, 'is not asked for here');
    else {
      const field = String(issue.path[0] ?? 'body');
      add(field, wanted[field] ?? issue.message);
    }
  }
  // A refused field says more than that nothing is left of the body.
  if (found.size > 1) found.delete('body');
  return [...found].map(([field, problem]) => ({ field, problem }));
}

export const sentenceOf = (errors: readonly FieldError[]): string =>
  errors.map(({ field, problem }) => `${field} ${problem}`).join('; ');
