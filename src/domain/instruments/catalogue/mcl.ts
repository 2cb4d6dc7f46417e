import type { ContractSpec } from '../contract.js';

// 100 barrels in dollars a barrel, settled in cash one business day before CL expires.
export const mcl: ContractSpec = {
  root: 'MCL',
  name: 'Micro WTI Crude Oil',
  exchange: 'NYMEX',
  calendar: 'energy',
  ticksPerPoint: 100,
  decimals: 2,
  microUsdPerTick: 1_000_000,
  months: 'FGHJKMNQUVXZ',
  expiry: 'crude-micro',
  lastTradeAt: '14:30',
  isMicro: true,
  sibling: 'CL',
  source: 'NYMEX contract specification of MCL (cmegroup.com), read 2026-11',
};
