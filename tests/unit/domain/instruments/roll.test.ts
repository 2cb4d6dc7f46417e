import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instruments } from '../../../../src/domain/instruments/catalogue/index.js';
import { lastTradingDay } from '../../../../src/domain/instruments/expiry.js';
import { frontContract, parsePlatformSymbol } from '../../../../src/domain/instruments/roll.js';
import { epochMs } from '../../../../src/kernel/units.js';
import { known } from '../../../support/instruments.js';
import { et, etText } from '../../../support/new-york.js';

const front = (root: string, text: string): string => frontContract(known(root), et(text)).symbol;
const anywhere = fc.integer({ min: Date.UTC(2013, 0, 2), max: Date.UTC(2027, 10, 1) }).map(epochMs);

describe('the front contract', () => {
  test('of every product on 20 November 2026', () => {
    const now = Object.fromEntries(instruments.map((spec) => [spec.root, front(spec.root, '2026-11-20 10:00')]));
    expect(now).toMatchObject({ MGC: 'MGCZ6', MNQ: 'MNQZ6', MES: 'MESZ6', MCL: 'MCLF7', SIL: 'SILZ6', MHG: 'MHGZ6' });
    expect(now).toMatchObject({ GC: 'GCZ6', NQ: 'NQZ6', ES: 'ESZ6', CL: 'CLF7', SI: 'SIZ6', HG: 'HGZ6' });
  });

  test('in October 2013 was December, as in the recorded trades', () => {
    expect(front('ES', '2013-10-08 10:00')).toBe('ESZ3');
    expect(front('GC', '2013-10-08 10:00')).toBe('GCZ3');
  });

  test('is named for people by its delivery month', () => {
    expect(frontContract(known('MGC'), et('2026-11-20 10:00')).monthName).toBe('Dec 26');
    expect(frontContract(known('MCL'), et('2026-12-31 10:00')).monthName).toBe('Feb 27');
  });

  // Customary rolls: the Monday before the third Friday, whose trading day opens on Sunday 18:00.
  test.each([
    ['2026-12-13', 'MESZ6', 'MESH7', '2026-12-18'],
    ['2027-03-14', 'MESH7', 'MESM7', '2027-03-19'],
    ['2027-06-13', 'MESM7', 'MESU7', '2027-06-17'],
    ['2027-09-12', 'MESU7', 'MESZ7', '2027-09-17'],
    ['2027-12-12', 'MESZ7', 'MESH8', '2027-12-17'],
  ])('equity index rolls on %s 18:00 from %s to %s', (sunday, before, after, lastTrade) => {
    const old = frontContract(known('MES'), et(`${sunday} 17:59`));
    expect([old.symbol, etText(old.rollsAt)]).toEqual([before, `${sunday} 18:00`]);
    expect(front('MES', `${sunday} 18:00`)).toBe(after);
    expect(etText(old.lastTrade)).toBe(`${lastTrade} 09:30`);
  });

  // Juneteenth took the third Friday in 2026, and takes it, observed, in 2027.
  test('an equity contract whose third Friday is a holiday ends the business day before', () => {
    expect(lastTradingDay(known('MES'), { year: 2026, month: 6 })).toBe('2026-06-18');
  });

  test('gold goes from August to December: October is thin', () => {
    expect(front('MGC', '2026-07-20 10:00')).toBe('MGCQ6');
    expect(front('MGC', '2026-07-31 10:00')).toBe('MGCZ6');
    expect(front('MGC', '2026-10-01 10:00')).toBe('MGCZ6');
  });

  test('metals leave three business days before first notice, both sizes together', () => {
    // First notice of the December contracts is 30 November; Thanksgiving is no business day.
    for (const root of ['MGC', 'GC', 'SIL', 'SI', 'MHG', 'HG']) {
      expect(etText(frontContract(known(root), et('2026-11-20 10:00')).rollsAt), root).toBe('2026-11-23 18:00');
    }
  });

  test('copper’s micro ends the month before its own, the full size in it', () => {
    expect(etText(frontContract(known('MHG'), et('2026-11-20 10:00')).lastTrade)).toBe('2026-11-25 13:00');
    expect(etText(frontContract(known('HG'), et('2026-11-20 10:00')).lastTrade)).toBe('2026-12-29 13:00');
    expect(etText(frontContract(known('MGC'), et('2026-11-20 10:00')).lastTrade)).toBe('2026-12-29 13:30');
  });

  // Published last trade dates of CL; the micro ends one business day earlier.
  test.each([
    [2025, 12, '2025-11-20', '2025-11-19'],
    [2026, 1, '2025-12-19', '2025-12-18'],
    [2026, 11, '2026-10-20', '2026-10-19'],
    [2027, 1, '2026-12-21', '2026-12-18'],
  ])('crude of %d-%d ends on %s, its micro on %s', (year, month, full, micro) => {
    expect(lastTradingDay(known('CL'), { year, month })).toBe(full);
    expect(lastTradingDay(known('MCL'), { year, month })).toBe(micro);
  });

  test('changes exactly at rollsAt, before its last trade, whatever was asked before', () => {
    fc.assert(
      fc.property(fc.constantFrom(...instruments), fc.array(anywhere, { minLength: 1, maxLength: 5 }), (spec, list) => {
        for (const at of list) {
          const now = frontContract(spec, at);
          expect(now.rollsAt).toBeGreaterThan(at);
          expect(now.rollsAt).toBeLessThan(now.lastTrade);
          expect(frontContract(spec, epochMs(now.rollsAt - 1))).toEqual(now);
          const next = frontContract(spec, now.rollsAt);
          expect(next.symbol).not.toBe(now.symbol);
          expect(spec.months).toContain(now.symbol.charAt(spec.root.length));
        }
      }),
      { numRuns: 60 },
    );
  });

  test('a micro and its full size are in the same month at any instant', () => {
    fc.assert(
      fc.property(fc.constantFrom(...instruments), anywhere, (spec, at) => {
        const sibling = known(spec.sibling ?? '');
        expect(frontContract(sibling, at).monthName).toBe(frontContract(spec, at).monthName);
      }),
    );
  });
});

describe('a platform’s contract name', () => {
  const now = et('2026-11-20 10:00');
  test.each([
    ['MGC 12-26', 'MGC', 'MGCZ6'],
    ['MGC DEC26', 'MGC', 'MGCZ6'],
    ['MGCZ6', 'MGC', 'MGCZ6'],
    ['MGCZ26', 'MGC', 'MGCZ6'],
    ['MGC', 'MGC', 'MGCZ6'],
    [' mes 03-27 ', 'MES', 'MESH7'],
    ['MES', 'MES', 'MESZ6'],
    ['MGC 10-26', 'MGC', 'MGCV6'],
    ['GC 12-26', 'GC', 'GCZ6'],
    ['ESZ6', 'ES', 'ESZ6'],
    ['SILZ6', 'SIL', 'SILZ6'],
    ['SIZ6', 'SI', 'SIZ6'],
    ['HGH7', 'HG', 'HGH7'],
    ['MCL 01-27', 'MCL', 'MCLF7'],
  ])('%s is root %s, contract %s', (text, root, contract) => {
    expect(parsePlatformSymbol(text, now)).toEqual({ root, contract });
  });

  test.each([
    '',
    ' ',
    'ZB 12-26',
    'MGC 13-26',
    'MGC 00-26',
    'MGCA6',
    'MGCZ',
    'Z6',
    '12-26',
    'AAPL',
    'MGC 12-26 x',
    'MGC FOO26',
  ])('"%s" is not a contract we know', (text) => {
    expect(parsePlatformSymbol(text, now)).toBeUndefined();
  });

  test('a bare root means the front contract of its time', () => {
    expect(parsePlatformSymbol('GC', et('2013-10-08 10:00'))).toEqual({ root: 'GC', contract: 'GCZ3' });
  });

  test('every front contract’s own symbol reads back as itself', () => {
    fc.assert(
      fc.property(fc.constantFrom(...instruments), anywhere, (spec, at) => {
        const { symbol } = frontContract(spec, at);
        expect(parsePlatformSymbol(symbol, at)).toEqual({ root: spec.root, contract: symbol });
      }),
    );
  });
});
