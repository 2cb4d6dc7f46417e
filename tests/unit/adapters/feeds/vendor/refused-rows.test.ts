import { expect, test } from 'vitest';
import { pagesInOrder, vendorHistory } from '../../../../../src/adapters/feeds/vendor/history.js';
import type { VendorSource } from '../../../../../src/adapters/feeds/vendor/source.js';
import { err, ok } from '../../../../../src/kernel/result.js';
import { after, type EpochMs, epochMs, MINUTE, ticks } from '../../../../../src/kernel/units.js';
import type { RefusedRow } from '../../../../../src/ports/history-source.js';
import { keepingLog } from '../../../../support/fake-vendor/log.js';

const START = epochMs(Date.parse('2026-11-19T14:00:00Z'));
const wish = { root: 'MGC', contract: 'MGCZ6', from: START, to: after(START, 60 * MINUTE) };

/** Minutes after the start; a word is a row that cannot be read. */
type Row = number | string;

const read = (row: unknown) => {
  if (typeof row !== 'number') return err(String(row));
  const prices = { open: ticks(1), high: ticks(1), low: ticks(1), close: ticks(1), volume: 1 };
  return ok({ root: 'MGC', contract: 'MGCZ6', bar: { at: after(START, row * MINUTE), ...prices } });
};

async function* inPages(pages: readonly (readonly Row[])[]) {
  yield* pages;
}

const told = ({ reason, from, to }: RefusedRow): string => `${reason} ${minuteOf(from)}-${minuteOf(to)}`;
const minuteOf = (at: EpochMs | undefined): number => ((at ?? Number.NaN) - START) / MINUTE;

/** What was told of refused rows, and where between the pages: a page is the number of its bars. */
async function story(...pages: readonly (readonly Row[])[]): Promise<readonly (string | number)[]> {
  const all: (string | number)[] = [];
  const onRefused = (row: RefusedRow): void => void all.push(told(row));
  for await (const page of pagesInOrder(inPages(pages), { wish, where: 'x', read, onRefused })) all.push(page.length);
  return all;
}

test('a row that cannot be read lies between its neighbours, and is told before its page is given out', async () => {
  expect(await story([0, 1, 'bad', 5])).toEqual(['bad 2-5', 3]);
});

test('the first row lies after the page before, or after the beginning of what was asked', async () => {
  expect(await story(['early', 4], ['late', 9])).toEqual(['early 0-4', 1, 'late 5-9', 1]);
});

test('the last row lies before the next page, or before the end of what was asked', async () => {
  expect(await story([0, 'bad'], [7, 'last'])).toEqual([1, 'bad 1-7', 1, 'last 8-60']);
});

test('a page without one readable row may be all that is between its neighbours', async () => {
  expect(await story([0], ['a', 'b'], [9])).toEqual([1, 'a 1-9', 'b 1-9', 1]);
  expect(await story(['a'])).toEqual(['a 0-60']);
});

test('a page that runs backwards is turned round first', async () => {
  expect(await story([9, 'bad', 5, 4])).toEqual(['bad 6-9', 3]);
});

test('where the rows stand in no order it may be any minute that was asked for', async () => {
  expect(await story([0, 'before'], [9, 'bad', 5, 8])).toEqual([1, 'before 0-60', 'bad 0-60', 3]);
  expect(await story([0, 4, 2], ['late', 9])).toEqual([3, 'late 0-60', 1]);
  expect(await story([9], ['bad', 4, 10])).toEqual([1, 'bad 0-60', 'late 4-5', 1].map(straggler));
});

test('pages in no order put in doubt also what was placed by the rows of an earlier page', async () => {
  expect(await story([0, 'early', 5], [9, 'bad', 7, 8])).toEqual(['early 1-5', 2, 'early 0-60', 'bad 0-60', 3]);
  expect(await story([9], [4, 'bad', 7])).toEqual([1, 'bad 0-60', 'late 4-5', 'late 7-8'].map(straggler));
});

test('a page that is sent again proves no disorder, but what is refused of it may be anywhere', async () => {
  expect(await story([0, 'a', 4], [0, 4], [4, 'b', 9])).toEqual(['a 1-4', 2, 'b 5-9', 1]);
  expect(await story([0, 4], [0, 'bad', 4, 9])).toEqual([2, 'bad 0-60', 1]);
});

const straggler = (line: string | number): string | number =>
  typeof line === 'string'
    ? line.replace(/^late (\d)/, '2026-11-19T14:0$1:00.000Z: it came after newer pages $1')
    : line;

test('a row between two neighbouring minutes can be no minute that is missing', async () => {
  expect(await story([3, 'double', 4])).toEqual(['double 4-4', 2]);
});

test('rows outside of what was asked are good neighbours and no bars', async () => {
  expect(await story([-5, 'before', -3, 58, 'in', 61, 'after', 70])).toEqual([
    'before 0-0',
    'in 59-60',
    'after 60-60',
    1,
  ]);
});

test('a page with nothing of what was asked is refused with one reason, and its minutes are in doubt', async () => {
  const past = '2026-11-19T13:54:00.000Z to 2026-11-19T13:57:00.000Z was not asked for';
  expect(await story([-6, 'bad', -3])).toEqual([`${past} 0-60`, 'bad 0-60']);
  expect(await story([0, 4], [-6, -3], [9])).toEqual([2, `${past} 5-9`, 1]);
  expect(await story([62])).toEqual(['2026-11-19T15:02:00.000Z was not asked for 0-60']);
});

test('a page that brings a little more than was asked puts nothing in doubt', async () => {
  expect(await story([-2, -1, 0, 1], [59, 60, 61])).toEqual([2, 1]);
  expect(await story([-1], [60, 61])).toEqual([]);
});

test('what still waits for a neighbour is told when the vendor breaks off', async () => {
  const all: string[] = [];
  async function* broken(): AsyncGenerator<readonly Row[]> {
    yield [0, 'bad'];
    throw new Error('broke off');
  }
  const onRefused = (row: RefusedRow): void => void all.push(told(row));
  await expect(async () => {
    for await (const _ of pagesInOrder(broken(), { wish, where: 'x', read, onRefused }));
  }).rejects.toThrow('broke off');
  expect(all).toEqual(['bad 1-60']);
});

test('a vendor’s past tells its refused rows to the log and to whoever asked', async () => {
  const { log, lines } = keepingLog();
  const rows: string[] = [];
  const past: VendorSource['past'] = (asked, _signal, onRefused) =>
    pagesInOrder(inPages([[0, 'bad', 3]]), { wish: asked, where: 'x', read, onRefused });
  const source = vendorHistory({ name: 'test', past }, log);
  for await (const _ of source.bars(wish, new AbortController().signal, (row) => void rows.push(told(row))));
  expect(rows).toEqual(['bad 1-3']);
  expect(lines.join()).toContain('"from":"2026-11-19T14:01:00.000Z","to":"2026-11-19T14:03:00.000Z"');
});
