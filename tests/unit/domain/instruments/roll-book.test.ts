import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { instruments } from '../../../../src/domain/instruments/catalogue/index.js';
import { frontContract } from '../../../../src/domain/instruments/roll.js';
import { createRollBook, type EarlyRoll, type RollBook } from '../../../../src/domain/instruments/roll-book.js';
import { type DayVolume, volumeWindow } from '../../../../src/domain/instruments/volume-roll.js';
import {
  tradingDay,
  tradingDayEnd,
  tradingDayOf,
  tradingDayStart,
} from '../../../../src/domain/sessions/trading-day.js';
import { after, DAY, type EpochMs, epochMs, HOUR } from '../../../../src/kernel/units.js';
import { known } from '../../../support/instruments.js';
import { et } from '../../../support/new-york.js';

// Z6 is left for G7 on Tuesday 24 November by the calendar.
const mgc = known('MGC');
const day = (date: string, front: number, next: number): readonly DayVolume[] => [
  { contract: 'MGCZ6', day: tradingDay(date), volume: front },
  { contract: 'MGCG7', day: tradingDay(date), volume: next },
];
const AHEAD = [...day('2026-11-18', 100, 101), ...day('2026-11-19', 1_090, 20_000)];
const frontAt = (book: RollBook, text: string) => {
  const { symbol, by } = book.front(mgc, et(text));
  return [symbol, by];
};
/** A book that was told volumes at an instant. */
const told = (at: string, ...volumes: (readonly DayVolume[])[]): RollBook => {
  const book = createRollBook();
  book.learn(mgc, volumes.flat(), et(at));
  return book;
};

describe('the contract by calendar and volume', () => {
  test('is the calendar’s where nothing is known of volumes', () => {
    const book = createRollBook();
    expect(frontAt(book, '2026-11-23 17:59')).toEqual(['MGCZ6', 'calendar']);
    expect(frontAt(book, '2026-11-23 18:00')).toEqual(['MGCG7', 'calendar']);
  });

  test('is the next one from the trading day after two whole ones on which that traded more', () => {
    const book = told('2026-11-19 18:00', AHEAD);
    expect(frontAt(book, '2026-11-19 17:59')).toEqual(['MGCZ6', 'calendar']);
    expect(frontAt(book, '2026-11-19 18:00')).toEqual(['MGCG7', 'volume']);
    expect(book.front(mgc, et('2026-11-19 10:00')).rollsAt).toBe(et('2026-11-19 18:00'));
    expect(frontAt(book, '2026-11-23 18:00')).toEqual(['MGCG7', 'calendar']);
  });

  test.each([
    ['one day of it', '2026-11-20 10:00', [day('2026-11-19', 90, 200)]],
    ['a day on which both traded as much', '2026-11-20 10:00', [day('2026-11-18', 9, 9), day('2026-11-19', 9, 20)]],
    [
      'a day of which a volume is not known between',
      '2026-11-22 18:00',
      [day('2026-11-18', 1, 2), day('2026-11-20', 1, 2)],
    ],
    ['a trading day that is not over', '2026-11-19 17:59', [AHEAD]],
    ['volumes from long before the roll', '2026-11-20 10:00', [day('2026-10-20', 1, 2), day('2026-10-21', 1, 2)]],
  ])('is not moved by %s', (_, at, volumes) => {
    const book = told(at, ...volumes);
    expect(frontAt(book, '2026-11-23 17:59')).toEqual(['MGCZ6', 'calendar']);
  });

  test('does not go back when the old one trades more again', () => {
    const book = told('2026-11-20 10:00', AHEAD);
    book.learn(mgc, [...AHEAD, ...day('2026-11-20', 500, 1)], et('2026-11-22 18:00'));
    expect(frontAt(book, '2026-11-22 18:00')).toEqual(['MGCG7', 'volume']);
  });

  test('moves over a weekend as from one trading day to the next', () => {
    const book = told('2026-11-17 10:00', day('2026-11-13', 1, 2), day('2026-11-16', 1, 2));
    expect(frontAt(book, '2026-11-16 18:00')).toEqual(['MGCG7', 'volume']);
  });

  test('waits for the next trading day where bars of this one are recorded in the old month', () => {
    const book = createRollBook();
    book.recorded({ root: 'MGC', contract: 'MGCZ6', at: et('2026-11-19 20:00') });
    const roll = book.learn(mgc, AHEAD, et('2026-11-19 21:00'));
    expect(roll).toMatchObject({ day: '2026-11-23', from: 'MGCZ6', to: 'MGCG7' });
    expect(frontAt(book, '2026-11-20 16:00')).toEqual(['MGCZ6', 'calendar']);
    // Friday ends at 18:00; there is nothing to trade before Sunday.
    expect(frontAt(book, '2026-11-22 18:00')).toEqual(['MGCG7', 'volume']);
  });

  test('is told once in words, as done or as coming', () => {
    const [book, rolls] = [createRollBook(), [] as EarlyRoll[]];
    book.onRoll((roll) => rolls.push(roll));
    book.learn(mgc, AHEAD, et('2026-11-19 18:00'));
    book.learn(mgc, AHEAD, et('2026-11-20 18:00'));
    const figures = '(101 against 100, 20,000 against 1,090)';
    expect(rolls.map(({ text }) => text)).toEqual([
      `MGC rolled to G7 on 2026-11-20: it traded more than Z6 on two days ${figures}`,
    ]);
    const overTheWeekend = createRollBook();
    const volumes = [...day('2026-11-19', 1, 2), ...day('2026-11-20', 1, 2)];
    expect(overTheWeekend.learn(mgc, volumes, et('2026-11-20 18:01'))?.text).toMatch(
      /^MGC rolls to G7 on 2026-11-23: /,
    );
    const late = createRollBook();
    late.recorded({ root: 'MGC', contract: 'MGCZ6', at: et('2026-11-19 20:00') });
    expect(late.learn(mgc, AHEAD, et('2026-11-19 21:00'))?.text).toMatch(/^MGC rolls to G7 on 2026-11-23: /);
  });
});

describe('a decided roll', () => {
  const heard = (book: RollBook): readonly string[] => {
    const texts: string[] = [];
    book.onRoll(({ text }) => texts.push(text));
    return texts;
  };
  const recorded = (book: RollBook, contract: string, text: string): void =>
    book.recorded({ root: 'MGC', contract, at: et(text) });

  test('is moved by a bar of the old month, and told anew with its new day', () => {
    const book = createRollBook();
    const texts = heard(book);
    book.learn(mgc, AHEAD, et('2026-11-19 18:00'));
    recorded(book, 'MGCZ6', '2026-11-19 18:03');
    recorded(book, 'MGCZ6', '2026-11-19 18:04');
    expect(frontAt(book, '2026-11-20 16:00')).toEqual(['MGCZ6', 'calendar']);
    expect(book.front(mgc, et('2026-11-20 16:00')).rollsAt).toBe(et('2026-11-20 18:00'));
    expect(texts).toEqual([
      expect.stringMatching(/^MGC rolled to G7 on 2026-11-20: /),
      'MGC rolls to G7 on 2026-11-23, not on 2026-11-20: bars of 2026-11-20 are recorded in Z6',
    ]);
  });

  test('that comes no sooner than the calendar’s any more is told for the calendar’s day', () => {
    const book = createRollBook();
    book.learn(mgc, AHEAD, et('2026-11-19 18:00'));
    const texts = heard(book);
    recorded(book, 'MGCZ6', '2026-11-23 10:00');
    expect(texts).toEqual(['MGC rolls to G7 on 2026-11-24, not on 2026-11-20: bars of 2026-11-23 are recorded in Z6']);
    expect(book.front(mgc, et('2026-11-23 17:59'))).toMatchObject({ symbol: 'MGCZ6', rollsAt: et('2026-11-23 18:00') });
    expect(frontAt(book, '2026-11-23 18:00')).toEqual(['MGCG7', 'calendar']);
  });

  test('stays where it is when the next month is recorded too within the day that it waits for', () => {
    const book = createRollBook();
    recorded(book, 'MGCZ6', '2026-11-20 16:30');
    book.learn(mgc, AHEAD, et('2026-11-20 16:40'));
    const texts = heard(book);
    recorded(book, 'MGCG7', '2026-11-20 16:45');
    expect(texts).toEqual([]);
    expect(book.front(mgc, et('2026-11-20 16:50'))).toMatchObject({ symbol: 'MGCZ6', rollsAt: et('2026-11-20 18:00') });
  });

  test('that is known from recorded bars alone is no news', () => {
    const book = createRollBook();
    const texts = heard(book);
    recorded(book, 'MGCZ6', '2026-11-19 16:59');
    recorded(book, 'MGCG7', '2026-11-19 18:03');
    expect(texts).toEqual([]);
  });
});

describe('a new book', () => {
  test('takes an early roll from the bars that are recorded', () => {
    const book = createRollBook();
    book.recorded({ root: 'MGC', contract: 'MGCZ6', at: et('2026-11-19 16:59') });
    book.recorded({ root: 'MGC', contract: 'MGCG7', at: et('2026-11-19 18:03') });
    expect(frontAt(book, '2026-11-19 17:59')).toEqual(['MGCZ6', 'calendar']);
    expect(frontAt(book, '2026-11-19 18:00')).toEqual(['MGCG7', 'volume']);
    expect(book.question(mgc, et('2026-11-20 10:00'))).toBeUndefined();
  });

  test('does not take a month for the front that was recorded long before its time', () => {
    const book = createRollBook();
    book.recorded({ root: 'MGC', contract: 'MGCG7', at: et('2026-10-19 10:00') });
    expect(frontAt(book, '2026-10-19 11:00')).toEqual(['MGCZ6', 'calendar']);
  });

  test('reads recorded bars back from the last day that the old month is sure of, and only near a roll', () => {
    const book = createRollBook();
    const [window] = [volumeWindow(mgc, frontContract(mgc, et('2026-11-20 10:00')))];
    const second = window[1];
    if (second === undefined) throw new Error('no window');
    const now = et('2026-11-20 10:00');
    expect(book.recallsFrom(mgc, after(now, -HOUR), now)).toBe(tradingDayStart(second));
    expect(book.recallsFrom(mgc, et('2026-10-20 09:00'), et('2026-10-20 10:00'))).toBeUndefined();
    expect(book.recallsFrom(known('SPY'), after(now, -HOUR), now)).toBeUndefined();
  });
});

describe('the volumes to find out', () => {
  test('are those of the days that are over, from the second of the last ten before the calendar’s roll on', () => {
    const book = createRollBook();
    const window = volumeWindow(mgc, frontContract(mgc, et('2026-11-20 10:00')));
    expect(window).toHaveLength(10);
    expect(window.at(-1)).toBe('2026-11-23');
    const [first, second] = [window[0], window[1]];
    if (first === undefined || second === undefined) throw new Error('no window');
    expect(book.question(mgc, epochMs(tradingDayEnd(second) - 1))).toBeUndefined();
    expect(book.question(mgc, tradingDayEnd(second))).toMatchObject({
      ...{ front: 'MGCZ6', next: 'MGCG7', days: [first, second] },
    });
    expect(book.question(known('SPY'), et('2026-11-20 10:00'))).toBeUndefined();
  });
});

test('whatever is told: the month only goes forward, never before the window, never after the calendar, never within a day', () => {
  const volume = fc.integer({ min: 0, max: 5 });
  const event = fc.record({ day: fc.nat(11), hour: fc.nat(23), kind: fc.constantFrom('learn', 'old', 'new') });
  fc.assert(
    fc.property(
      fc.constantFrom(...instruments),
      fc.integer({ min: 0, max: 400 }),
      fc.array(fc.tuple(volume, volume), { minLength: 12, maxLength: 12 }),
      fc.array(event, { maxLength: 20 }),
      (spec, days, traded, events) => {
        const front = frontContract(spec, after(et('2026-01-05 10:00'), days * DAY));
        const next = frontContract(spec, front.rollsAt);
        const window = volumeWindow(spec, front);
        const from = after(front.rollsAt, -16 * DAY);
        const volumes = window.flatMap((it, i): DayVolume[] => [
          { contract: front.symbol, day: it, volume: traded[i]?.[0] ?? 0 },
          { contract: next.symbol, day: it, volume: traded[i]?.[1] ?? 0 },
        ]);
        const book = createRollBook();
        // In order of time, as a feed records: what the book calls the front is what is recorded.
        const inOrder = events
          .map(({ day: ahead, hour, kind }) => ({ at: after(from, ahead * DAY + hour * HOUR), kind }))
          .sort((a, b) => a.at - b.at);
        const recorded: { at: EpochMs; contract: string }[] = [];
        for (const { at, kind } of inOrder) {
          if (at >= front.rollsAt) continue;
          if (kind === 'learn') book.learn(spec, volumes, at);
          else {
            const { symbol: contract } = book.front(spec, at);
            book.recorded({ root: spec.root, contract, at });
            recorded.push({ at, contract });
          }
        }
        const [, second] = window;
        if (second === undefined) throw new Error('no window');
        let before = front.symbol;
        for (let at = from; at < after(front.rollsAt, DAY); at = after(at, 3 * HOUR)) {
          const { symbol } = book.front(spec, at);
          expect([front.symbol, next.symbol]).toContain(symbol);
          expect(before === next.symbol && symbol === front.symbol).toBe(false);
          if (at < tradingDayEnd(second)) expect(symbol).toBe(front.symbol);
          if (at >= front.rollsAt) expect(symbol).toBe(next.symbol);
          // A weekend belongs to Monday and lies before its start.
          const opened = tradingDayStart(tradingDayOf(at));
          if (opened <= at) expect(book.front(spec, opened).symbol).toBe(symbol);
          before = symbol;
        }
        // What was recorded stays true.
        for (const { at, contract } of recorded) expect(book.front(spec, at).symbol).toBe(contract);
      },
    ),
    { numRuns: 100 },
  );
});
