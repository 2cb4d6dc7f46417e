import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { epochMs, fromUsd } from '../../../src/kernel/units.js';
import { decodeSnapshot, decodeStoredSnapshot, encodeSnapshot } from '../../../src/messages/account.js';
import { fakePlatform } from '../../support/fake-platform.js';

const NOW = epochMs(Date.parse('2026-11-20T14:31:08Z'));
const body = (changes: Record<string, unknown> = {}) => fakePlatform({ url: '', key: '' }).next(changes);

const read = (changes: Record<string, unknown> = {}) => {
  const result = decodeSnapshot(body(changes), NOW);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
};
const errorsOf = (sent: unknown) => {
  const result = decodeSnapshot(sent, NOW);
  return result.ok ? [] : result.error;
};
const position = (changes: Record<string, unknown>) => ({
  positions: [{ symbol: 'MGC 12-26', side: 'LONG', quantity: 2, avg_price: 4205.3, ...changes }],
});

describe('reading a snapshot', () => {
  test('every field arrives', () => {
    expect(read()).toEqual({
      bridge: 'ninjatrader',
      bridgeVersion: '1.0.0',
      epoch: 'epoch-1',
      seq: 1,
      sentAt: Date.parse('2026-11-20T14:31:07.120Z'),
      receivedAt: NOW,
      account: 'Sim101',
      ordersConnected: true,
      pricesConnected: true,
      cashBalance: 50_000_000_000,
      realizedPnl: -120_500_000,
      positions: [
        {
          symbol: 'MGC 12-26',
          root: 'MGC',
          contract: 'MGCZ6',
          side: 'LONG',
          quantity: 2,
          avgPrice: 4205.3,
          lastPrice: 4207,
          unrealizedPnl: 34_000_000,
        },
      ],
      orders: [
        {
          orderId: 'a1',
          symbol: 'MGC 12-26',
          root: 'MGC',
          action: 'SELL',
          type: 'STOP',
          quantity: 2,
          stopPrice: 4199.8,
          limitPrice: undefined,
          state: 'working',
        },
      ],
    });
  });

  test('the older spellings say the same', () => {
    const { cash_balance, realized_pnl, orders, positions, ...rest } = body();
    const older = {
      ...rest,
      cashBalance: cash_balance,
      realizedPnL: realized_pnl,
      pendingOrders: orders,
      positions: [
        { symbol: 'MGC 12-26', side: 'LONG', quantity: 2, avgPrice: 4205.3, last_price: 4207, unrealizedPnL: 34 },
      ],
    };
    expect(positions).toBeDefined();
    expect(decodeSnapshot(older, NOW)).toEqual(decodeSnapshot(body(), NOW));
  });

  test('where both spellings are sent, the newer one counts', () => {
    expect(read({ realizedPnL: 999 }).realizedPnl).toBe(fromUsd(-120.5));
  });

  test('sides and actions may be written as platforms print them', () => {
    expect(read(position({ side: 'Short' })).positions[0]?.side).toBe('SHORT');
  });

  test.each([
    ['MGC 12-26', 'MGC', 'MGCZ6'],
    ['MGCZ6', 'MGC', 'MGCZ6'],
    ['MGC', 'MGC', 'MGCZ6'],
    ['GC 12-26', 'GC', 'GCZ6'],
  ])('%s is root %s and contract %s', (symbol, root, contract) => {
    expect(read(position({ symbol })).positions[0]).toMatchObject({ symbol, root, contract });
  });

  test('a position in a market we do not know is kept, without a root', () => {
    expect(read(position({ symbol: 'ZN 12-26' })).positions[0]).toMatchObject({
      symbol: 'ZN 12-26',
      root: undefined,
      contract: undefined,
      quantity: 2,
    });
  });

  test('a bridge that tells no connection counts as connected, one that tells must say so', () => {
    const { connection, ...rest } = body();
    expect(connection).toBeDefined();
    const result = decodeSnapshot(rest, NOW);
    expect(result.ok && [result.value.ordersConnected, result.value.pricesConnected]).toEqual([true, true]);
    expect(read({ connection: { orders: 'connected', prices: 'lost' } })).toMatchObject({
      ordersConnected: true,
      pricesConnected: false,
    });
  });

  test('unknown money stays unknown and is never zero', () => {
    expect(read({ cash_balance: null, realized_pnl: undefined })).toMatchObject({
      cashBalance: undefined,
      realizedPnl: undefined,
    });
  });
});

describe('refusing a snapshot', () => {
  test.each([
    ['account', { account: '' }],
    ['seq', { seq: 1.5 }],
    ['seq', { seq: -1 }],
    ['epoch', { epoch: undefined }],
    ['sent_at', { sent_at: 'yesterday' }],
    ['positions', { positions: undefined }],
    ['positions.0.side', position({ side: 'FLAT' })],
    ['positions.0.quantity', position({ quantity: 0 })],
    ['positions.0.quantity', position({ quantity: '2' })],
    ['positions.0.avg_price', position({ avg_price: null })],
    ['cash_balance', { cash_balance: 1e12 }],
    // Postgres stores neither a NUL nor half a surrogate pair; such a report once stopped the engine for good.
    ['account', { account: 'a\u0000b' }],
    ['epoch', { epoch: 'e\ud800' }],
    ['bridge_version', { bridge_version: '1\u0007' }],
    [
      'orders.0.action',
      { orders: [{ order_id: 'a', symbol: 'MGC', action: 'HOLD', type: 'STOP', quantity: 1, state: 'x' }] },
    ],
  ])('names %s', (field, changes) => {
    const errors = errorsOf(body(changes));
    expect(errors.map((error) => error.field)).toEqual([field]);
    expect(errors[0]?.problem).not.toBe('');
  });

  test('names every wrong field at once', () => {
    const errors = errorsOf(body({ seq: 'x', ...position({ quantity: -1, side: 3 }) }));
    expect(errors.map(({ field }) => field).sort()).toEqual(['positions.0.quantity', 'positions.0.side', 'seq']);
  });

  test.each([[undefined], [null], ['text'], [[]], [42]])('%j is no snapshot', (sent) => {
    expect(errorsOf(sent)).toMatchObject([{ field: 'body' }]);
  });

  test('law: whatever is sent, reading answers and never throws', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...Object.keys(body())), (value, key) => {
        const result = decodeSnapshot(body({ [key]: value }), NOW);
        expect(result.ok || result.error.length > 0).toBe(true);
      }),
    );
  });
});

describe('the stored form', () => {
  test('law: what is stored is read back as it was, to the micro-dollar', () => {
    const cents = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(cents, cents, fc.boolean(), (cash, pnl, isUp) => {
        const connection = { orders: isUp ? 'connected' : 'lost', prices: 'connected' };
        const snapshot = read({ cash_balance: cash, realized_pnl: pnl, connection });
        expect(decodeStoredSnapshot(encodeSnapshot(snapshot))).toEqual({ ok: true, value: snapshot });
      }),
    );
  });

  test.each([['not json'], ['{}'], ['{"v":2}']])('%s is refused with a reason', (text) => {
    const result = decodeStoredSnapshot(text);
    expect(result.ok ? '' : result.error).not.toBe('');
  });

  test('a stored snapshot with a wrong field says which', () => {
    const text = encodeSnapshot(read()).replace('"quantity":2', '"quantity":-2');
    expect(decodeStoredSnapshot(text)).toMatchObject({ ok: false, error: expect.stringContaining('quantity') });
  });
});
