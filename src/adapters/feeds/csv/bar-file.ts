import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parse } from 'csv-parse';
import type { Bar } from '../../../domain/bars/bar.js';
import { admit } from '../../../domain/bars/order.js';
import type { ContractSpec } from '../../../domain/instruments/contract.js';
import { OperationalError } from '../../../kernel/errors.js';
import type { EpochMs } from '../../../kernel/units.js';
import { intervalOfFile, isPriceProxy } from './bar-file-name.js';
import { BAR_COLUMNS, readBarRow } from './bar-row.js';

export interface RefusedRow {
  readonly file: string;
  readonly line: number;
  readonly reason: string;
}

export type BarFileItem = { readonly kind: 'bar'; readonly bar: Bar } | ({ readonly kind: 'refused' } & RefusedRow);

export interface BarFileCounts {
  bars: number;
  refused: number;
  /** Rows with the time of the bar before, or an earlier one: ignored. */
  repeated: number;
  backwards: number;
  /** Bars of a price proxy whose prices were moved to the tick grid, or whose high or low was widened. */
  rounded: number;
  widened: number;
}

export interface BarFile {
  readonly path: string;
  readonly intervalMs: number;
  readonly isProxy: boolean;
  /** Can be read once, oldest bar first. */
  readonly items: AsyncIterable<BarFileItem>;
  /** Complete when `items` has ended. */
  readonly counts: Readonly<BarFileCounts>;
}

export interface BarFileOptions {
  /** Bar length; taken from the file's name when absent. */
  readonly intervalMs?: number;
}

/** Opens a file of bars with the header `ts,open,high,low,close,volume`. A bad row is refused by itself, a bad file as a whole. */
export async function readBarFile(path: string, spec: ContractSpec, options: BarFileOptions = {}): Promise<BarFile> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) throw new OperationalError('BAR_FILE_INVALID', `${path}: there is no such file`);
  const isProxy = isPriceProxy(path);
  const counts = { bars: 0, refused: 0, repeated: 0, backwards: 0, rounded: 0, widened: 0 };
  const items = readItems(path, { spec, isProxy, counts });
  return { path, intervalMs: options.intervalMs ?? intervalOfFile(path), isProxy, items, counts };
}

interface ReadFacts {
  readonly spec: ContractSpec;
  readonly isProxy: boolean;
  readonly counts: BarFileCounts;
}

async function* readItems(path: string, { spec, isProxy, counts }: ReadFacts): AsyncGenerator<BarFileItem> {
  let lastAt: EpochMs | undefined;
  for await (const { fields, line } of rowsOf(path)) {
    const row = readBarRow(fields, spec, isProxy);
    if (!row.ok) {
      counts.refused += 1;
      yield { kind: 'refused', file: basename(path), line, reason: row.error };
      continue;
    }
    const { bar, wasRounded, wasWidened } = row.value;
    const outcome = admit(lastAt, bar);
    if (outcome !== 'accepted') {
      counts[outcome] += 1;
      continue;
    }
    lastAt = bar.at;
    counts.bars += 1;
    if (wasRounded) counts.rounded += 1;
    if (wasWidened) counts.widened += 1;
    yield { kind: 'bar', bar };
  }
}

interface Row {
  readonly fields: readonly string[];
  readonly line: number;
}

/** Rows after the header. Rows of a wrong length and stray quotes pass, so that each can be refused with its line. */
async function* rowsOf(path: string): AsyncGenerator<Row> {
  const parser = parse({
    bom: true,
    info: true,
    relaxColumnCount: true,
    // None of the six columns ever needs quotes; one stray quote must cost its own row and no other.
    quote: false,
    skipEmptyLines: true,
    trim: true,
  });
  const reading = pipeline(createReadStream(path), parser);
  // The parser's own iteration reports the failure; this keeps it from counting as unhandled.
  reading.catch(() => undefined);
  let isHeader = true;
  try {
    for await (const item of parser) {
      const { record, info } = item as { record: string[]; info: { lines: number } };
      if (isHeader) assertHeader(path, record);
      else yield { fields: record, line: info.lines };
      isHeader = false;
    }
  } catch (cause) {
    if (cause instanceof OperationalError) throw cause;
    throw new OperationalError(
      'BAR_FILE_INVALID',
      `${path}: ${cause instanceof Error ? cause.message : 'cannot be read'}`,
      { cause },
    );
  }
  if (isHeader) throw new OperationalError('BAR_FILE_INVALID', `${path}: the file is empty`);
}

function assertHeader(path: string, record: readonly string[]): void {
  const expected = BAR_COLUMNS.join(',');
  if (record.join(',').toLowerCase() === expected) return;
  throw new OperationalError(
    'BAR_FILE_INVALID',
    `${path}: line 1 must be ${expected}, it is ${record.join(',').slice(0, 80)}`,
  );
}

/** One sentence about what had to be done to a file's rows; undefined for a clean file. */
export function countsText(path: string, counts: Readonly<BarFileCounts>): string | undefined {
  const said = [
    counts.refused > 0 && `${counts.refused} rows refused`,
    counts.repeated > 0 && `${counts.repeated} repeated`,
    counts.backwards > 0 && `${counts.backwards} back in time`,
    counts.rounded > 0 && `${counts.rounded} bars of a price proxy rounded to the tick`,
    counts.widened > 0 && `${counts.widened} widened to hold open and close`,
  ].filter((part) => part !== false);
  return said.length === 0 ? undefined : `${basename(path)}: ${counts.bars} bars, ${said.join(', ')}`;
}
