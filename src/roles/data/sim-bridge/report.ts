import type { AccountSnapshot, PlatformOrder, PlatformPosition } from '../../../domain/accounts/snapshot.js';
import { priceOf } from '../../../domain/instruments/contract.js';
import type { EpochMs, Ticks } from '../../../kernel/units.js';
import { specOf } from './fill.js';
import type { Content } from './outbox.js';
import { standingOf } from './standing.js';
import { type OpenTrade, openResult, type Trader } from './trader.js';

/** The trader's account as a platform would report it, whole. */
export function accountReport(trader: Trader, at: EpochMs): Content {
  const { position, account, day } = trader;
  const { cash, realized } = standingOf(account, day);
  return {
    account: account.name,
    sentAt: at,
    cashBalance: cash,
    realizedPnl: realized,
    positions: position ? [positionOf(position)] : [],
    orders: position ? ordersOf(position) : [],
  };
}

const decimal = (root: string, price: Ticks): number => priceOf(price, specOf(root));

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

function ordersOf(trade: OpenTrade): AccountSnapshot['orders'] {
  const { id, root, contract: symbol, quantity } = trade;
  const action = trade.side === 'LONG' ? 'SELL' : 'BUY';
  const common = { symbol, root, action, quantity, state: 'working' } as const;
  const [stopPrice, limitPrice] = [decimal(root, trade.stop), decimal(root, trade.target)];
  const stop: PlatformOrder = { ...common, orderId: `${id}-stop`, type: 'STOP', stopPrice, limitPrice: undefined };
  return [stop, { ...common, orderId: `${id}-target`, type: 'LIMIT', stopPrice: undefined, limitPrice }];
}
