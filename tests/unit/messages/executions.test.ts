import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { epochMs } from '../../../src/kernel/units.js';
import { decodeExecutions, decodeStoredExecutions, encodeExecutions } from '../../../src/messages/executions.js';

const NOW = epochMs(Date.parse('2026-11-20T14:31:08Z'));

const fill = (changes: Record<string, unknown> = {}) => ({
  execution_id: 'x1',
  order_id: 'a1',
  symbol: 'MGC 12-26',
  side: 'BUY',
  quantity: 2,
  price: 4205.3,
  commission: 1.24,
  time: '2026-11-20T14:31:07.120Z',
  ...changes,
});
const body = (changes: Record<string, unknown> = {}) => ({ account: 'Sim101', executions: [fill(changes)] });

const read = (sent: unknown) => {
  const result = decodeExecutions(sent, NOW);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
};
const first = (changes: Record<string, unknown>) => read(body(changes)).executions[0];
const errorsOf = (sent: unknown) => {
  const result = decodeExecutions(sent, NOW);
  return result.ok ? [] : result.error;
};

describe('reading fills', () => {
  test('every field arrives', () => {
    expect(read(body())).toEqual({
      account: 'Sim101',
      receivedAt: NOW,
      executions: [
        {
          account: 'Sim101',
          executionId: 'x1',
          orderId: 'a1',
          symbol: 'MGC 12-26',
          root: 'MGC',
          contract: 'MGCZ6',
          side: 'BUY',
          quantity: 2,
          price: 4205.3,
          commission: 1_240_000,
          at: Date.parse('2026-11-20T14:31:07.120Z'),
          operation: 'add',
          receivedAt: NOW,
        },
      ],
    });
  });

  test.each([
    ['BUY', 'BUY'],
    ['buy', 'BUY'],
    ['Long', 'BUY'],
    ['BuyToCover', 'BUY'],
    ['Sell', 'SELL'],
    ['SHORT', 'SELL'],
    ['SellShort', 'SELL'],
    ['SELL_SHORT', 'SELL'],
  ])('a side written %s is %s', (side, meant) => {
    expect(first({ side })?.side).toBe(meant);
  });

  test('the older spellings say the same', () => {
    const { execution_id, order_id, ...rest } = fill();
    const older = { account: 'Sim101', executions: [{ ...rest, executionId: execution_id, orderId: order_id }] };
    expect(read(older)).toEqual(read(body()));
  });

  test.each([
    ['Add', 'add'],
    ['update', 'update'],
    ['REMOVE', 'remove'],
    [undefined, 'add'],
    [null, 'add'],
  ])('the operation %s is %s', (operation, meant) => {
    expect(first({ operation })?.operation).toBe(meant);
  });

  test('a commission that is not told is none, and an order that is not told is no fault', () => {
    expect(first({ commission: undefined, order_id: undefined })).toMatchObject({ commission: 0, orderId: '' });
  });

  test('a time with an offset is the same instant', () => {
    expect(first({ time: '2026-11-20T09:31:07.120-05:00' })?.at).toBe(Date.parse('2026-11-20T14:31:07.120Z'));
  });

  test('a full-size contract stays full size, and a market we do not know is kept without a root', () => {
    expect(first({ symbol: 'GC 12-26' })).toMatchObject({ root: 'GC', contract: 'GCZ6' });
    expect(first({ symbol: 'ZN 12-26' })).toMatchObject({ root: undefined, contract: undefined, quantity: 2 });
  });

  test('the same fill twice in one body is no fault: the journal knows it by its id', () => {
    expect(read({ account: 'A', executions: [fill(), fill()] }).executions.length).toBe(2);
  });
});

describe('refusing fills', () => {
  test.each([
    ['account', { ...body(), account: ' ' }],
    ['executions', { account: 'A' }],
    ['executions', { account: 'A', executions: Array.from({ length: 2_001 }, () => fill()) }],
    ['executions.0.execution_id', body({ execution_id: '' })],
    ['executions.0.execution_id', body({ execution_id: 'a\u0000' })],
    ['executions.0.side', body({ side: 'FLAT' })],
    ['executions.0.quantity', body({ quantity: 0 })],
    ['executions.0.quantity', body({ quantity: 1.5 })],
    ['executions.0.price', body({ price: '4205.3' })],
    ['executions.0.commission', body({ commission: -0.01 })],
    ['executions.0.time', body({ time: '2026-11-20T14:31:07' })],
    ['executions.0.time', body({ time: '1999-12-31T23:59:59Z' })],
    ['executions.0.time', body({ time: '2026-11-21T14:31:08.001Z' })],
    ['executions.0.operation', body({ operation: 'upsert' })],
  ])('names %s', (field, sent) => {
    const errors = errorsOf(sent);
    expect(errors.map((error) => error.field)).toEqual([field]);
    expect(errors[0]?.problem).not.toBe('');
  });

  test('names each wrong fill and takes none', () => {
    const executions = [fill({ time: '1999-01-01T00:00:00Z' }), fill(), fill({ time: '2027-01-01T00:00:00Z' })];
    expect(errorsOf({ account: 'A', executions }).map(({ field }) => field)).toEqual([
      'executions.0.time',
      'executions.2.time',
    ]);
  });

  test('answers a body full of mistakes with the first hundred and how many more there are', () => {
    const errors = errorsOf({ account: 'A', executions: Array.from({ length: 1_000 }, () => 7) });
    expect(errors.length).toBe(101);
    expect(errors.at(-1)).toEqual({ field: 'body', problem: '900 more' });
  });

  test('law: whatever is sent, reading answers and never throws', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...Object.keys(fill())), (value, key) => {
        const result = decodeExecutions(body({ [key]: value }), NOW);
        expect(result.ok || result.error.length > 0).toBe(true);
      }),
    );
  });
});

describe('the stored form', () => {
  const execution = fc.record({
    execution_id: fc.string({ minLength: 1, maxLength: 20, unit: fc.constantFrom(...'abcXYZ019-_/é') }),
    symbol: fc.constantFrom('MGC 12-26', 'MGC', 'GC 12-26', 'ZN 12-26', 'MCLF7'),
    side: fc.constantFrom('BUY', 'SELL', 'Long', 'Short'),
    quantity: fc.integer({ min: 1, max: 100_000 }),
    price: fc.double({ min: -100, max: 1e6, noNaN: true }),
    commission: fc.double({ min: 0, max: 1e6, noNaN: true }),
    operation: fc.constantFrom('add', 'update', 'remove'),
    time: fc
      .date({ min: new Date('2000-01-02'), max: new Date(NOW), noInvalidDate: true })
      .map((it) => it.toISOString()),
  });

  test('law: what is stored is read back as it was', () => {
    fc.assert(
      fc.property(fc.array(execution, { maxLength: 5 }), (executions) => {
        const batch = read({ account: 'Sim101', executions });
        const text = encodeExecutions(batch);
        expect(decodeStoredExecutions(text)).toEqual({ ok: true, value: batch });
        const again = decodeStoredExecutions(text);
        expect(again.ok && encodeExecutions(again.value)).toBe(text);
      }),
    );
  });

  test.each([['not json'], ['{}'], ['{"v":2}']])('%s is refused with a reason', (text) => {
    const result = decodeStoredExecutions(text);
    expect(result.ok ? '' : result.error).not.toBe('');
  });

  test('a stored fill with a wrong field says which', () => {
    const text = encodeExecutions(read(body())).replace('"quantity":2', '"quantity":-2');
    expect(decodeStoredExecutions(text)).toMatchObject({ ok: false, error: expect.stringContaining('quantity') });
  });
});
