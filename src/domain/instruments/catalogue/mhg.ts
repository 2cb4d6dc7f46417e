import type { ContractSpec } from '../contract.js';

// 2,500 pounds in dollars a pound, settled in cash the month before its own. The other serial months are thin.
export const mhg: ContractSpec = {
  root: 'MHG',
  name: 'Micro Copper',
  exchange: 'COMEX',
  calendar: 'metals',
  ticksPerPoint: 2_000,
  decimals: 4,
  microUsdPerTick: 1_250_000,
  months: 'HKNUZ',
  expiry: 'comex-month-before',
  lastTradeAt: '13:00',
  isMicro: true,
  sibling: 'HG',
  source: 'COMEX contract specification of MHG (cmegroup.com), read 2026-11',
};
