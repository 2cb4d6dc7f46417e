import type { Log } from '../../../src/ports/log.js';

export const quietLog: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** Keeps every line as it would be written, errors with all that hangs on them. */
export function keepingLog(): { readonly log: Log; readonly lines: readonly string[] } {
  const lines: string[] = [];
  const keep = (fields: Readonly<Record<string, unknown>>, text: string): void => {
    lines.push(`${text} ${JSON.stringify(fields, withErrors)}`);
  };
  return { lines, log: { debug: keep, info: keep, warn: keep, error: keep } };
}

const withErrors = (_: string, value: unknown): unknown =>
  value instanceof Error
    ? { ...value, name: value.name, message: value.message, stack: value.stack, cause: value.cause }
    : value;
