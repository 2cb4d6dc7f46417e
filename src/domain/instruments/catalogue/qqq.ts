import type { ContractSpec } from '../contract.js';

// One share. The tick is the smallest price step of a stock above a dollar; trades inside it are rounded by the feeds.
export const qqq: ContractSpec = {
  root: 'QQQ',
  name: 'Invesco QQQ',
  exchange: 'Nasdaq',
  calendar: 'us-stocks',
  ticksPerPoint: 100,
  decimals: 2,
  microUsdPerTick: 10_000,
  months: '',
  expiry: 'none',
  lastTradeAt: '16:00',
  isMicro: true,
  sibling: undefined,
  source: 'Regulation NMS rule 612 (one cent); QQQ of Invesco, listed on Nasdaq; read 2026-11',
};
