import type { ContractSpec } from '../contract.js';

// 100 troy ounces in dollars an ounce. October (V) is listed but thin, so the roll skips it.
export const gc: ContractSpec = {
  root: 'GC',
  name: 'Gold',
  exchange: 'COMEX',
  calendar: 'metals',
  ticksPerPoint: 10,
  decimals: 1,
  microUsdPerTick: 10_000_000,
  months: 'GJMQZ',
  expiry: 'comex-delivery',
  lastTradeAt: '13:30',
  isMicro: false,
  sibling: 'MGC',
  source: 'COMEX contract specification of GC (cmegroup.com), read 2026-11',
};
