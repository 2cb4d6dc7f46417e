import type { BarColumns } from '../../domain/bars/columns.js';
import { instrument } from '../../domain/instruments/catalogue/index.js';
import type { ContractSpec } from '../../domain/instruments/contract.js';
import { assert } from '../../kernel/assert.js';
import { type EpochMs, iso, MINUTE } from '../../kernel/units.js';
import { copyOut } from './bar-copy.js';
import { barsDecoder, COPIED_OUT, timesDecoder } from './bar-decode.js';
import type { OwnConnection } from './own-connection.js';

/** On a connection of its own: the bars of a root with `from <= at < to`, oldest first. */
export async function readColumns(own: OwnConnection, root: string, span: Span): Promise<BarColumns> {
  const spec = specOf(root);
  const decoder = barsDecoder(spec, roomFor(span));
  await copyOut(own, statement(COPIED_OUT, spec, span), decoder.take);
  return decoder.done();
}

/** Room made beforehand: a bar for every minute, up to a year of them. */
const ROOM_MAX = 400_000;
const roomFor = ({ from, to }: Span): number => Math.min(Math.max(0, Math.ceil((to - from) / MINUTE)), ROOM_MAX);

/** Their open times alone. */
export async function readMinutes(own: OwnConnection, root: string, span: Span): Promise<Float64Array> {
  const decoder = timesDecoder();
  await copyOut(own, statement('ts', specOf(root), span), decoder.take);
  return decoder.done();
}

export interface Span {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

export function specOf(root: string): ContractSpec {
  const spec = instrument(root);
  assert(spec !== undefined, `a bar of an instrument outside the catalogue: ${root}`);
  return spec;
}

/** COPY takes no parameters; what stands in it is a root of the catalogue and two times of our own making. */
const statement = (columns: string, { root }: ContractSpec, { from, to }: Span): string =>
  `copy (select ${columns} from bar_1m where symbol = '${root}' and ts >= '${iso(from)}' and ts < '${iso(to)}' order by ts)
   to stdout (format binary)`;
