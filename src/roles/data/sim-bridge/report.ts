import type { AccountSnapshot, PlatformOrder, PlatformPosition } from '../../../domain/accounts/snapshot.js';
import { instrument } from '../../../domain/instruments/catalogue/index.js';
import { priceOf } from '../../../domain/instruments/contract.js';
import type { EpochMs, Ticks } from '../../../kernel/units.js';
import { type OpenTrade, openResult, type Trader } from './trader.js';

export const SIM_ACCOUNT = 'Sim101';

/** The trader's account as a platform would report it, whole. */
export function accountReport(trader: Trader, of: { epoch: string; seq: number; at: EpochMs }): AccountSnapshot {
  const { position } = trader;
  return {
    bridge: 'simulated',
    bridgeVersion: '1.0.0',
    epoch: of.epoch,
    seq: of.seq,
    sentAt: of.at,
    receivedAt: of.at,
    account: SIM_ACCOUNT,
    ordersConnected: true,
    pricesConnected: true,
    cashBalance: trader.cash,
    realizedPnl: trader.realized,
    positions: position ? [positionOf(position)] : [],
    orders: position ? ordersOf(position) : [],
  };
}

const decimal = (root: string, price: Ticks): number => {
  const spec = instrument(root);
  if (!spec) throw new Error(`impossible: the demo trades an unknown ${root}`);
  return priceOf(price, spec);
};

function positionOf(trade: OpenTrade): PlatformPosition {
  return {
    symbol: trade.contract,
    root: trade.root,
    contract: trade.contract,
    side: trade.side,
    quantity: trade.quantity,
    avgPrice: decimal(trade.root, trade.entry),
    lastPrice: decimal(trade.root, trade.last),
    unrealizedPnl: openResult(trade),
  };
}

function ordersOf(trade: OpenTrade): readonly PlatformOrder[] {
  const { id, root, contract: symbol, quantity } = trade;
  const action = trade.side === 'LONG' ? 'SELL' : 'BUY';
  const common = { symbol, root, action, quantity, state: 'working' } as const;
  const [stopPrice, limitPrice] = [decimal(root, trade.stop), decimal(root, trade.target)];
  return [
    { ...common, orderId: `${id}-stop`, type: 'STOP', stopPrice, limitPrice: undefined },
    { ...common, orderId: `${id}-target`, type: 'LIMIT', stopPrice: undefined, limitPrice },
  ];
}
