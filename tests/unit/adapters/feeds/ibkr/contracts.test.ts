import { describe, expect, test } from 'vitest';
import {
  deliveryOf,
  type MonthDetails,
  multiplierOf,
  pickMonth,
  queriesFor,
} from '../../../../../src/adapters/feeds/ibkr/contracts.js';
import { instrument, instruments } from '../../../../../src/domain/instruments/catalogue/index.js';
import { epochMs } from '../../../../../src/kernel/units.js';

const at = (text: string) => epochMs(Date.parse(text));
const spec = (root: string) => {
  const found = instrument(root);
  if (!found) throw new Error(root);
  return found;
};
const NOW = at('2026-11-20T14:00:00Z');

const details = (more: Partial<MonthDetails>): MonthDetails => ({
  ...{ conId: 7, symbol: 'MGC', localSymbol: 'MGCZ6', tradingClass: 'MGC', exchange: 'COMEX', multiplier: 10 },
  ...{ month: '202612', lastTradingDay: '20261229' },
  ...more,
});

test('the micros have the multipliers IBKR knows them by, and so no full-size contract is ever taken for one', () => {
  const ours = ['MES', 'MNQ', 'MGC', 'SIL', 'MHG', 'MCL'].map((root) => multiplierOf(spec(root)));
  expect(ours).toEqual([5, 2, 10, 1_000, 2_500, 100]);
});

test.each(['CME', 'COMEX', 'NYMEX'])('roots of %s are asked for there', (exchange) => {
  const roots = instruments.filter((it) => it.exchange === exchange);
  expect(roots.length).toBeGreaterThan(0);
  for (const it of roots)
    for (const query of queriesFor(it, `${it.root}Z6`, { year: 2026, month: 12 }))
      expect(query.exchange).toBe(exchange);
});

test('the 1,000-ounce silver contract is asked for under the large one’s symbol, as its own trading class', () => {
  const [query] = queriesFor(spec('SIL'), 'SILZ6', { year: 2026, month: 12 });
  expect(query).toEqual({ symbol: 'SI', tradingClass: 'SIL', month: '202612', exchange: 'COMEX' });
});

describe('the year of a name', () => {
  test.each([
    ['MGCZ6', '2026-11-20T14:00:00Z', 2026],
    ['MGCG7', '2026-11-20T14:00:00Z', 2027],
    ['MGCZ4', '2024-11-20T14:00:00Z', 2024],
    ['MGCZ5', '2025-03-01T14:00:00Z', 2025],
    ['MGCG0', '2029-12-20T14:00:00Z', 2030],
  ])('%s at %s is of %d', (contract, text, year) => {
    expect(deliveryOf(spec('MGC'), contract, at(text))?.year).toBe(year);
  });

  test.each(['MGC', 'MESZ6', 'MGCA6', 'MGCZ26', ''])('"%s" is no month of MGC', (contract) => {
    expect(deliveryOf(spec('MGC'), contract, NOW)).toBeUndefined();
  });
});

describe('of the months TWS answers with', () => {
  const wish = { spec: spec('MGC'), contract: 'MGCZ6', delivery: { year: 2026, month: 12 } };

  test('the one that was meant is taken', () => {
    const others = [
      details({ month: '201612', conId: 1 }),
      details({ month: '202702', localSymbol: 'MGCG7', conId: 2 }),
    ];
    expect(pickMonth([...others, details({})], wish)).toEqual({
      ...{ root: 'MGC', contract: 'MGCZ6', conId: 7, exchange: 'COMEX', remark: undefined },
    });
  });

  test('one of another size is not', () => {
    expect(pickMonth([details({ multiplier: 100, tradingClass: 'GC', localSymbol: 'GCZ6' })], wish)).toBeUndefined();
    expect(pickMonth([details({ multiplier: 100 })], wish)).toBeUndefined();
  });

  test('one that trades until another day than our calendar says is taken, and somebody is told', () => {
    const [ours, theirs] = ['20261229', '20261228'];
    expect(pickMonth([details({ lastTradingDay: theirs })], wish)?.remark).toContain(theirs);
    expect(pickMonth([details({ lastTradingDay: theirs })], wish)?.remark).toContain(ours);
  });
});
