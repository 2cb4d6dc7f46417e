import type { ContractSpec } from '../contract.js';

// 1,000 troy ounces in dollars an ounce: a fifth of SI. January and the serial months are listed but thin.
export const sil: ContractSpec = {
  root: 'SIL',
  name: 'Micro Silver',
  exchange: 'COMEX',
  calendar: 'metals',
  ticksPerPoint: 200,
  decimals: 3,
  microUsdPerTick: 5_000_000,
  months: 'HKNUZ',
  expiry: 'comex-delivery',
  lastTradeAt: '13:25',
  isMicro: true,
  sibling: 'SI',
  source: 'COMEX contract specification of SIL (cmegroup.com), read 2026-11',
};
