import type { EpochMs, MicroUsd } from '../../kernel/units.js';

/** What a platform bridge said about one account, whole, at one instant. */
export interface AccountSnapshot {
  readonly bridge: string;
  readonly bridgeVersion: string;
  /** Changes when the bridge restarts. */
  readonly epoch: string;
  /** Grows by one per snapshot within an epoch. */
  readonly seq: number;
  readonly sentAt: EpochMs;
  /** When the intake took it, by the run's clock. */
  readonly receivedAt: EpochMs;
  readonly account: string;
  readonly ordersConnected: boolean;
  readonly pricesConnected: boolean;
  readonly cashBalance: MicroUsd | undefined;
  readonly realizedPnl: MicroUsd | undefined;
  readonly positions: readonly PlatformPosition[];
  readonly orders: readonly PlatformOrder[];
}

export interface PlatformPosition {
  /** The platform's contract name, e.g. `MGC 12-26`. */
  readonly symbol: string;
  readonly root: string | undefined;
  readonly contract: string | undefined;
  readonly side: 'LONG' | 'SHORT';
  readonly quantity: number;
  /** Decimal: an average need not be on the grid. */
  readonly avgPrice: number;
  readonly lastPrice: number | undefined;
  readonly unrealizedPnl: MicroUsd | undefined;
}

export interface PlatformOrder {
  readonly orderId: string;
  readonly symbol: string;
  readonly root: string | undefined;
  readonly action: 'BUY' | 'SELL';
  readonly type: string;
  readonly quantity: number;
  readonly stopPrice: number | undefined;
  readonly limitPrice: number | undefined;
  readonly state: string;
}
