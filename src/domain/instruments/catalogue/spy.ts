import type { ContractSpec } from '../contract.js';

// One share. The tick is the smallest price step of a stock above a dollar; trades inside it are rounded by the feeds.
export const spy: ContractSpec = {
  root: 'SPY',
  name: 'SPDR S&P 500 ETF',
  exchange: 'NYSE Arca',
  calendar: 'us-stocks',
  ticksPerPoint: 100,
  decimals: 2,
  microUsdPerTick: 10_000,
  months: '',
  expiry: 'none',
  lastTradeAt: '16:00',
  isMicro: true,
  sibling: undefined,
  source: 'Regulation NMS rule 612 (one cent); SPY of State Street, listed on NYSE Arca; read 2026-11',
};
