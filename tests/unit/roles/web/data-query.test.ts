import { describe, expect, test } from 'vitest';
import { epochMs } from '../../../../src/kernel/units.js';
import { askedOf } from '../../../../src/roles/web/data/query.js';

const NOW = epochMs(Date.parse('2026-11-20T19:30:00Z'));

describe('what is asked of the data quality page', () => {
  test.each([
    [
      { symbol: 'MES', day: '0001-01-01' },
      'day',
      'must not lie before 2013-01-01: no exchange hours are known from before',
    ],
    [
      { symbol: 'MES', day: '2012-12-31' },
      'day',
      'must not lie before 2013-01-01: no exchange hours are known from before',
    ],
    [{ dayz: '5' }, 'dayz', 'is not asked for here'],
    [{ days: '0x10' }, 'days', 'must be a whole number from 1 to 260'],
    [{ days: '1e2' }, 'days', 'must be a whole number from 1 to 260'],
    [{ days: '' }, 'days', 'must be a whole number from 1 to 260'],
    [{ days: ['5', '6'] }, 'days', 'must be a whole number from 1 to 260'],
  ])('%j is refused by its field', (given, field, problem) => {
    expect(askedOf(given, NOW)).toEqual({ ok: false, error: [{ field, problem }] });
  });

  test('is sixty days unless it is said, and one day as far back as exchange hours are known', () => {
    expect(askedOf({}, NOW)).toMatchObject({ ok: true, value: { days: 60 } });
    expect(askedOf({ days: '260' }, NOW)).toMatchObject({ ok: true, value: { days: 260 } });
    const oldest = { symbol: 'mes', day: '2013-01-02' };
    expect(askedOf(oldest, NOW)).toMatchObject({ ok: true, value: { symbol: 'MES', day: '2013-01-02' } });
  });
});
