import { expect, test } from 'vitest';
import type { Signal } from '../../../../src/domain/copilot/effect.js';
import { focusCard } from '../../../../src/domain/focus/card.js';
import { tradingDay } from '../../../../src/domain/sessions/trading-day.js';
import { epochMs, fromUsd, ticks } from '../../../../src/kernel/units.js';
import { signalRecord } from '../../../../src/roles/engine/signals.js';
import { goodFacts, goodReading } from '../../domain/focus/card-facts.js';

const at = epochMs(Date.parse('2026-11-19T15:11:00Z'));
const gate = { mode: 'block', side: 'LONG', adx: 17.345, trend: 'BEARISH', passes: false } as const;
const head = { id: 'x', at, tradingDay: tradingDay('2026-11-19'), root: 'MGC', side: 'LONG', gate } as const;
const row = { id: 'x', at, tradingDay: '2026-11-19', symbol: 'MGC', direction: 'LONG' };
const seen = { adx: 17.3, trend: 'BEARISH', passes: false, mode: 'block', suppressed: true };

test('the break of an opening range is kept with its prices, its ATR, its time and what the gate saw', () => {
  const signal = {
    type: 'ORB',
    direction: 'LONG',
    triggerPrice: ticks(42_123),
    orHigh: ticks(42_080),
    orLow: ticks(42_020),
    atr: 6.3456,
    at,
  } as const;
  const range = { ...goodReading.openingRange, over: true, missing: 2, signal };
  expect(signalRecord({ ...head, type: 'ORB', range, signal })).toEqual({
    ...row,
    type: 'ORB',
    facts: {
      trigger_price: 4212.3,
      or_high: 4208,
      or_low: 4202,
      atr: 6.346,
      timestamp: '2026-11-19T15:11:00.000Z',
      missing: 2,
      gate: seen,
    },
  });
});

test('a touched entry zone is kept with its price and its risk', () => {
  const signal: Signal = { ...head, type: 'ENTRY_ZONE', price: 4207.1, openRisk: fromUsd(345) };
  const facts = { price: 4207.1, risk_dollars: 345, gate: seen };
  expect(signalRecord(signal)).toEqual({ ...row, type: 'ENTRY_ZONE', facts });
});

test('a card the gate was against is kept with the trade it would have been', () => {
  const facts = {
    price: 4207.1,
    quality: 72.5,
    entry_low: 4203.9,
    entry_high: 4207.9,
    stop: 4196.4,
    tp1: 4218.4,
    risk_dollars: 345,
    gate: { ...seen, mode: 'warn', suppressed: false },
  };
  const signal: Signal = { ...head, type: 'CARD', card: focusCard(goodFacts), gate: { ...gate, mode: 'warn' } };
  expect(signalRecord(signal)).toEqual({ ...row, type: 'CARD', facts });
});

test('a gate that was not ready is kept as not known', () => {
  const unready = { ...gate, adx: undefined, trend: undefined, passes: undefined };
  const record = signalRecord({ ...head, type: 'ENTRY_ZONE', price: 1, openRisk: fromUsd(0), gate: unready });
  expect(record.facts.gate).toEqual({ adx: null, trend: null, passes: null, mode: 'block', suppressed: false });
});
