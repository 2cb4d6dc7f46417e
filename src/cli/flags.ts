import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { OperationalError } from '../kernel/errors.js';
import { type EpochMs, epochMs, fromUsd, type MicroUsd } from '../kernel/units.js';

/** One flag of a command. */
export interface Flag {
  readonly name: string;
  /** What stands for the value in the help; absent for a switch. */
  readonly value?: string;
  readonly help: string;
  /** May be given more than once. */
  readonly repeatable?: boolean;
  /** Takes every following word up to the next flag (`--replay A.csv B.csv`). */
  readonly takesMany?: boolean;
}

export type FlagValues = ReadonlyMap<string, readonly string[]>;

export const usage = (message: string): OperationalError => new OperationalError('USAGE', message);

/** Sorts the words after a command into its flags; anything it does not know is refused with a sentence. */
export function readFlags(command: string, args: readonly string[], flags: readonly Flag[]): FlagValues {
  const options = Object.fromEntries(
    flags.map((flag) => [
      flag.name,
      { type: flag.value === undefined ? 'boolean' : 'string', multiple: true } as const,
    ]),
  );
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true, allowPositionals: true });
  const values = new Map<string, string[]>();
  let open: Flag | undefined;
  for (const token of tokens) {
    if (token.kind === 'option-terminator') throw usage(`"--" means nothing to ${command}; ${hint(command)}`);
    if (token.kind === 'positional') {
      if (open === undefined)
        throw usage(`${command} does not know what to do with "${token.value}"; ${hint(command)}`);
      values.get(open.name)?.push(token.value);
      continue;
    }
    const flag = flags.find((known) => known.name === token.name && token.rawName.startsWith('--'));
    if (flag === undefined) throw usage(`${command} has no flag ${token.rawName}; ${hint(command)}`);
    addValue(values, flag, token.value);
    open = flag.takesMany ? flag : undefined;
  }
  return values;
}

function addValue(values: Map<string, string[]>, flag: Flag, value: string | undefined): void {
  const had = values.get(flag.name);
  if (had !== undefined && !flag.repeatable) throw usage(`--${flag.name} was given twice`);
  if (flag.value === undefined && value !== undefined) throw usage(`--${flag.name} takes no value`);
  if (flag.value !== undefined && (value === undefined || value === '' || value.startsWith('--')))
    throw usage(`--${flag.name} needs a value: --${flag.name} ${flag.value}`);
  values.set(flag.name, [...(had ?? []), ...(value === undefined ? [] : [value])]);
}

export const hint = (command: string): string => `see: node dist/main.js ${command} --help`;

export const has = (values: FlagValues, name: string): boolean => values.has(name);
export const textOf = (values: FlagValues, name: string): string | undefined => values.get(name)?.[0];
export const filesOf = (values: FlagValues, name: string): readonly string[] =>
  (values.get(name) ?? []).map((file) => resolve(file));

export function wholeNumber(values: FlagValues, name: string): number | undefined {
  const text = textOf(values, name);
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text)) throw usage(`--${name} is "${text}"; expected a whole number`);
  return Number(text);
}

/** A positive number, or Infinity for `max`. */
export function speedOf(values: FlagValues, name: string): number | undefined {
  const text = textOf(values, name);
  if (text === undefined) return undefined;
  if (text === 'max') return Number.POSITIVE_INFINITY;
  const speed = /^\d+(\.\d+)?$/.test(text) ? Number(text) : 0;
  if (speed <= 0 || speed > 100_000)
    throw usage(`--${name} is "${text}"; expected a number above 0 up to 100000, or max`);
  return speed;
}

export function dollarsOf(values: FlagValues, name: string): MicroUsd | undefined {
  const text = textOf(values, name);
  if (text === undefined) return undefined;
  const dollars = /^\d+(\.\d{1,2})?$/.test(text) ? Number(text) : 0;
  if (dollars < 100 || dollars > 100_000_000)
    throw usage(`--${name} is "${text}"; expected dollars from 100 to 100000000, e.g. 50000`);
  return fromUsd(dollars);
}

const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/;

/** An instant with its zone: a time without one would mean another instant on another machine. */
export function instantOf(values: FlagValues, name: string): EpochMs | undefined {
  const text = textOf(values, name);
  if (text === undefined) return undefined;
  const at = ISO.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at) || !isRealDate(text))
    throw usage(`--${name} is "${text}"; expected a time with its zone, e.g. 2026-11-19T09:50:00Z`);
  return epochMs(at);
}

export function dateOf(values: FlagValues, name: string): string | undefined {
  const text = textOf(values, name);
  if (text === undefined) return undefined;
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || Number.isNaN(Date.parse(text)) || !isRealDate(text))
    throw usage(`--${name} is "${text}"; expected a date, e.g. 2026-11-19`);
  return text;
}

export function monthOf(values: FlagValues, name: string): string | undefined {
  const text = textOf(values, name);
  if (text !== undefined && !/^\d{4}-(0[1-9]|1[0-2])$/.test(text))
    throw usage(`--${name} is "${text}"; expected a month, e.g. 2025-03`);
  return text;
}

/** Date.parse turns 2026-02-31 into March; such a day is a slip of the pen. */
const isRealDate = (text: string): boolean =>
  new Date(`${text.slice(0, 10)}T00:00:00Z`).toISOString().startsWith(text.slice(0, 10));
