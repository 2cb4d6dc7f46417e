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
