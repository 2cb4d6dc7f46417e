import { z } from 'zod';
import type { AccountSnapshot, PlatformOrder, PlatformPosition } from '../domain/accounts/snapshot.js';
import { parsePlatformSymbol } from '../domain/instruments/roll.js';
import { ok, type Result } from '../kernel/result.js';
import { type EpochMs, iso, type MicroUsd } from '../kernel/units.js';
import {
  DOLLARS_MAX,
  exactUsd,
  type FieldError,
  instantOf,
  instantText,
  moneyOf,
  name,
  price,
  quantity,
  readBody,
  readStored,
  side,
  text,
  upper,
  withOlderNames,
} from './bridge-fields.js';

export type { FieldError };

const POSITIONS_MAX = 500;
const ORDERS_MAX = 2_000;

const dollars = z.number().min(-DOLLARS_MAX).max(DOLLARS_MAX).nullish();

const positionSchema = z.preprocess(
  withOlderNames({ avg_price: 'avgPrice', last_price: 'lastPrice', unrealized_pnl: 'unrealizedPnL' }),
  z.object({
    symbol: name,
    side: upper(['LONG', 'SHORT']),
    quantity,
    avg_price: price,
    last_price: price.nullish(),
    unrealized_pnl: dollars,
  }),
);

const orderSchema = z.preprocess(
  withOlderNames({ order_id: 'orderId', stop_price: 'stopPrice', limit_price: 'limitPrice' }),
  z.object({
    order_id: name,
    symbol: name,
    action: side,
    type: name,
    quantity,
    stop_price: price.nullish(),
    limit_price: price.nullish(),
    state: name,
  }),
);

/** Body of `POST /positions/update`: one account, whole. Absent orders mean none are known; absent positions are an error. */
const snapshotSchema = z.preprocess(
  withOlderNames({ cash_balance: 'cashBalance', realized_pnl: 'realizedPnL', orders: 'pendingOrders' }),
  z.object({
    bridge: name,
    bridge_version: text.default(''),
    epoch: name,
    seq: z.int().min(0),
    sent_at: instantText,
    account: name,
    connection: z.object({ orders: text, prices: text }).optional(),
    cash_balance: dollars,
    realized_pnl: dollars,
    positions: z.array(positionSchema).max(POSITIONS_MAX),
    orders: z.array(orderSchema).max(ORDERS_MAX).default([]),
  }),
);
type SnapshotWire = z.infer<typeof snapshotSchema>;

/** Reads a bridge's snapshot whole or not at all. `receivedAt` also decides what a bare root such as `MGC` means. */
export function decodeSnapshot(body: unknown, receivedAt: EpochMs): Result<AccountSnapshot, readonly FieldError[]> {
  const read = readBody(snapshotSchema, body);
  return read.ok ? ok(toSnapshot(read.value, receivedAt)) : read;
}

function toSnapshot(wire: SnapshotWire, receivedAt: EpochMs): AccountSnapshot {
  return {
    bridge: wire.bridge,
    bridgeVersion: wire.bridge_version,
    epoch: wire.epoch,
    seq: wire.seq,
    sentAt: instantOf(wire.sent_at),
    receivedAt,
    account: wire.account,
    // Older bridges do not tell; one that does must say that it is connected.
    ordersConnected: wire.connection === undefined || isConnected(wire.connection.orders),
    pricesConnected: wire.connection === undefined || isConnected(wire.connection.prices),
    cashBalance: money(wire.cash_balance),
    realizedPnl: money(wire.realized_pnl),
    positions: wire.positions.map((row) => toPosition(row, receivedAt)),
    orders: wire.orders.map((row) => toOrder(row, receivedAt)),
  };
}

const isConnected = (state: string | undefined): boolean => state?.trim().toLowerCase() === 'connected';
const money = (usd: number | null | undefined): MicroUsd | undefined => (usd == null ? undefined : moneyOf(usd));
const usd = (micro: MicroUsd | undefined): number | null => (micro === undefined ? null : exactUsd(micro));

function toPosition(row: SnapshotWire['positions'][number], at: EpochMs): PlatformPosition {
  const known = parsePlatformSymbol(row.symbol, at);
  return {
    symbol: row.symbol,
    root: known?.root,
    contract: known?.contract,
    side: row.side,
    quantity: row.quantity,
    avgPrice: row.avg_price,
    lastPrice: row.last_price ?? undefined,
    unrealizedPnl: money(row.unrealized_pnl),
  };
}

function toOrder(row: SnapshotWire['orders'][number], at: EpochMs): PlatformOrder {
  return {
    orderId: row.order_id,
    symbol: row.symbol,
    root: parsePlatformSymbol(row.symbol, at)?.root,
    action: row.action,
    type: row.type.toUpperCase(),
    quantity: row.quantity,
    stopPrice: row.stop_price ?? undefined,
    limitPrice: row.limit_price ?? undefined,
    state: row.state.toLowerCase(),
  };
}

/** The wire form of a snapshot: what a bridge sends, without the time it was received. */
export function snapshotWire(snapshot: AccountSnapshot): SnapshotWire {
  return {
    bridge: snapshot.bridge,
    bridge_version: snapshot.bridgeVersion,
    epoch: snapshot.epoch,
    seq: snapshot.seq,
    sent_at: iso(snapshot.sentAt),
    account: snapshot.account,
    connection: { orders: connection(snapshot.ordersConnected), prices: connection(snapshot.pricesConnected) },
    cash_balance: usd(snapshot.cashBalance),
    realized_pnl: usd(snapshot.realizedPnl),
    positions: snapshot.positions.map((row) => ({
      symbol: row.symbol,
      side: row.side,
      quantity: row.quantity,
      avg_price: row.avgPrice,
      last_price: row.lastPrice ?? null,
      unrealized_pnl: usd(row.unrealizedPnl),
    })),
    orders: snapshot.orders.map((row) => ({
      order_id: row.orderId,
      symbol: row.symbol,
      action: row.action,
      type: row.type,
      quantity: row.quantity,
      stop_price: row.stopPrice ?? null,
      limit_price: row.limitPrice ?? null,
      state: row.state,
    })),
  };
}

const connection = (isUp: boolean): string => (isUp ? 'connected' : 'disconnected');

/** Field `snapshot` of `data:stream:account`: the wire form and when the intake took it. */
export const encodeSnapshot = (snapshot: AccountSnapshot): string =>
  JSON.stringify({ v: 1, received_at: iso(snapshot.receivedAt), ...snapshotWire(snapshot) });

export const decodeStoredSnapshot = (text: string): Result<AccountSnapshot, string> => readStored(text, decodeSnapshot);
