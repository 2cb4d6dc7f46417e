import { z } from 'zod';
import { err, ok, type Result } from '../kernel/result.js';
import { type EpochMs, epochMs, fromUsd, type MicroUsd, microUsd } from '../kernel/units.js';

/** What is wrong with one field of a message, e.g. `positions.0.quantity`. */
export interface FieldError {
  readonly field: string;
  readonly problem: string;
}

const NAME_MAX = 128;
const QUANTITY_MAX = 100_000;
/** A body full of mistakes is not answered by a longer one. */
const FAULTS_TOLD_MAX = 100;
/** Past this a double no longer holds micro-dollars exactly. */
export const DOLLARS_MAX = 1_000_000_000;

/** Text that can be stored and shown: no control characters, no halves of a surrogate pair. */
export const text = z
  .string()
  .max(NAME_MAX)
  .refine((value) => !/[\p{Cc}\p{Cs}]/u.test(value), 'must not hold control characters or broken Unicode');
export const name = text.trim().min(1);
/** Far above any price we know; platforms write an unset one as the largest double there is. */
const PRICE_MAX = 1_000_000;
export const price = z.number().min(-PRICE_MAX).max(PRICE_MAX);
export const quantity = z.int().min(1).max(QUANTITY_MAX);
export const instantText = z.iso.datetime({ offset: true });

/** What platforms call the two sides of an order or a fill; a fill of market position Short sold. */
const SIDES: Readonly<Record<string, 'BUY' | 'SELL'>> = {
  BUY: 'BUY',
  LONG: 'BUY',
  BUYTOCOVER: 'BUY',
  SELL: 'SELL',
  SHORT: 'SELL',
  SELLSHORT: 'SELL',
};
export const side = z.preprocess(
  (value) => (typeof value === 'string' ? (SIDES[value.replace(/[\s_-]/g, '').toUpperCase()] ?? value) : value),
  z.enum(['BUY', 'SELL']),
);

/** Platforms spell their enums `Long`, `LONG` or `long`. */
export const upper = <const T extends readonly [string, ...string[]]>(names: T) =>
  z.preprocess((value) => (typeof value === 'string' ? value.trim().toUpperCase() : value), z.enum(names));

/** Older bridges write some names differently; the newer spelling wins where both are sent. */
export const withOlderNames = (older: Readonly<Record<string, string>>) => (value: unknown) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const read: Record<string, unknown> = { ...value };
  for (const [newer, old] of Object.entries(older)) {
    if (!(newer in read) && old in read) read[newer] = read[old];
  }
  return read;
};

// Adding zero turns the -0 of a rounded loss into 0.
export const moneyOf = (usd: number): MicroUsd => microUsd(fromUsd(usd) + 0);
/** Micro-dollars as dollars with all their decimals. */
export const exactUsd = (micro: MicroUsd): number => micro / 1_000_000;
export const instantOf = (text: string): EpochMs => epochMs(Date.parse(text));

/** Reads a body whole, or names every field that is wrong. */
export function readBody<T>(schema: z.ZodType<T>, body: unknown): Result<T, readonly FieldError[]> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return ok(parsed.data);
  const faults = parsed.error.issues.map(({ path, message }) => ({
    field: path.map(String).join('.') || 'body',
    problem: message,
  }));
  return err(told(faults));
}

/** The first hundred, and how many there are besides. */
export function told(faults: readonly FieldError[]): readonly FieldError[] {
  const more = faults.length - FAULTS_TOLD_MAX;
  return more <= 0 ? faults : [...faults.slice(0, FAULTS_TOLD_MAX), { field: 'body', problem: `${more} more` }];
}

const storedSchema = z.object({ v: z.literal(1), received_at: z.iso.datetime() });

/** Reads what a stream keeps of a body: the body itself and when it was received. */
export function readStored<T>(
  text: string,
  decode: (body: unknown, receivedAt: EpochMs) => Result<T, readonly FieldError[]>,
): Result<T, string> {
  const body = readJsonText(text);
  const stored = storedSchema.safeParse(body);
  if (!stored.success) return err(z.prettifyError(stored.error));
  const read = decode(body, instantOf(stored.data.received_at));
  return read.ok ? read : err(read.error.map(({ field, problem }) => `${field}: ${problem}`).join('; '));
}

/** The value of JSON text, undefined for text that is none. */
export function readJsonText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
