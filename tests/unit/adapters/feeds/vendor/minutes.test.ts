import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMinuteBook } from '../../../../../src/adapters/feeds/vendor/minute-book.js';
import { type BarPart, createMinuteBuilder } from '../../../../../src/adapters/feeds/vendor/minute-builder.js';
import { after, type EpochMs, epochMs, MINUTE, ticks } from '../../../../../src/kernel/units.js';
import type { FeedBar } from '../../../../../src/ports/feed.js';

const START = epochMs(Date.parse('2026-11-19T14:00:00Z'));
const barAt = (root: string, minute: number, volume = 1): FeedBar => ({
  root,
  contract: `${root}Z6`,
  bar: { at: after(START, minute * MINUTE), open: ticks(10), high: ticks(12), low: ticks(9), close: ticks(11), volume },
});
const closeOf = (minute: number): EpochMs => after(START, (minute + 1) * MINUTE);

const part = fc.record({
  root: fc.constantFrom('MGC', 'MES'),
  second: fc.integer({ min: 0, max: 299 }),
  price: fc.integer({ min: 1, max: 40 }),
  volume: fc.integer({ min: 0, max: 9 }),
});

describe('minutes made of trades', () => {
  const partOf = ({
    root,
    second,
    price,
    volume,
  }: {
    root: string;
    second: number;
    price: number;
    volume: number;
  }): BarPart => {
    const at = ticks(price);
    return { root, contract: root, at: after(START, second * 1_000), open: at, high: at, low: at, close: at, volume };
  };

  test('are what a person would write down from the list of trades', () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 60 }), (drawn) => {
        const parts = [...drawn].sort((a, b) => a.second - b.second).map(partOf);
        const builder = createMinuteBuilder();
        parts.forEach(builder.add);
        const expected = ['MES', 'MGC'].flatMap((root) =>
          [0, 1, 2, 3, 4].flatMap((minute) => {
            const of = parts.filter(
              (it) => it.root === root && it.at >= after(START, minute * MINUTE) && it.at < closeOf(minute),
            );
            const [first, last] = [of[0], of.at(-1)];
            if (!first || !last) return [];
            const bar = {
              at: after(START, minute * MINUTE),
              open: first.open,
              high: Math.max(...of.map(({ high }) => high)),
              low: Math.min(...of.map(({ low }) => low)),
              close: last.close,
              volume: of.reduce((sum, { volume }) => sum + volume, 0),
            };
            return [{ root, contract: root, bar }];
          }),
        );
        const made = [...builder.closedBy(closeOf(4))].sort((a, b) =>
          a.root === b.root ? a.bar.at - b.bar.at : a.root < b.root ? -1 : 1,
        );
        expect(made).toEqual(expected);
      }),
    );
  });

  test('are taken once; what comes after belongs to no minute', () => {
    const builder = createMinuteBuilder();
    const trade = { root: 'MGC', second: 10, price: 5, volume: 1 };
    expect(builder.add(partOf(trade))).toBe(true);
    expect(builder.closedBy(after(START, 59_999))).toEqual([]);
    expect(builder.closedBy(closeOf(0))).toHaveLength(1);
    expect(builder.closedBy(closeOf(0))).toEqual([]);
    expect(builder.add(partOf(trade))).toBe(false);
    expect(builder.add(partOf({ ...trade, second: 61 }))).toBe(true);
  });
});

describe('the book of minutes that wait', () => {
  test('gives each minute once, the oldest first, whatever the order of arrival', () => {
    const arrival = fc.array(
      fc.record({ root: fc.constantFrom('MGC', 'MES', 'MHG'), minute: fc.integer({ min: 0, max: 9 }) }),
      { minLength: 1, maxLength: 50 },
    );
    fc.assert(
      fc.property(arrival, (drawn) => {
        const book = createMinuteBook(START);
        for (const { root, minute } of drawn) book.put(barAt(root, minute), START);
        const given: FeedBar[] = [];
        for (let minute = book.oldest(); minute; minute = book.oldest()) {
          given.push(...minute.bars);
          book.seal(minute.close);
        }
        const keys = given.map(({ root, bar }) => `${bar.at} ${root}`);
        const wanted = new Set(drawn.map(({ root, minute }) => `${after(START, minute * MINUTE)} ${root}`));
        expect(new Set(keys)).toEqual(wanted);
        expect(keys).toHaveLength(wanted.size);
        expect(given.map(({ bar }) => bar.at)).toEqual([...given.map(({ bar }) => bar.at)].sort((a, b) => a - b));
      }),
    );
  });

  test('tells what was there already from what came too late', () => {
    const book = createMinuteBook(START);
    expect(book.put(barAt('MGC', 0), START)).toBe('new');
    expect(book.put(barAt('MGC', 0), START)).toBe('repeated');
    book.seal(closeOf(0));
    expect(book.put(barAt('MGC', 0), START)).toBe('repeated');
    expect(book.put(barAt('MES', 0), START)).toBe('late');
    expect(book.put(barAt('MES', -3), START), 'before the start: nobody asked for it').toBe('repeated');
  });

  test('takes the later word on a minute that still waits', () => {
    const book = createMinuteBook(START);
    book.put(barAt('MGC', 0, 5), START);
    book.put(barAt('MGC', 0, 7), START);
    expect(book.oldest()?.bars).toEqual([barAt('MGC', 0, 7)]);
  });

  test('remembers hours, not days', () => {
    const book = createMinuteBook(START);
    for (let minute = 0; minute < 1_000; minute += 1) {
      book.put(barAt('MGC', minute), START);
      book.seal(closeOf(minute));
    }
    expect(book.put(barAt('MGC', 900), START)).toBe('repeated');
    expect(book.put(barAt('MGC', 10), START)).toBe('late');
  });
});
