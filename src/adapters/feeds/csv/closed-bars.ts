import type { Bar } from '../../../domain/bars/bar.js';
import type { ContractSpec } from '../../../domain/instruments/contract.js';
import { OperationalError } from '../../../kernel/errors.js';
import { type EpochMs, iso } from '../../../kernel/units.js';
import { countsText, readBarFile } from './bar-file.js';

export interface Until {
  readonly at: EpochMs;
  /** Takes sentences about rows that were refused or adjusted. */
  readonly report: ((sentence: string) => void) | undefined;
}

export interface ClosedBars {
  readonly intervalMs: number;
  readonly bars: readonly Bar[];
}

/** Refused rows that are named one by one; the count at the end covers the rest. */
const REFUSALS_NAMED_MAX = 20;

/** The bars of a file that had closed by an instant. The first refusal explains a file without any. */
export async function readClosedBars(path: string, spec: ContractSpec, { at, report }: Until): Promise<ClosedBars> {
  const { intervalMs, items, counts } = await readBarFile(path, spec);
  const bars: Bar[] = [];
  let firstRefusal: string | undefined;
  let told = 0;
  for await (const item of items) {
    if (item.kind === 'refused') {
      const why = `line ${item.line}: ${item.reason}`;
      firstRefusal ??= why;
      told += 1;
      if (told <= REFUSALS_NAMED_MAX) report?.(`${path}: ${why}`);
    } else if (item.bar.at + intervalMs <= at) bars.push(item.bar);
  }
  if (bars.length === 0) {
    const why = firstRefusal === undefined ? '' : `; first refusal: ${firstRefusal}`;
    throw new OperationalError('BAR_FILE_INVALID', `${path}: no bar was closed by ${iso(at)}${why}`);
  }
  const text = countsText(path, counts);
  if (text !== undefined) report?.(text);
  return { intervalMs, bars };
}
