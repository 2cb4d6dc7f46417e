import { afterEach } from 'vitest';
import type { EpochMs } from '../../../src/kernel/units.js';
import { type FakeMarket, fakeMarket } from '../fake-vendor/market.js';
import { type FakeMassive, type FakeMassiveOptions, startFakeMassive } from './server.js';

/** The slash and the plus are written otherwise inside an address. */
export const KEY = 'pk_5ecret/with+signs';

export interface MassiveAt {
  readonly market: FakeMarket;
  readonly vendor: FakeMassive;
}

/** A market that has come to an instant, and its vendor. */
export async function massiveAt(
  start: EpochMs,
  { roots = ['MGC', 'MES'], ...options }: Partial<FakeMassiveOptions> & { readonly roots?: readonly string[] } = {},
): Promise<MassiveAt> {
  const market = fakeMarket({ roots, start });
  return { market, vendor: await startFakeMassive(market, { apiKey: KEY, ...options }) };
}

/** Starts vendors for one test file and closes them after each test. Call at the top level. */
export function massiveVendors(): typeof massiveAt {
  const open: FakeMassive[] = [];
  afterEach(async () => {
    for (const vendor of open.splice(0)) await vendor.close();
  });
  return async (...args) => {
    const at = await massiveAt(...args);
    open.push(at.vendor);
    return at;
  };
}
