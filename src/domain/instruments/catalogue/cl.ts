import type { ContractSpec } from '../contract.js';

// 1,000 barrels in dollars a barrel.
export const cl: ContractSpec = {
  root: 'CL',
  name: 'WTI Crude Oil',
  exchange: 'NYMEX',
  calendar: 'energy',
  ticksPerPoint: 100,
  decimals: 2,
  microUsdPerTick: 10_000_000,
  months: 'FGHJKMNQUVXZ',
  expiry: 'crude',
  lastTradeAt: '14:30',
  isMicro: false,
  sibling: 'MCL',
  source: 'NYMEX contract specification of CL (cmegroup.com), read 2026-11',
};
