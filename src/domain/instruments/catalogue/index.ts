import type { ContractSpec } from '../contract.js';
import { cl } from './cl.js';
import { es } from './es.js';
import { gc } from './gc.js';
import { hg } from './hg.js';
import { mcl } from './mcl.js';
import { mes } from './mes.js';
import { mgc } from './mgc.js';
import { mhg } from './mhg.js';
import { mnq } from './mnq.js';
import { nq } from './nq.js';
import { si } from './si.js';
import { sil } from './sil.js';

/** The watch list's natural order: it breaks ties between cards. */
export const micros: readonly ContractSpec[] = [mgc, mnq, mes, mcl, sil, mhg];

/** Every product the co-pilot knows. A full-size root is an instrument of its own, never an alias of its micro. */
export const instruments: readonly ContractSpec[] = [...micros, gc, nq, es, cl, si, hg];

const byRoot: ReadonlyMap<string, ContractSpec> = new Map(instruments.map((spec) => [spec.root, spec]));

export const instrument = (root: string): ContractSpec | undefined => byRoot.get(root);
