import type { ContractSpec } from '../contract.js';

// $50 times the index; the tick is a quarter point.
export const es: ContractSpec = {
  root: 'ES',
  name: 'E-mini S&P 500',
  exchange: 'CME',
  calendar: 'equity-index',
  ticksPerPoint: 4,
  decimals: 2,
  microUsdPerTick: 12_500_000,
  months: 'HMUZ',
  expiry: 'third-friday',
  lastTradeAt: '09:30',
  isMicro: false,
  sibling: 'MES',
  source: 'CME contract specification of ES (cmegroup.com), read 2026-11',
};
