import { describe, expect, test } from 'vitest';
import type { CopilotEvent } from '../../../../src/domain/copilot/event.js';
import { defaultLimits } from '../../../../src/domain/risk/limits.js';
import { epochMs, fromUsd } from '../../../../src/kernel/units.js';
import { encodeExecutions } from '../../../../src/messages/executions.js';
import { decodeEvent, encodeEvent, eventOf } from '../../../../src/roles/engine/event-codec.js';
import { fillAt } from '../../../support/fills.js';

const NINE = epochMs(Date.parse('2026-11-19T14:00:00Z'));
const fills = [
  fillAt(NINE, { executionId: 'a', fee: 1.235678 }),
  fillAt(NINE, { executionId: 'b', side: 'SELL', price: 4200.0333333, operation: 'update', symbol: 'FDAX 12-26' }),
];
const filled: CopilotEvent = { kind: 'executions', at: NINE, account: 'Sim101', executions: fills };
const changed: CopilotEvent = {
  kind: 'set-limits',
  at: NINE,
  id: 'c1',
  change: { riskPerTrade: fromUsd(312.5), entryCutoffMinute: 585 },
};
const begun: CopilotEvent = {
  kind: 'begin',
  at: NINE,
  id: 'begin-1',
  asked: epochMs(NINE + 1),
  accountSize: fromUsd(50_000),
  limits: defaultLimits(fromUsd(50_000)),
};
const retired: CopilotEvent = { kind: 'retire-account', at: NINE, id: 'r1', account: 'Sim101' };
const doubted: CopilotEvent = {
  kind: 'feed-fact',
  at: NINE,
  fact: {
    id: 'price-mismatch-MGC-began-1',
    at: NINE,
    root: 'MGC',
    fact: 'price-mismatch',
    active: true,
    text: 'apart',
    facts: { ticks_apart: 300.5, feed_contract: 'MGCZ6' },
  },
};
const factJson = {
  id: 'price-mismatch-MGC-began-1',
  symbol: 'MGC',
  fact: 'price-mismatch',
  active: true,
  text: 'apart',
  facts: { ticks_apart: 300.5, feed_contract: 'MGCZ6' },
};
const command = (body: unknown) =>
  eventOf({ stream: 'commands', id: '1-0', fields: { command: JSON.stringify(body) }, isAgain: false });
const account = (fields: Record<string, string>) => eventOf({ stream: 'account', id: '1-0', fields, isAgain: false });

describe('events in the audit', () => {
  test.each([
    ['fills', filled],
    ['a change of limits', changed],
    ['a retirement', retired],
    ['a start', begun],
    ['a fact of the feed', doubted],
  ])('%s come back as they were', (_, event) => {
    expect(decodeEvent(JSON.parse(JSON.stringify(encodeEvent(event))))).toEqual({ ok: true, value: event });
  });
});

describe('entries of the streams', () => {
  test('an account entry with fills is an event of fills', () => {
    const text = encodeExecutions({ account: 'Sim101', receivedAt: NINE, executions: fills });
    expect(account({ executions: text })).toEqual({ ok: true, value: filled });
  });

  test('fills that cannot be read are refused with the field', () => {
    const text = encodeExecutions({ account: 'Sim101', receivedAt: NINE, executions: fills });
    const read = account({ executions: text.replace('"quantity":1', '"quantity":-1') });
    expect(read.ok ? '' : read.error).toContain('quantity');
  });

  test('a command that changes limits speaks in dollars and New York times', () => {
    const read = command({
      kind: 'set-limits',
      id: 'c1',
      at: '2026-11-19T14:00:00.000Z',
      change: { risk_per_trade: 312.5, entry_cutoff_et: '09:45' },
    });
    expect(read).toEqual({ ok: true, value: changed });
  });

  test('a command that retires an account names it', () => {
    const asked = { kind: 'retire-account', id: 'r1', at: '2026-11-19T14:00:00.000Z' };
    expect(command({ ...asked, account: 'Sim101' })).toEqual({ ok: true, value: retired });
    expect(command({ ...asked, account: '  ' }).ok).toBe(false);
    expect(command(asked).ok).toBe(false);
  });

  test('a command that tells of a feed names the instrument, what it is, and whether it is still true', () => {
    const told = { kind: 'feed-fact', at: '2026-11-19T14:00:00.000Z', ...factJson };
    expect(command(told)).toEqual({ ok: true, value: doubted });
    expect(command({ ...told, fact: 'rumour' }).ok).toBe(false);
    expect(command({ ...told, symbol: undefined }).ok).toBe(false);
    expect(command({ ...told, at: 'nine' }).ok).toBe(false);
  });

  test('a promise without a bar is the clock alone', () => {
    const promise = (clock: string) => eventOf({ stream: 'bars', id: '1-0', fields: { clock }, isAgain: false });
    expect(promise(String(NINE))).toEqual({ ok: true, value: { kind: 'clock', at: NINE } });
    expect(promise('soon').ok).toBe(false);
  });

  test.each([
    ['no limit at all', {}],
    ['an unknown limit', { max_loss: 100 }],
    ['a loss limit of nothing', { daily_loss: 0 }],
    ['a time that does not exist', { entry_cutoff_et: '24:00' }],
  ])('a command that names %s is refused', (_, change) => {
    expect(command({ kind: 'set-limits', id: 'c1', at: '2026-11-19T14:00:00.000Z', change }).ok).toBe(false);
  });
});
