import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instruments, spots } from '../../../../src/domain/instruments/catalogue/index.js';
import { frontContract } from '../../../../src/domain/instruments/roll.js';
import { createRollBook } from '../../../../src/domain/instruments/roll-book.js';
import { rollNotice, rollNoticeBy } from '../../../../src/domain/instruments/roll-notice.js';
import { tradingDay, tradingDayOf } from '../../../../src/domain/sessions/trading-day.js';
import { DAY, epochMs } from '../../../../src/kernel/units.js';
import { known } from '../../../support/instruments.js';
import { et } from '../../../support/new-york.js';

describe('the announcement of a roll', () => {
  test.each([
    ['MGC', '2026-11-16 17:59', undefined],
    ['MGC', '2026-11-16 18:00', 'MGC rolls Z6 -> G7 on Tue 24 Nov'],
    ['MGC', '2026-11-23 17:59', 'MGC rolls Z6 -> G7 on Tue 24 Nov'],
    ['MGC', '2026-11-23 18:00', undefined],
    // Its evening opens on a Sunday; a week before is a Sunday too, whose evening is Monday's.
    ['MES', '2026-12-07 10:00', 'MES rolls Z6 -> H7 on Mon 14 Dec'],
    ['MES', '2026-12-04 16:59', undefined],
    // Gold's October is thin and skipped.
    ['MGC', '2026-07-27 10:00', 'MGC rolls Q6 -> Z6 on Tue 28 Jul'],
    ['MCL', '2026-12-14 10:00', 'MCL rolls F7 -> G7 on Wed 16 Dec'],
  ])('of %s at %s reads %s', (root, at, text) => {
    expect(rollNotice(known(root), et(at))?.text).toBe(text);
  });

  test('comes at least a week and at most eight days and a weekend ahead, and names the contract that follows', () => {
    const anywhere = fc.integer({ min: Date.UTC(2025, 0, 2), max: Date.UTC(2027, 9, 1) }).map(epochMs);
    fc.assert(
      fc.property(fc.constantFrom(...instruments), anywhere, (spec, at) => {
        const front = frontContract(spec, at);
        const notice = rollNotice(spec, at);
        if (front.rollsAt - at <= 7 * DAY) expect(notice).toBeDefined();
        if (front.rollsAt - at > 10 * DAY) expect(notice).toBeUndefined();
        if (!notice) return;
        expect(notice).toMatchObject({ from: front.symbol, at: front.rollsAt });
        expect(notice.to).toBe(frontContract(spec, front.rollsAt).symbol);
        expect(notice.day).toBe(tradingDayOf(front.rollsAt));
        expect(notice.announced < notice.day).toBe(true);
      }),
    );
  });

  test('is not made again for the contract that is left, once volume has moved on; the next one has its own', () => {
    const mgc = known('MGC');
    const announced = et('2026-11-20 10:00');
    expect(rollNotice(mgc, announced, 'MGCZ6')?.text).toBe('MGC rolls Z6 -> G7 on Tue 24 Nov');
    expect(rollNotice(mgc, announced, null)?.text).toBe('MGC rolls Z6 -> G7 on Tue 24 Nov');
    expect(rollNotice(mgc, announced, 'MGCG7')).toBeUndefined();
    expect(rollNotice(mgc, et('2027-01-25 10:00'), 'MGCG7')).toMatchObject({ from: 'MGCG7', to: 'MGCJ7' });
  });

  test('of a roll that is decided ahead of the calendar gives the decided day', () => {
    const mgc = known('MGC');
    const book = createRollBook();
    const volumes = ['2026-11-18', '2026-11-19'].flatMap((day) => [
      { contract: 'MGCZ6', day: tradingDay(day), volume: 100 },
      { contract: 'MGCG7', day: tradingDay(day), volume: 200 },
    ]);
    book.recorded({ root: 'MGC', contract: 'MGCZ6', at: et('2026-11-19 18:00') });
    book.learn(mgc, volumes, et('2026-11-19 18:05'));
    const noticeAt = (text: string, inHand?: string) =>
      rollNoticeBy(book.front, { spec: mgc, at: et(text), inHand })?.text;
    expect(noticeAt('2026-11-20 10:00', 'MGCZ6')).toBe('MGC rolls Z6 -> G7 on Mon 23 Nov');
    expect(noticeAt('2026-11-20 10:00')).toBe('MGC rolls Z6 -> G7 on Mon 23 Nov');
    expect(noticeAt('2026-11-20 10:00', 'MGCG7')).toBeUndefined();
    // Done: the old month may still be in hand until the first bar of the new one.
    expect(noticeAt('2026-11-22 18:00', 'MGCZ6')).toBeUndefined();
    expect(noticeAt('2026-11-22 18:00')).toBeUndefined();
  });

  test('is not made for what never expires', () => {
    for (const spec of spots) expect(rollNotice(spec, et('2026-11-20 10:00'))).toBeUndefined();
  });
});
