import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  areSameColumns,
  columnsNotIn,
  columnsOf,
  columnsWithout,
  feedBarsOf,
  mergeColumns,
  NO_BARS,
  sliceColumns,
} from '../../../../src/domain/bars/columns.js';
import type { FeedBar } from '../../../../src/domain/bars/feed-bar.js';
import { epochMs, FIVE_MINUTES, MINUTE, ticks } from '../../../../src/kernel/units.js';

const bar = (minute: number, n: number): FeedBar => ({
  root: 'MGC',
  contract: n % 3 === 0 ? 'MGCZ6' : 'MGCG7',
  bar: {
    at: epochMs(minute * MINUTE),
    open: ticks(n),
    high: ticks(n + 3),
    low: ticks(n - 3),
    close: ticks(n + 1),
    volume: n * 2,
  },
  ...(n % 7 === 0 && { lengthMs: FIVE_MINUTES }),
});

const some = fc
  .uniqueArray(fc.tuple(fc.nat(60), fc.integer({ min: -50, max: 50 })), { selector: ([minute]) => minute })
  .map((all) => all.map(([minute, n]) => bar(minute, n + 50)));
const byTime = (bars: readonly FeedBar[]) => [...bars].sort((a, b) => a.bar.at - b.bar.at);

describe('bars in columns', () => {
  test('are the bars that went in, in order of time', () => {
    fc.assert(
      fc.property(some, (bars) => {
        expect(feedBarsOf('MGC', columnsOf(bars, 'test'))).toEqual(byTime(bars));
      }),
    );
  });

  test('keep the first of two bars with one time, and the source a bar names before the usual one', () => {
    const columns = columnsOf([bar(1, 5), { ...bar(2, 6), source: 'ibkr' }, bar(2, 9), bar(3, 10)], 'massive');
    expect(feedBarsOf('MGC', columns).map(({ bar: { open } }) => open)).toEqual([5, 6, 10]);
    expect(columns.runs.map(({ from, source }) => [from, source])).toEqual([
      [0, 'massive'],
      [1, 'ibkr'],
      [2, 'massive'],
    ]);
  });

  test('are merged so that every time is there once and the first side wins', () => {
    fc.assert(
      fc.property(some, some, (a, b) => {
        const expected = new Map([...b, ...a].map((it) => [it.bar.at, it]));
        const merged = mergeColumns(columnsOf(a, 'test'), columnsOf(b, 'test'));
        expect(feedBarsOf('MGC', merged)).toEqual(byTime([...expected.values()]));
      }),
    );
  });

  test('are cut half open, and cut pieces put together are the whole again', () => {
    fc.assert(
      fc.property(some, fc.nat(60), fc.nat(60), (bars, x, y) => {
        const [from, to] = [epochMs(Math.min(x, y) * MINUTE), epochMs(Math.max(x, y) * MINUTE)];
        const all = columnsOf(bars, 'test');
        const cut = sliceColumns(all, from, to);
        expect(feedBarsOf('MGC', cut)).toEqual(byTime(bars).filter(({ bar: { at } }) => at >= from && at < to));
        const [before, behind] = [sliceColumns(all, epochMs(0), from), sliceColumns(all, to, epochMs(61 * MINUTE))];
        expect(areSameColumns([before, cut, behind].reduce(mergeColumns, NO_BARS), all)).toBe(true);
      }),
    );
  });

  test('less the times that are known are the others', () => {
    fc.assert(
      fc.property(some, some, (bars, known) => {
        const times = new Set(known.map(({ bar: { at } }) => at));
        const rest = columnsWithout(columnsOf(bars, 'test'), columnsOf(known, 'test').at);
        expect(feedBarsOf('MGC', rest)).toEqual(byTime(bars).filter(({ bar: { at } }) => !times.has(at)));
      }),
    );
  });

  test('less those that are there with the same values are new ones and those with others, whoever brought them', () => {
    fc.assert(
      fc.property(some, some, (bars, known) => {
        const there = new Map(known.map((it) => [it.bar.at, it]));
        const rest = columnsNotIn(columnsOf(known, 'x'), columnsOf(bars, 'y'));
        expect(feedBarsOf('MGC', rest)).toEqual(
          byTime(bars).filter((it) => !isDeepStrictEqual(there.get(it.bar.at), it)),
        );
      }),
    );
    const base = [bar(1, 5), bar(2, 8), bar(3, 9)];
    const other = { ...bar(2, 8), bar: { ...bar(2, 8).bar, low: ticks(-4) } };
    const unlike = columnsNotIn(columnsOf(base, 'x'), columnsOf([bar(1, 5), other, bar(3, 9)], 'y'));
    expect(feedBarsOf('MGC', unlike)).toEqual([other]);
  });

  test('differ when a single number, contract, source or length does', () => {
    const base = [bar(1, 5), bar(2, 8)];
    const same = columnsOf(base, 'test');
    expect(areSameColumns(same, columnsOf(base, 'test'))).toBe(true);
    const [first, second] = base;
    if (!first || !second) throw new Error('no bars');
    const others: readonly (readonly FeedBar[])[] = [
      [first],
      [first, { ...second, contract: 'MGCJ7' }],
      [first, { ...second, source: 'else' }],
      [first, { ...second, lengthMs: FIVE_MINUTES }],
      [first, { ...second, bar: { ...second.bar, volume: second.bar.volume + 1 } }],
      [first, { ...second, bar: { ...second.bar, low: ticks(second.bar.low - 1) } }],
      [first, { ...second, bar: { ...second.bar, at: epochMs(3 * MINUTE) } }],
    ];
    for (const other of others) expect(areSameColumns(same, columnsOf(other, 'test'))).toBe(false);
  });
});
