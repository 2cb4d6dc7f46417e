import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { weightOf } from './negotiate.js';

export type Coding = 'br' | 'gzip';
const CODINGS: readonly Coding[] = ['br', 'gzip'];

/** Brotli's effort: 4 takes a millisecond for a page, 9 a tenth of a second for the largest script. */
export const BROTLI_EFFORT = { often: 4, once: 9 } as const;

/** The best coding that a client named in `Accept-Encoding`, or undefined for the plain bytes. */
export function codingFor(acceptEncoding: string | undefined): Coding | undefined {
  if (acceptEncoding === undefined) return undefined;
  let best: Coding | undefined;
  for (const coding of CODINGS)
    if (weightOf(acceptEncoding, coding) > (best === undefined ? 0 : weightOf(acceptEncoding, best))) best = coding;
  return best;
}

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

/** Runs beside the event loop. */
export function encode(coding: Coding, bytes: Buffer, effort: keyof typeof BROTLI_EFFORT): Promise<Buffer> {
  if (coding === 'gzip') return zip(bytes);
  const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_SIZE_HINT } = constants;
  return brotli(bytes, {
    params: { [BROTLI_PARAM_QUALITY]: BROTLI_EFFORT[effort], [BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });
}
