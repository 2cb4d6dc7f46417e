import type { ContractSpec } from '../contract.js';

// 10 troy ounces, quoted like GC in dollars an ounce. October (V) is listed but thin, so the roll skips it.
export const mgc: ContractSpec = {
  root: 'MGC',
  name: 'Micro Gold',
  exchange: 'COMEX',
  calendar: 'metals',
  ticksPerPoint: 10,
  decimals: 1,
  microUsdPerTick: 1_000_000,
  months: 'GJMQZ',
  expiry: 'comex-delivery',
  lastTradeAt: '13:30',
  isMicro: true,
  sibling: 'GC',
  source: 'COMEX contract specification of MGC (cmegroup.com), read 2026-11',
};
