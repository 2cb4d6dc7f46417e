import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, test } from 'vitest';
import { instrument, instruments } from '../../../../src/domain/instruments/catalogue/index.js';
import type { ContractSpec } from '../../../../src/domain/instruments/contract.js';
import { frontContract } from '../../../../src/domain/instruments/roll.js';
import { rollNotice } from '../../../../src/domain/instruments/roll-notice.js';
import { currentContract, type DayVolume } from '../../../../src/domain/instruments/volume-roll.js';
import { sessionCalendar } from '../../../../src/domain/sessions/calendar.js';
import { tradingDay, tradingDayOf } from '../../../../src/domain/sessions/trading-day.js';
import { after, DAY, type EpochMs, epochMs } from '../../../../src/kernel/units.js';

const et = (text: string): EpochMs =>
  epochMs(DateTime.fromFormat(text, 'yyyy-MM-dd HH:mm', { zone: 'America/New_York' }).toMillis());
function known(root: string): ContractSpec {
  const spec = instrument(root);
  if (!spec) throw new Error(`${root} is not in the catalogue`);
  return spec;
}
const futures = instruments.filter(({ expiry }) => expiry !== 'none');

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
      fc.property(fc.constantFrom(...futures), anywhere, (spec, at) => {
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

  test('is not made for what never expires', () => {
    for (const spec of instruments.filter(({ expiry }) => expiry === 'none'))
      expect(rollNotice(spec, et('2026-11-20 10:00'))).toBeUndefined();
  });
});

describe('the current contract by calendar and volume', () => {
  const mgc = known('MGC');
  const day = (date: string, front: number, next: number): readonly DayVolume[] => [
    { contract: 'MGCZ6', day: tradingDay(date), volume: front },
    { contract: 'MGCG7', day: tradingDay(date), volume: next },
  ];
  const at = (text: string, ...volumes: (readonly DayVolume[])[]) => {
    const { symbol, by } = currentContract(mgc, et(text), volumes.flat());
    return [symbol, by];
  };
  const ahead = [day('2026-11-18', 100, 101), day('2026-11-19', 90, 200)];

  test('is the calendar’s where nothing is known of volumes', () => {
    expect(at('2026-11-20 10:00')).toEqual(['MGCZ6', 'calendar']);
    expect(at('2026-11-23 18:00')).toEqual(['MGCG7', 'calendar']);
  });

  test('is the next one once that has traded more on two whole trading days in a row', () => {
    expect(at('2026-11-19 17:59', ...ahead)).toEqual(['MGCZ6', 'calendar']);
    expect(at('2026-11-19 18:00', ...ahead)).toEqual(['MGCG7', 'volume']);
    expect(at('2026-11-20 10:00', day('2026-11-19', 90, 200))).toEqual(['MGCZ6', 'calendar']);
    expect(at('2026-11-20 10:00', day('2026-11-18', 100, 100), day('2026-11-19', 90, 200))).toEqual([
      'MGCZ6',
      'calendar',
    ]);
    expect(at('2026-11-21 10:00', day('2026-11-18', 1, 2), day('2026-11-20', 1, 2))).toEqual(['MGCZ6', 'calendar']);
  });

  test('does not go back when the old one trades more again', () => {
    expect(at('2026-11-23 10:00', ...ahead, day('2026-11-20', 500, 1))).toEqual(['MGCG7', 'volume']);
  });

  test('moves over a weekend and a holiday as from one trading day to the next', () => {
    expect(at('2026-11-20 10:00', day('2026-11-13', 1, 2), day('2026-11-16', 1, 2))).toEqual(['MGCG7', 'volume']);
  });

  test('does not heed volumes from long before the roll', () => {
    expect(at('2026-11-20 10:00', day('2026-10-20', 1, 2), day('2026-10-21', 1, 2))).toEqual(['MGCZ6', 'calendar']);
  });

  test('is never later than the calendar, never two months ahead, and changes only with a trading day', () => {
    const volume = fc.integer({ min: 0, max: 1_000 });
    fc.assert(
      fc.property(
        fc.constantFrom(...futures),
        fc.integer({ min: 0, max: 400 }),
        fc.array(fc.tuple(volume, volume), { minLength: 12, maxLength: 12 }),
        (spec, days, traded) => {
          const front = frontContract(spec, after(et('2026-01-05 10:00'), days * DAY));
          const next = frontContract(spec, front.rollsAt);
          const list = sessionCalendar(spec.calendar).lastTradingDays(tradingDayOf(after(front.rollsAt, -1)), 12);
          const volumes = list.flatMap((it, i): DayVolume[] => [
            { contract: front.symbol, day: it, volume: traded[i]?.[0] ?? 0 },
            { contract: next.symbol, day: it, volume: traded[i]?.[1] ?? 0 },
          ]);
          let before = front.symbol;
          for (const it of list) {
            const noon = et(`${it} 12:00`);
            const { symbol } = currentContract(spec, noon, volumes);
            expect([front.symbol, next.symbol]).toContain(symbol);
            expect(before === next.symbol && symbol === front.symbol).toBe(false);
            expect(currentContract(spec, after(noon, 4 * 60 * 60_000), volumes).symbol).toBe(symbol);
            before = symbol;
          }
          expect(currentContract(spec, front.rollsAt, volumes).symbol).toBe(next.symbol);
        },
      ),
      { numRuns: 60 },
    );
  });
});
