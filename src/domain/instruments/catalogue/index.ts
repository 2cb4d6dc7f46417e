import type { ContractSpec } from '../contract.js';
import { cl } from './cl.js';
import { es } from './es.js';
import { eurusd } from './eurusd.js';
import { gc } from './gc.js';
import { hg } from './hg.js';
import { mcl } from './mcl.js';
import { mes } from './mes.js';
import { mgc } from './mgc.js';
import { mhg } from './mhg.js';
import { mnq } from './mnq.js';
import { nq } from './nq.js';
import { qqq } from './qqq.js';
import { si } from './si.js';
import { sil } from './sil.js';
import { spy } from './spy.js';

/** The watch list's natural order: it breaks ties between cards. */
export const micros: readonly ContractSpec[] = [mgc, mnq, mes, mcl, sil, mhg];

/** Every futures product the co-pilot knows. A full-size root is an instrument of its own, never an alias of its micro. */
export const instruments: readonly ContractSpec[] = [...micros, gc, nq, es, cl, si, hg];

/** Stocks and currencies that may be watched beside the futures. They have no months and never roll. */
export const spots: readonly ContractSpec[] = [spy, qqq, eurusd];

const byRoot: ReadonlyMap<string, ContractSpec> = new Map([...instruments, ...spots].map((spec) => [spec.root, spec]));

export const instrument = (root: string): ContractSpec | undefined => byRoot.get(root);
