import { expect, test } from 'vitest';
import { epochMs, fromUsd } from '../../../../src/kernel/units.js';
import type { Rebuilt } from '../../../../src/roles/rebuild/rebuild.js';
import { isEqual, report } from '../../../../src/roles/rebuild/report.js';
import { flatSnapshot } from '../../../support/copilot-day.js';

const AT = epochMs(Date.parse('2026-11-20T14:31:07.000Z'));
const facts = {
  account: 'Sim101',
  snapshot: flatSnapshot(AT, 42, { epoch: '8c1f0a77-aa', cashBalance: fromUsd(50_000.5) }),
  result: {
    account: 'Sim101',
    source: 'executions' as const,
    realized: fromUsd(-120.5),
    fees: fromUsd(2.48),
    consecutiveLosses: 2,
    trades: 0,
  },
  trades: [],
};
const silent = { account: 'Old', snapshot: undefined, result: undefined, trades: [] };
const one = (more: Partial<Rebuilt> = {}): Rebuilt => ({
  accounts: [{ facts, differences: [] }],
  snapshots: 1,
  fills: 3,
  isCompared: true,
  ...more,
});
const difference = { account: 'Sim101', field: 'cash', rebuilt: 50_000.5, running: null };

test('people get a table that lines up, with words where a number is not known', () => {
  const accounts = [{ facts: silent, differences: [], note: 'silent since Friday' }, ...one().accounts];
  expect(report(one({ accounts }), true)).toEqual([
    'account  newest snapshot  cash        positions  realised               losses     trades  compared',
    'Old      none             not known   not known  not known              not known  0       silent since Friday',
    'Sim101   8c1f0a77/42      $50,000.50  flat       -$120.50 (executions)  2          0       equal',
    '2 accounts rebuilt from 1 snapshot and 3 fills: equal',
  ]);
});

test('programs get one JSON line an account', () => {
  const [line = '', last] = report(one(), false);
  expect(JSON.parse(line)).toEqual({
    account: 'Sim101',
    equal: true,
    snapshot: { epoch: '8c1f0a77-aa', seq: 42, received_at: '2026-11-20T14:31:07.000Z' },
    cash_balance: 50_000.5,
    positions: [],
    day_realized: -120.5,
    result_source: 'executions',
    fees: 2.48,
    trades: 0,
    consecutive_losses: 2,
    differences: [],
  });
  expect(last).toBe('1 account rebuilt from 1 snapshot and 3 fills: equal');
});

test('each difference is told in words after the verdict', () => {
  const rebuilt = one({ accounts: [{ facts, differences: [difference] }] });
  const lines = report(rebuilt, false);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    equal: false,
    differences: [{ field: 'cash', rebuilt: 50_000.5, running: null }],
  });
  expect(lines.slice(1)).toEqual([
    '1 account rebuilt from 1 snapshot and 3 fills: 1 difference',
    'Sim101: cash: 50000.5 by the raw reports, nothing in the running system',
  ]);
  expect(isEqual(rebuilt)).toBe(false);
});

test('what was compared with nothing is not called equal', () => {
  const rebuilt = one({ isCompared: false });
  expect(report(rebuilt, true).at(-1)).toMatch(/: the engine has published nothing to compare with$/);
  expect(JSON.parse(report(rebuilt, false)[0] ?? '')).toMatchObject({ equal: null });
  expect(isEqual(rebuilt)).toBe(false);
  expect(isEqual(one())).toBe(true);
});
