import { describe, expect, test } from 'vitest';
import type { Trade } from '../../../../src/domain/accounts/journal.js';
import type { Effect } from '../../../../src/domain/copilot/effect.js';
import { defaultLimits } from '../../../../src/domain/risk/limits.js';
import { tradingDay } from '../../../../src/domain/sessions/trading-day.js';
import { epochMs, fromUsd } from '../../../../src/kernel/units.js';
import { outputOf } from '../../../../src/roles/engine/outputs.js';
import { readLimits, readRiskEvent, readTrades } from '../../../../src/roles/engine/records.js';

const at = epochMs(Date.parse('2026-11-19T14:00:00Z'));
const day = tradingDay('2026-11-19');
const limits = defaultLimits(fromUsd(50_000));
/** As it stands in the audit: written as JSON, read after a crash. */
const stored = (effect: Effect): unknown => JSON.parse(JSON.stringify(outputOf(effect, 'live').data));

const trade: Trade = {
  id: 'Sim101/a',
  account: 'Sim101',
  symbol: 'MGC 12-26',
  root: 'MGC',
  side: 'LONG',
  quantity: 2,
  openedAt: at,
  closedAt: at,
  entryPrice: 4200,
  exitPrice: 4201,
  gross: fromUsd(20),
  fees: fromUsd(2.48),
  net: fromUsd(17.52),
};

describe('what is written down comes back from the audit as it was', () => {
  test('trades, also those whose result is not known', () => {
    const unknown = { ...trade, id: 'Sim101/b', root: undefined, gross: undefined, net: undefined };
    const trades = { tradingDay: day, trades: [trade, unknown] };
    const effect: Effect = { kind: 'record-trades', account: 'Sim101', trades };
    expect(readTrades(stored(effect))).toEqual({ account: 'Sim101', trades });
  });

  test.each([
    ['with looser limits that wait', { from: day, limits: { ...limits, riskPerTrade: fromUsd(450) } }],
    ['with a larger account that waits', { from: day, limits, accountSize: fromUsd(100_000) }],
    ['with nothing that waits', undefined],
  ])('limits %s', (_, pending) => {
    const book = { inForce: limits, pending, accountSize: fromUsd(50_000) };
    const record = { id: 'c1', at, tradingDay: day, book, text: 'limits changed' };
    expect(readLimits(stored({ kind: 'record-limits', record }))).toEqual(record);
  });

  test('risk events', () => {
    const event = {
      id: 'no-stop-began',
      at,
      tradingDay: day,
      rule: 'no-stop',
      severity: 'warn',
      phase: 'began',
      text: 'no stop: MGC 12-26',
      facts: { symbols: 'MGC 12-26', count: 1, known: true, price: null },
    } as const;
    expect(readRiskEvent(stored({ kind: 'record-risk-event', event }))).toEqual(event);
  });
});
