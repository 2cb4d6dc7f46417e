import { basename } from 'node:path';
import { instrument, micros } from '../../../domain/instruments/catalogue/index.js';
import { MINUTE } from '../../../kernel/units.js';

/** The micro whose bars a file holds, by the first part of its name: `ES_1m_….csv` is MES, `MES_….csv` too. */
export function rootOfFile(path: string): string | undefined {
  const first = basename(path).split(/[_.]/)[0] ?? '';
  const spec = instrument(first);
  if (!spec) return undefined;
  return spec.isMicro ? spec.root : micros.find((micro) => micro.sibling === spec.root)?.root;
}

/** Bar length by a name part such as `_3m_`; 1 minute when the name does not say. */
export function intervalOfFile(path: string): number {
  const minutes = /_(\d{1,4})m[_.]/.exec(basename(path))?.[1];
  return minutes === undefined || Number(minutes) === 0 ? MINUTE : Number(minutes) * MINUTE;
}

/** Files of a spot or CFD price stand in for the future: their prices are finer than its ticks. */
export const isPriceProxy = (path: string): boolean => basename(path).includes('_cfd_');
