import { instrument } from '../../src/domain/instruments/catalogue/index.js';
import type { ContractSpec } from '../../src/domain/instruments/contract.js';

/** The catalogue's entry of a root that must be in it. */
export function known(root: string): ContractSpec {
  const spec = instrument(root);
  if (!spec) throw new Error(`${root} is not in the catalogue`);
  return spec;
}
