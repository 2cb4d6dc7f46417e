import type { ContractSpec } from '../contract.js';

// 5,000 troy ounces in dollars an ounce. January and the serial months are listed but thin.
export const si: ContractSpec = {
  root: 'SI',
  name: 'Silver',
  exchange: 'COMEX',
  calendar: 'metals',
  ticksPerPoint: 200,
  decimals: 3,
  microUsdPerTick: 25_000_000,
  months: 'HKNUZ',
  expiry: 'comex-delivery',
  lastTradeAt: '13:25',
  isMicro: false,
  sibling: 'SIL',
  source: 'COMEX contract specification of SI (cmegroup.com), read 2026-11',
};
