import type { ContractSpec } from '../contract.js';

// $5 times the index; the tick is a quarter point.
export const mes: ContractSpec = {
  root: 'MES',
  name: 'Micro E-mini S&P 500',
  exchange: 'CME',
  calendar: 'equity-index',
  ticksPerPoint: 4,
  decimals: 2,
  microUsdPerTick: 1_250_000,
  months: 'HMUZ',
  expiry: 'third-friday',
  lastTradeAt: '09:30',
  isMicro: true,
  sibling: 'ES',
  source: 'CME contract specification of MES (cmegroup.com), read 2026-11',
};
