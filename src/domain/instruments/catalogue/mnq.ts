import type { ContractSpec } from '../contract.js';

// $2 times the index; the tick is a quarter point.
export const mnq: ContractSpec = {
  root: 'MNQ',
  name: 'Micro E-mini Nasdaq-100',
  exchange: 'CME',
  calendar: 'equity-index',
  ticksPerPoint: 4,
  decimals: 2,
  microUsdPerTick: 500_000,
  months: 'HMUZ',
  expiry: 'third-friday',
  lastTradeAt: '09:30',
  isMicro: true,
  sibling: 'NQ',
  source: 'CME contract specification of MNQ (cmegroup.com), read 2026-11',
};
