import type { ContractSpec } from '../contract.js';

// Counted in micro lots of 1,000 euros; the tick is a tenth of a pip, as quoted by most brokers.
export const eurusd: ContractSpec = {
  root: 'EURUSD',
  name: 'Euro / US Dollar',
  exchange: 'SPOT',
  calendar: 'forex',
  ticksPerPoint: 100000,
  decimals: 5,
  microUsdPerTick: 10_000,
  months: '',
  expiry: 'none',
  lastTradeAt: '17:00',
  isMicro: true,
  sibling: undefined,
  source: 'EURUSD as quoted by retail brokers: fractional pips, micro lot 1,000; no exchange sets it; read 2026-11',
};
