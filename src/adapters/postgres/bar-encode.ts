import { type BarColumns, eachRun } from '../../domain/bars/columns.js';
import { type ContractSpec, priceOf } from '../../domain/instruments/contract.js';
import { SECOND, ticks } from '../../kernel/units.js';
import { EIGHT, END_OF_ROWS, FOUR, HEADER_BYTES, HIGH_WORD, SIGNATURE, YEAR_2000_MS } from './bar-wire.js';

/** What `encodeBars` writes, in its order. */
export const COPIED_IN = 'symbol, ts, length_s, open, high, low, close, volume, contract, source';

const NUMBERS = ['open', 'high', 'low', 'close', 'volume'] as const;
const CHUNK_BYTES = 256 * 1024;

/** Bars of one root. */
interface RootBars {
  readonly spec: ContractSpec;
  readonly columns: BarColumns;
}

/** The bars as chunks of a binary COPY of `COPIED_IN`. */
export function* encodeBars(all: readonly RootBars[]): Generator<Buffer> {
  let chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  let used = SIGNATURE.copy(chunk);
  chunk.fill(0, used, HEADER_BYTES);
  used = HEADER_BYTES;
  for (const { row, from, until, fill } of all.flatMap(rowsOf)) {
    for (let i = from; i < until; i += 1) {
      if (used + row.length > CHUNK_BYTES) {
        yield chunk.subarray(0, used);
        chunk = Buffer.allocUnsafe(CHUNK_BYTES);
        used = 0;
      }
      fill(i);
      row.copy(chunk, used);
      used += row.length;
    }
  }
  yield chunk.subarray(0, used);
  const end = Buffer.alloc(2);
  end.writeInt16BE(END_OF_ROWS);
  yield end;
}

interface RowOfRun {
  /** A whole row; what does not change within the run stands in it. */
  readonly row: Buffer;
  readonly from: number;
  readonly until: number;
  /** Writes the times and numbers of bar `i` into the row. */
  fill(i: number): void;
}

function rowsOf({ columns, spec }: RootBars): readonly RowOfRun[] {
  const rows: RowOfRun[] = [];
  eachRun(columns, (run, from, until) => {
    const symbol = textField(spec.root);
    const count = Buffer.alloc(2);
    count.writeInt16BE(COPIED_IN.split(',').length);
    const row = Buffer.concat([
      ...[count, symbol, emptyField(8), intField(run.lengthMs / SECOND)],
      ...NUMBERS.map(() => emptyField(8)),
      ...[textField(run.contract), textField(run.source)],
    ]);
    const timeAt = count.length + symbol.length + 4;
    const numbersAt = timeAt + 8 + FOUR + 4;
    rows.push({ row, from, until, fill: filler({ row, timeAt, numbersAt }, columns, spec) });
  });
  return rows;
}

interface Places {
  readonly row: Buffer;
  readonly timeAt: number;
  readonly numbersAt: number;
}

function filler({ row, timeAt, numbersAt }: Places, columns: BarColumns, spec: ContractSpec) {
  const view = new DataView(row.buffer, row.byteOffset, row.length);
  const price = (n: number | undefined): number => priceOf(ticks(n ?? 0), spec);
  return (i: number): void => {
    const micros = ((columns.at[i] ?? 0) - YEAR_2000_MS) * 1_000;
    const high = Math.floor(micros / HIGH_WORD);
    view.setInt32(timeAt, high);
    view.setUint32(timeAt + 4, micros - high * HIGH_WORD);
    view.setFloat64(numbersAt, price(columns.open[i]));
    view.setFloat64(numbersAt + EIGHT, price(columns.high[i]));
    view.setFloat64(numbersAt + 2 * EIGHT, price(columns.low[i]));
    view.setFloat64(numbersAt + 3 * EIGHT, price(columns.close[i]));
    view.setFloat64(numbersAt + 4 * EIGHT, columns.volume[i] ?? 0);
  };
}

function emptyField(bytes: number): Buffer {
  const field = Buffer.alloc(4 + bytes);
  field.writeInt32BE(bytes);
  return field;
}

function intField(value: number): Buffer {
  const field = emptyField(4);
  field.writeInt32BE(value, 4);
  return field;
}

function textField(text: string): Buffer {
  const field = emptyField(Buffer.byteLength(text));
  field.write(text, 4);
  return field;
}
