import { expect, test } from 'vitest';
import { tradingDay } from '../../../../src/domain/sessions/trading-day.js';
import { epochMs } from '../../../../src/kernel/units.js';
import type { ReportedDay } from '../../../../src/roles/web/data/day.js';
import { dataView } from '../../../../src/roles/web/data/view.js';

const DAY = tradingDay('2026-11-20');

const told = (day: Partial<ReportedDay>) => {
  const whole: ReportedDay = {
    root: 'MES',
    day: DAY,
    expected: 1_380,
    holiday: undefined,
    present: 1_380,
    outside: 0,
    isArchived: false,
    sources: ['massive'],
    repeated: 0,
    late: 0,
    refused: 0,
    missing: [],
    outliers: [],
    tallies: [],
    unreadable: undefined,
    knownEmpty: undefined,
  };
  const rows = [{ root: 'MES', days: [{ ...whole, ...day }] }];
  const report = { asOf: epochMs(Date.parse('2026-11-20T19:30:00Z')), days: [DAY], rows, refusedUnnamed: 0 };
  return dataView(report, { days: 1, symbol: undefined, day: undefined });
};

test.each([
  [20_000, '100.0 %'],
  [19_999, '99.9 %'],
  [0, '0.0 %'],
])('of %i of 20,000 minutes the share is %s: it is rounded down, so that 100 is every minute', (present, total) => {
  expect(told({ expected: 20_000, present })).toMatchObject({ rows: [{ total }] });
});

test('bars at hours at which the market was shut are bars that are stored', () => {
  const shut = { expected: 0, present: 0 };
  expect(told({ ...shut, outside: 3 })).toMatchObject({ isEmpty: false, rows: [{ cells: [{ mark: '!' }] }] });
  expect(told(shut)).toMatchObject({ isEmpty: true });
});
