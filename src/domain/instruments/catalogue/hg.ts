import type { ContractSpec } from '../contract.js';

// 25,000 pounds in dollars a pound, delivered in its own month. The other serial months are thin.
export const hg: ContractSpec = {
  root: 'HG',
  name: 'Copper',
  exchange: 'COMEX',
  calendar: 'metals',
  ticksPerPoint: 2_000,
  decimals: 4,
  microUsdPerTick: 12_500_000,
  months: 'HKNUZ',
  expiry: 'comex-delivery',
  lastTradeAt: '13:00',
  isMicro: false,
  sibling: 'MHG',
  source: 'COMEX contract specification of HG (cmegroup.com), read 2026-11',
};
