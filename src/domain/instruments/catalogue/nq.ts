import type { ContractSpec } from '../contract.js';

// $20 times the index; the tick is a quarter point.
export const nq: ContractSpec = {
  root: 'NQ',
  name: 'E-mini Nasdaq-100',
  exchange: 'CME',
  calendar: 'equity-index',
  ticksPerPoint: 4,
  decimals: 2,
  microUsdPerTick: 5_000_000,
  months: 'HMUZ',
  expiry: 'third-friday',
  lastTradeAt: '09:30',
  isMicro: false,
  sibling: 'MNQ',
  source: 'CME contract specification of NQ (cmegroup.com), read 2026-11',
};
