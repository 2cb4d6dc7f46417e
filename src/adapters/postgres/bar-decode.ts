import { type BarColumns, columnsBuilder, type RunFacts } from '../../domain/bars/columns.js';
import { type ContractSpec, onGrid } from '../../domain/instruments/contract.js';
import { assert } from '../../kernel/assert.js';
import { SECOND } from '../../kernel/units.js';
import { EIGHT, END_OF_ROWS, FOUR, HEADER_BYTES, HIGH_WORD, SIGNATURE, YEAR_2000_MS } from './bar-wire.js';
import type { CopyListener } from './copy-socket.js';

/** What `barsDecoder` reads: numbers first, so that they lie at fixed places. */
export const COPIED_OUT = 'ts, open, high, low, close, volume, length_s, contract, source';

/** Takes the answer to a binary COPY as it comes, cut anywhere. */
interface Decoder<T> {
  readonly take: CopyListener;
  /** Everything, when the COPY has ended. */
  done(): T;
}

/** Reads a binary COPY of `COPIED_OUT`, of about `expected` rows. */
export function barsDecoder(spec: ContractSpec, expected?: number): Decoder<BarColumns> {
  const builder = columnsBuilder(expected);
  const { ticksPerPoint } = spec;
  const tick = (price: number): number => {
    const near = Math.round(price * ticksPerPoint);
    return near / ticksPerPoint === price ? near : tickOf(price, spec);
  };
  let texts = Buffer.alloc(0);
  const rows = rowReader(FIELDS_OUT, (data, view, at, end) => {
    if (!isSame(texts, data, at + TEXTS_AT, end)) {
      texts = Buffer.from(data.subarray(at + TEXTS_AT, end));
      builder.run(runOf(texts));
    }
    builder.add(
      timeOf(view, at + 6),
      tick(view.getFloat64(at + 18)),
      tick(view.getFloat64(at + 30)),
      tick(view.getFloat64(at + 42)),
      tick(view.getFloat64(at + 54)),
      view.getFloat64(at + 66),
    );
  });
  return {
    take: rows.take,
    done() {
      rows.done();
      return builder.done();
    },
  };
}

/** Reads a binary COPY of `ts` alone. */
export function timesDecoder(): Decoder<Float64Array> {
  let times = new Float64Array(1_024);
  let length = 0;
  const rows = rowReader(1, (_, view, at) => {
    if (length === times.length) {
      const larger = new Float64Array(length * 2);
      larger.set(times);
      times = larger;
    }
    times[length] = timeOf(view, at + 6);
    length += 1;
  });
  return {
    take: rows.take,
    done() {
      rows.done();
      return times.slice(0, length);
    },
  };
}

const FIELDS_OUT = COPIED_OUT.split(',').length;
/** Where the length of a bar stands, and behind it the texts. */
const TEXTS_AT = 2 + 6 * EIGHT;

const timeOf = (view: DataView, at: number): number =>
  (view.getInt32(at) * HIGH_WORD + view.getUint32(at + 4)) / 1_000 + YEAR_2000_MS;

/** The slow way, for a price that is a whole number of ticks but for the dust of its division. */
function tickOf(price: number, spec: ContractSpec): number {
  const on = onGrid(price, spec);
  assert(on !== undefined, `a stored ${spec.root} price off the grid: ${price}`);
  return on;
}

function isSame(texts: Buffer, data: Buffer, from: number, end: number): boolean {
  if (texts.length !== end - from) return false;
  for (let i = 0; i < texts.length; i += 1) if (texts[i] !== data[from + i]) return false;
  return true;
}

function runOf(tail: Buffer): RunFacts {
  const contractEnd = FOUR + 4 + tail.readInt32BE(FOUR);
  return {
    lengthMs: tail.readInt32BE(4) * SECOND,
    contract: tail.toString('utf8', FOUR + 4, contractEnd),
    source: tail.toString('utf8', contractEnd + 4),
  };
}

type RowTaker = (data: Buffer, view: DataView, at: number, end: number) => void;

/** Calls `take` with each whole row and where it lies. The server sends rows whole; the format does not promise it. */
function rowReader(fields: number, take: RowTaker): Decoder<void> {
  let rest: Buffer | undefined;
  let isBegun = false;
  let isEnded = false;
  let view: DataView = new DataView(new ArrayBuffer(0));

  /** Where the rows begin; undefined while the header is not all there. */
  function begin(data: Buffer, at: number, end: number): number | undefined {
    if (end - at < HEADER_BYTES) return undefined;
    const signature = data.subarray(at, at + SIGNATURE.length);
    assert(signature.equals(SIGNATURE), 'an answer to COPY without its signature');
    isBegun = true;
    return at + HEADER_BYTES + data.readInt32BE(at + HEADER_BYTES - 4);
  }

  function takeRows(data: Buffer, from: number, end: number): number {
    let at = from;
    while (!isEnded) {
      const next = rowEnd(view, { at, end, fields });
      if (next === undefined) break;
      isEnded = next === END_OF_ROWS;
      if (isEnded) return end;
      take(data, view, at, next);
      at = next;
    }
    return at;
  }

  return {
    take(lent, lentAt, lentEnd) {
      const data = rest ? Buffer.concat([rest, lent.subarray(lentAt, lentEnd)]) : lent;
      const [from, end] = rest ? [0, data.length] : [lentAt, lentEnd];
      if (view.buffer !== data.buffer || view.byteOffset !== data.byteOffset || view.byteLength !== data.length)
        view = new DataView(data.buffer, data.byteOffset, data.length);
      const start = isBegun ? from : begin(data, from, end);
      const at = start === undefined ? from : takeRows(data, start, end);
      rest = at < end ? Buffer.from(data.subarray(at, end)) : undefined;
    },
    done() {
      assert(isEnded, 'an answer to COPY without its end');
    },
  };
}

/** The place after the row; undefined while it is not all there. */
function rowEnd(view: DataView, { at, end, fields }: { at: number; end: number; fields: number }): number | undefined {
  if (at + 2 > end) return undefined;
  const count = view.getInt16(at);
  if (count === END_OF_ROWS) return END_OF_ROWS;
  assert(count === fields, `a row of ${count} fields in place of ${fields}`);
  let next = at + 2;
  for (let i = 0; i < count; i += 1) {
    if (next + 4 > end) return undefined;
    next += 4 + Math.max(0, view.getInt32(next));
  }
  return next <= end ? next : undefined;
}
